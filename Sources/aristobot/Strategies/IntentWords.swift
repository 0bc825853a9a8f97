import Market
import Trading

/// What a strategy asks for, in words.
enum IntentWords {
    static func line(_ intent: Intent, _ symbol: Symbol) -> String {
        switch intent {
        case .enter(let entry):
            let words =
                entry.direction == .long ? say("go long", fr: "achat") : say("go short", fr: "vente à découvert")
            return join([
                "\(words) \(size(entry.size, symbol))", entry.stop.map { "stop \(level($0))" },
                entry.target.map { say("target \(level($0))", fr: "objectif \(level($0))") }, tag(entry.tag),
            ])
        case .exit(let reason):
            return join([say("close the position", fr: "fermer la position"), tag(reason)])
        case .submit(let order):
            return join([
                "\(order.side.rawValue) \(size(order.size, symbol))",
                order.limit.map { say("limit \($0)", fr: "limite \($0)") } ?? say("at market", fr: "au marché"),
                order.stop.map { "stop \($0)" }, order.take.map { say("target \($0)", fr: "objectif \($0)") },
                order.expires.map { say("for \($0) candles", fr: "pour \($0) bougies") },
                order.reduceOnly ? say("reduce only", fr: "réduction seulement") : nil, tag(order.tag),
            ])
        case .cancel(let id): return say("cancel order \(id.number)", fr: "annuler l'ordre \(id.number)")
        case .moveStop(let price):
            return price.map { say("move the stop to \($0)", fr: "déplacer le stop à \($0)") }
                ?? say("take the stop away", fr: "retirer le stop")
        case .moveTarget(let price):
            return price.map { say("move the target to \($0)", fr: "déplacer l'objectif à \($0)") }
                ?? say("take the target away", fr: "retirer l'objectif")
        }
    }

    private static func join(_ parts: [String?]) -> String {
        parts.compactMap { $0 }.joined(separator: ", ")
    }

    private static func tag(_ text: String) -> String? { text.isEmpty ? nil : "(\(text))" }

    private static func size(_ size: OrderSize, _ symbol: Symbol) -> String {
        switch size {
        case .value(let value): say("for \(value) \(symbol.quote)", fr: "pour \(value) \(symbol.quote)")
        case .quantity(let quantity): "\(quantity) \(symbol.base)"
        }
    }

    private static func level(_ level: ProtectionLevel) -> String {
        switch level {
        case .distance(let fraction): say("at a distance of \(fraction)", fr: "à une distance de \(fraction)")
        case .price(let price): "\(price)"
        }
    }
}
