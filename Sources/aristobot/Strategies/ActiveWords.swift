import Backtest
import Storage
import Wording

/// Running strategies for people.
enum ActiveWords {
    static func table(_ rows: [ActiveAnswer]) -> TextTable {
        var table = TextTable([
            ("id", .right), (say("strategy", fr: "stratégie"), .left), ("broker", .left),
            (say("symbol", fr: "symbole"), .left), (say("tf", fr: "ut"), .left), (say("state", fr: "état"), .left),
            (say("position", fr: "position"), .left), (say("entry", fr: "entrée"), .right), ("stop", .right),
            (say("target", fr: "objectif"), .right), ("profit", .right),
            (say("last decision", fr: "dernière décision"), .left), (say("reason", fr: "raison"), .left),
        ])
        for row in rows {
            table.add([
                "\(row.id)", "\(row.strategy) v\(row.version)", row.broker, row.symbol, row.timeframe,
                state(row.state), position(row.position), row.position?.entry ?? "-", row.position?.stop ?? "-",
                row.position?.target ?? "-", money(row.profit), decision(row.lastDecision), row.reason ?? "",
            ])
        }
        return table
    }

    /// One strategy, a line a fact.
    static func page(_ row: ActiveAnswer) -> String {
        var lines = [Console.styled("\(row.id) \(row.name)", .bold)]
        func add(_ word: String, _ value: String?) {
            guard let value, !value.isEmpty else { return }
            lines.append("  " + word + String(repeating: " ", count: max(1, 22 - word.count)) + value)
        }
        add(say("strategy", fr: "stratégie"), "\(row.strategy), version \(row.version)")
        add("broker", row.broker)
        add(say("market", fr: "marché"), "\(row.symbol) \(row.timeframe)")
        add(say("state", fr: "état"), state(row.state))
        add(say("reason", fr: "raison"), row.reason)
        add(say("failures in a row", fr: "échecs de suite"), row.failures > 0 ? "\(row.failures)" : nil)
        add(say("capital", fr: "capital"), row.capital)
        add(
            say("parameters", fr: "paramètres"),
            row.parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", "))
        add(say("limits", fr: "limites"), limits(row.limits))
        add(say("position", fr: "position"), position(row.position))
        add(say("entry", fr: "entrée"), row.position?.entry)
        add("stop", row.position?.stop)
        add(say("target", fr: "objectif"), row.position?.target)
        add(say("last price", fr: "dernier prix"), row.position == nil ? nil : row.lastPrice.map { "\($0)" })
        add(say("realised profit", fr: "profit réalisé"), row.realisedProfit)
        add(say("open profit", fr: "profit en cours"), row.openProfit.map(money))
        add(say("orders at the venue", fr: "ordres en cours"), "\(row.openOrders)")
        add(
            say("commands that wait", fr: "commandes en attente"),
            row.waitingCommands > 0 ? "\(row.waitingCommands)" : nil)
        add(say("last decision", fr: "dernière décision"), decision(row.lastDecision))
        add(say("from", fr: "du"), row.from)
        add(say("to", fr: "au"), row.to)
        add(say("stopped", fr: "arrêtée"), row.stopped)
        return lines.joined(separator: "\n")
    }

    private static func state(_ state: String) -> String {
        switch state {
        case "active": say("active", fr: "active")
        case "suspended": say("suspended", fr: "suspendue")
        case "failed": say("failed", fr: "en échec")
        default: say("stopped", fr: "arrêtée")
        }
    }

    static func position(_ position: ActiveAnswer.Position?) -> String {
        guard let position else { return say("none", fr: "aucune") }
        return "\(position.side) \(position.quantity)"
    }

    private static func decision(_ decision: ActiveAnswer.Decision?) -> String {
        guard let decision else { return "-" }
        return "\(decision.candle) (\(decision.id))"
    }

    private static func limits(_ limits: ActiveAnswer.Limits) -> String {
        let parts = [
            limits.maxOrder.map { say("order at most \($0)", fr: "ordre d'au plus \($0)") },
            limits.maxOrdersPerDay.map { say("\($0) orders a day", fr: "\($0) ordres par jour") },
            limits.maxOpenOrders.map { say("\($0) orders at a time", fr: "\($0) ordres à la fois") },
            limits.maxDrawdown.map { say("drawdown \($0)", fr: "repli \($0)") },
            limits.maxDailyLoss.map { say("loss a day \($0)", fr: "perte par jour \($0)") },
        ]
        let text = parts.compactMap { $0 }.joined(separator: ", ")
        return text.isEmpty ? say("none", fr: "aucune") : text
    }

    private static func money(_ value: Double) -> String {
        NumberText(Console.language).fixed(value, 2, signed: true)
    }
}
