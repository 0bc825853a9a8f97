import Backtest
import Market
import Trading
import Wording

extension StatusView {
    // MARK: Strategies

    func strategies(_ snapshot: StatusSnapshot, _ columns: Int) -> [StyledLine] {
        guard !snapshot.strategies.isEmpty else { return [] }
        let severalOwners = Set(snapshot.strategies.map(\.owner)).count > 1
        var table = StatusTable([
            .init("id", isRight: true, expendability: 2), .init(say("user", fr: "utilisateur"), expendability: 9),
            .init(say("strategy", fr: "stratégie")), .init("broker", expendability: 10),
            .init(say("market", fr: "marché")), .init("tf", expendability: 1), .init(say("state", fr: "état")),
            .init("position", isRight: true), .init(say("entry", fr: "entrée"), isRight: true, expendability: 3),
            .init("stop", isRight: true, expendability: 4),
            .init(say("target", fr: "objectif"), isRight: true, expendability: 5),
            .init(say("open", fr: "latent"), isRight: true, expendability: 6),
            .init(say("profit", fr: "gain"), isRight: true),
            .init(say("decisions", fr: "décisions"), isRight: true, expendability: 8),
            .init(say("errors", fr: "erreurs"), isRight: true, expendability: 7),
        ])
        for strategy in snapshot.strategies { table.add(cells(strategy, namesOwner: severalOwners)) }
        var lines = table.lines(width: columns)
        // Why one does not run stands below it.
        for (number, strategy) in snapshot.strategies.enumerated().reversed() {
            guard let reason = strategy.reason, strategy.state != .active else { continue }
            lines.insert(StyledLine("  ↳ \(reason.text(in: language))", .yellow), at: number + 2)
        }
        return lines
    }

    private func cells(_ strategy: StatusSnapshot.StrategyLine, namesOwner: Bool) -> [StatusTable.Cell] {
        let position = strategy.position
        let sign = position?.direction == .short ? "−" : ""
        return [
            .init("\(strategy.id)", .dim), .init(namesOwner ? strategy.owner : ""), .init(strategy.name),
            .init(strategy.broker, .dim), .init(strategy.symbol.description), .init(strategy.timeframe.rawValue),
            state(strategy.state),
            .init(position.map { sign + amount($0.quantity) } ?? "–"), .init(position.map { price($0.entry) } ?? ""),
            .init(position?.stop.map(price) ?? ""), .init(position?.target.map(price) ?? ""),
            money(position?.openProfit), money(strategy.profit), .init(whole(strategy.decisions), .dim),
            .init(strategy.errors == 0 ? "" : whole(strategy.errors), .red),
        ]
    }

    private func state(_ state: StatusSnapshot.StrategyLine.State) -> StatusTable.Cell {
        switch state {
        case .active: .init(say("active", fr: "active"), .green)
        case .suspended: .init(say("suspended", fr: "suspendue"), .yellow)
        case .stopped: .init(say("stopped", fr: "arrêtée"), .dim)
        case .failed: .init(say("failed", fr: "en échec"), .red)
        }
    }

    // MARK: What happened

    func activity(_ snapshot: StatusSnapshot) -> [StyledLine] {
        guard !snapshot.activity.isEmpty else { return [] }
        return [StyledLine(say("last orders and fills", fr: "derniers ordres et exécutions"), .bold)]
            + snapshot.activity.map { item in
                var line = StyledLine(Self.time(item.time, on: snapshot.now) + " ", .dim)
                line.add(item.text.text(in: language), item.isFill ? nil : .dim)
                if let profit = item.profit {
                    let cell = money(profit)
                    line.add(" (")
                    line.add(cell.text, cell.style)
                    line.add(")")
                }
                return line
            }
    }

    func alerts(_ snapshot: StatusSnapshot) -> [StyledLine] {
        guard !snapshot.alerts.isEmpty else { return [] }
        return [StyledLine(say("alerts", fr: "alertes"), .bold)]
            + snapshot.alerts.map { alert in
                var line = StyledLine(Self.time(alert.time, on: snapshot.now) + " ", .dim)
                let style: Console.Style? =
                    switch alert.severity {
                    case .info: nil
                    case .warning: .yellow
                    case .error: .red
                    }
                line.add(alert.text.text(in: language), style)
                return line
            }
    }

    // MARK: Numbers and times

    /// Five or more significant digits, whatever the magnitude.
    func price(_ value: Double) -> String {
        let magnitude = abs(value)
        let decimals = magnitude >= 100 ? 2 : magnitude >= 1 ? 4 : magnitude >= 0.01 ? 6 : 8
        return NumberText(language).fixed(value, decimals)
    }

    /// Up to eight decimals, without zeros at the end.
    func amount(_ value: Double) -> String {
        var text = NumberText(language).fixed(value, 8)
        while text.hasSuffix("0") { text.removeLast() }
        if let last = text.last, !last.isNumber { text.removeLast() }
        return text
    }

    private func money(_ value: Double?) -> StatusTable.Cell {
        guard let value else { return .init("") }
        let text = NumberText(language).fixed(value, 2, signed: true)
        return .init(text, value > 0 ? .green : value < 0 ? .red : nil)
    }

    private func whole(_ count: Int) -> String { NumberText(language).whole(count) }

    func milliseconds(_ seconds: Double) -> String {
        NumberText(language).fixed(seconds * 1000, seconds < 0.01 ? 1 : 0) + " ms"
    }

    /// `15:42:10`, UTC.
    static func time(_ time: Timestamp) -> String {
        String(time.description.dropFirst(11).prefix(8))
    }

    /// The same; with its date, `2026-11-20 15:42:10`, where that is not today's.
    static func time(_ time: Timestamp, on today: Timestamp) -> String {
        let day = time.description.prefix(10)
        return day == today.description.prefix(10) ? Self.time(time) : "\(day) \(Self.time(time))"
    }

    /// `15:42`, UTC.
    static func minute(_ time: Timestamp) -> String {
        String(time.description.dropFirst(11).prefix(5))
    }

    /// `1:02:03`, or `2 d 1:02:03`.
    static func clock(seconds: Int64) -> String {
        let (days, rest) = max(seconds, 0).quotientAndRemainder(dividingBy: 86_400)
        let pad = { (value: Int64) in value < 10 ? "0\(value)" : "\(value)" }
        let time = "\(rest / 3600):\(pad(rest / 60 % 60)):\(pad(rest % 60))"
        return days == 0 ? time : "\(days) d \(time)"
    }
}
