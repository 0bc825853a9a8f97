import Market
import Trading
import Wording

extension Intent {
    /// What a strategy asks for, in words: the same in the journal and in a replay.
    public func words(_ symbol: Symbol) -> Message {
        switch self {
        case .enter(let entry):
            let words =
                entry.direction == .long
                ? Message("go long", fr: "achat")
                : Message("go short", fr: "vente à découvert")
            return Self.join([
                Message("\(words.english) ", fr: "\(words.french) ").followed(by: Self.size(entry.size, symbol)),
                entry.stop.map { Message("stop ", fr: "stop ").followed(by: Self.level($0)) },
                entry.target.map { Message("target ", fr: "objectif ").followed(by: Self.level($0)) },
                Self.tag(entry.tag),
            ])
        case .exit(let reason):
            return Self.join([Message("close the position", fr: "fermer la position"), Self.tag(reason)])
        case .submit(let order): return Self.words(order, symbol)
        case .cancel(let id): return Message("cancel order \(id.number)", fr: "annuler l'ordre \(id.number)")
        case .moveStop(let price):
            return price.map { Message("move the stop to \($0)", fr: "déplacer le stop à \($0)") }
                ?? Message("take the stop away", fr: "retirer le stop")
        case .moveTarget(let price):
            return price.map { Message("move the target to \($0)", fr: "déplacer l'objectif à \($0)") }
                ?? Message("take the target away", fr: "retirer l'objectif")
        }
    }

    private static func words(_ order: OrderIntent, _ symbol: Symbol) -> Message {
        let side = order.side.rawValue
        return join([
            Message("\(side) ", fr: "\(side) ").followed(by: size(order.size, symbol)),
            order.limit.map { Message("limit \($0)", fr: "limite \($0)") } ?? Message("at market", fr: "au marché"),
            order.stop.map { Message("stop \($0)", fr: "stop \($0)") },
            order.take.map { Message("target \($0)", fr: "objectif \($0)") },
            order.expires.map { Message("for \($0) candles", fr: "pour \($0) bougies") },
            order.reduceOnly ? Message("reduce only", fr: "réduction seulement") : nil, tag(order.tag),
        ])
    }

    private static func join(_ parts: [Message?]) -> Message {
        let parts = parts.compactMap(\.self)
        return Message(
            parts.map(\.english).joined(separator: ", "), fr: parts.map(\.french).joined(separator: ", "))
    }

    private static func tag(_ text: String) -> Message? {
        text.isEmpty ? nil : Message("(\(text))", fr: "(\(text))")
    }

    private static func size(_ size: OrderSize, _ symbol: Symbol) -> Message {
        switch size {
        case .value(let value): Message("for \(value) \(symbol.quote)", fr: "pour \(value) \(symbol.quote)")
        case .quantity(let quantity): Message("\(quantity) \(symbol.base)", fr: "\(quantity) \(symbol.base)")
        }
    }

    private static func level(_ level: ProtectionLevel) -> Message {
        switch level {
        case .distance(let fraction):
            Message("at a distance of \(fraction)", fr: "à une distance de \(fraction)")
        case .price(let price): Message("\(price)", fr: "\(price)")
        }
    }
}

extension Message {
    fileprivate func followed(by other: Message) -> Message {
        Message(english + other.english, fr: french + other.french)
    }
}
