import Backtest
import Market
import Wording

/// Draws a snapshot as lines of text; touches nothing.
struct StatusView {
    let language: Language
    let hasColours: Bool

    /// Markets, prices and engines that are shown each; of further ones only the number.
    static let mostOfEach = 4

    /// At most `rows` lines of at most `columns` columns.
    func lines(_ snapshot: StatusSnapshot, columns: Int, rows: Int) -> [String] {
        var lines = head(snapshot)
        let sections = [strategies(snapshot, columns), activity(snapshot), alerts(snapshot)].filter { !$0.isEmpty }
        let wanted = sections.map { $0.count + 1 }
        let rooms = Self.shared(rows - lines.count, among: wanted)
        for (section, room) in zip(sections, rooms) where room >= 3 {
            lines.append(StyledLine())
            lines += cut(section, to: room - 1)
        }
        return lines.prefix(max(rows, 0)).map { $0.text(columns: columns, hasColours: hasColours) }
    }

    /// Rows for each, one after the other in turn, until all are served or none is left.
    static func shared(_ rows: Int, among wanted: [Int]) -> [Int] {
        var rooms = wanted.map { _ in 0 }
        var left = max(rows, 0)
        while left > 0, let next = wanted.indices.filter({ rooms[$0] < wanted[$0] }).min(by: { rooms[$0] < rooms[$1] })
        {
            rooms[next] += 1
            left -= 1
        }
        return rooms
    }

    /// What does not fit is counted in the last line.
    private func cut(_ section: [StyledLine], to count: Int) -> [StyledLine] {
        guard section.count > count else { return section }
        let left = section.count - count + 1
        let more = say("… and \(left) more", fr: "… et \(left) de plus")
        return section.prefix(count - 1) + [StyledLine(more, .dim)]
    }

    func say(_ english: String, fr french: String) -> String {
        Message(english, fr: french).text(in: language)
    }

    // MARK: Head

    private func head(_ snapshot: StatusSnapshot) -> [StyledLine] {
        var title = StyledLine("aristobot", .bold)
        if let occasion = snapshot.occasion { title.add(" · \(occasion.text(in: language))") }
        let since = Self.clock(seconds: snapshot.uptime.components.seconds)
        title.add(
            say(
                " · up \(since) · \(Self.time(snapshot.now)) UTC",
                fr: " · actif depuis \(since) · \(Self.time(snapshot.now)) UTC"
            ), .dim)
        return [title, database(snapshot.database)] + markets(snapshot.markets) + prices(snapshot.prices)
            + engines(snapshot) + workers(snapshot.workers) + [StyledLine(hint, .dim)]
    }

    private var hint: String { say("Ctrl-C stops everything", fr: "Ctrl-C arrête tout") }

    private func labelled(_ english: String, fr french: String) -> StyledLine {
        let label = say(english, fr: french)
        return StyledLine(label + String(repeating: " ", count: max(11 - label.count, 1)), .cyan)
    }

    private func database(_ database: StatusSnapshot.DatabaseLine) -> StyledLine {
        var line = labelled("database", fr: "base")
        if let fault = database.fault {
            line.add(say("away: ", fr: "absente : ") + fault.text(in: language), .red)
        } else {
            line.add(say("answers", fr: "répond"), .green)
            line.add(" · \(database.place)", .dim)
        }
        return line
    }

    private func markets(_ markets: [StatusSnapshot.MarketLine]) -> [StyledLine] {
        guard !markets.isEmpty else {
            var line = labelled("heartbeat", fr: "heartbeat")
            line.add(say("none yet", fr: "aucun pour l'instant"), .yellow)
            return [line]
        }
        return limited(markets) { market in
            var line = labelled("heartbeat", fr: "heartbeat")
            line.add("\(market.name) ")
            if !market.isAlive {
                let silence = Self.clock(seconds: Int64(min(market.silence, 1e9)))
                line.add(say("silent for \(silence)", fr: "muet depuis \(silence)"), .red)
                return line
            }
            line.add(
                market.isConnected ? say("connected", fr: "connecté") : say("disconnected", fr: "déconnecté"),
                market.isConnected ? .green : .red)
            line.add(" ")
            line.add(
                market.isCoherent ? say("coherent", fr: "cohérent") : say("not coherent", fr: "non cohérent"),
                market.isCoherent ? .green : .yellow)
            if let lag = market.lag {
                let text = NumberText(language).fixed(lag, 1)
                line.add(say(" · lag \(text) s", fr: " · retard \(text) s"))
            }
            // Who it is matters only where it could be another one.
            if let runner = market.runner, market.standbys > 0 {
                let count = market.standbys
                line.add(say(" · by \(runner), standing by: \(count)", fr: " · par \(runner), en attente : \(count)"))
            }
            for signal in market.signals { line.add(" · \(signal.timeframe) \(Self.minute(signal.open))", .dim) }
            return line
        }
    }

    private func prices(_ prices: [StatusSnapshot.PriceLine]) -> [StyledLine] {
        guard !prices.isEmpty else { return [] }
        var line = labelled("prices", fr: "prix")
        for (number, price) in prices.prefix(Self.mostOfEach).enumerated() {
            if number > 0 { line.add(" · ") }
            line.add("\(price.symbol) ")
            let change = price.change ?? 0
            let style: Console.Style? = change > 0 ? .green : change < 0 ? .red : nil
            line.add(self.price(price.price) + (change > 0 ? " ▲" : change < 0 ? " ▼" : ""), style)
        }
        if prices.count > Self.mostOfEach { line.add(" · … \(prices.count)", .dim) }
        return [line]
    }

    private func engines(_ snapshot: StatusSnapshot) -> [StyledLine] {
        guard !snapshot.engines.isEmpty else {
            var line = labelled("engine", fr: "moteur")
            line.add(say("none is running", fr: "aucun ne tourne"), .yellow)
            return [line]
        }
        return limited(snapshot.engines) { engine in
            var line = labelled("engine", fr: "moteur")
            line.add(engine.name + " ")
            line.add(
                engine.isAlive ? say("alive", fr: "en vie") : say("dead", fr: "mort"), engine.isAlive ? .green : .red)
            line.add(
                say(
                    " · accounts \(engine.accounts) · strategies \(engine.strategies)",
                    fr: " · comptes \(engine.accounts) · stratégies \(engine.strategies)"))
            if let times = snapshot.decisionTimes {
                line.add(
                    say(
                        " · signal to decision \(milliseconds(times.median)), 99 % within \(milliseconds(times.slow))",
                        fr: " · du signal à la décision \(milliseconds(times.median)), 99 % sous "
                            + "\(milliseconds(times.slow))"),
                    .dim)
            }
            return line
        }
    }

    private func workers(_ workers: StatusSnapshot.WorkersLine?) -> [StyledLine] {
        guard let workers else { return [] }
        var line = labelled("workers", fr: "ouvriers")
        line.add("\(workers.count)")
        if workers.restarts > 0 {
            line.add(
                say(" · started again \(workers.restarts) times", fr: " · relancés \(workers.restarts) fois"), .yellow)
        }
        if let missing = workers.missingWalls {
            let names = missing.joined(separator: ", ")
            missing.isEmpty
                ? line.add(say(" · all walls stand", fr: " · tous les murs tiennent"), .dim)
                : line.add(say(" · walls missing: \(names)", fr: " · murs absents : \(names)"), .yellow)
        }
        return [line]
    }

    private func limited<Item>(_ items: [Item], _ draw: (Item) -> StyledLine) -> [StyledLine] {
        var lines = items.prefix(Self.mostOfEach).map(draw)
        let left = items.count - Self.mostOfEach
        if left > 0 {
            lines.append(StyledLine(say("           … and \(left) more", fr: "           … et \(left) de plus"), .dim))
        }
        return lines
    }
}
