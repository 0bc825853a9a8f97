import CLuaHost
import LuaRuntime
import Market
import Trading
import Wording

/// Full control: `self:buy{…}`, `self:sell{…}`, `self:close{…}`, `self:cancel(id)` and the moving of stops.
///
/// Nothing that a script says is trusted: types, finiteness and bounds are checked before there is an intent.
extension StrategyInstance {
    private static let orderKeys = ["qty", "value", "limit", "stop", "take", "expires", "tag", "reduce_only"]
    private static let closeKeys = ["qty", "tag"]
    /// The longest life of an order, in candles.
    private static let longestExpiry = 1_000_000

    /// Queues an intent, if the callback may.
    func queue(_ name: String, _ intent: Intent) throws(Refusal) {
        guard phase == .acting else {
            let place = currentCallback?.rawValue ?? (phase == .asking ? "should_long" : "init")
            throw Refusal(
                "self:\(name) belongs into on_candle, update_position and the on_ events, not into \(place)",
                fr: "self:\(name) a sa place dans on_candle, update_position et les événements on_, pas dans \(place)")
        }
        let most = options.limits.intentsPerCallback
        guard draft.intents.count - intentsAtCallStart < most else {
            throw Refusal(
                "more than \(most) orders in one callback", fr: "plus de \(most) ordres dans un seul callback")
        }
        let mostTogether = options.limits.intentsPerDecision
        guard draft.intents.count < mostTogether else {
            throw Refusal(
                "more than \(mostTogether) orders in one candle, its events included",
                fr: "plus de \(mostTogether) ordres dans une bougie, ses événements compris")
        }
        put(intent)
    }

    /// `self:buy{ qty = 1, limit = 100 }`: answers the order's number.
    func submit(_ side: Side, _ call: HostCall) throws(Refusal) {
        let name = side.rawValue
        let fields = try fields(name, call, 1, Self.orderKeys)
        guard let size = try size(name, fields) else {
            throw Refusal(
                "self:\(name) needs qty (base) or value (quote)",
                fr: "self:\(name) a besoin de qty (base) ou value (cotation)")
        }
        let intent = OrderIntent(
            side, size: size, limit: try price(name, "limit", fields), stop: try price(name, "stop", fields),
            take: try price(name, "take", fields), expires: try expiry(name, fields), tag: try tag(name, fields),
            reduceOnly: try flag(name, "reduce_only", fields))
        try answerOrder(name, .submit(intent), call)
    }

    /// `self:close{ tag = "…" }` closes the whole position, `self:close{ qty = 1 }` a part of it.
    func closePosition(_ call: HostCall) throws(Refusal) {
        let fields = try fields("close", call, 2, Self.closeKeys)
        let tag = try tag("close", fields)
        guard let size = try size("close", fields) else {
            return try answerOrder("close", .exit(reason: tag), call)
        }
        guard let isLong = memory.isLong else {
            throw Refusal(
                "self:close{ qty = … }: no position is open",
                fr: "self:close{ qty = … } : aucune position n'est ouverte")
        }
        let intent = OrderIntent(isLong ? .sell : .buy, size: size, tag: tag, reduceOnly: true)
        try answerOrder("close", .submit(intent), call)
    }

    func cancel(_ call: HostCall) throws(Refusal) {
        let value = call.argument(1)
        guard value.type == AH_INTEGER, value.integer > 0 else {
            throw Refusal(
                "self:cancel takes the number that buy or sell answered: got \(value.kindName.english)",
                fr: "self:cancel prend le numéro que buy ou sell a répondu : reçu \(value.kindName.french)")
        }
        try queue("cancel", .cancel(OrderID(Int(value.integer))))
    }

    /// The price of `self:set_stop(price)`; nil takes the stop away.
    func protection(_ name: String, _ call: HostCall) throws(Refusal) -> Double? {
        let value = call.argument(1)
        if value.isNil { return nil }
        guard let price = value.amount, price.isFinite, price > 0 else {
            throw Refusal(
                "self:\(name) takes a price above 0, or nil: got \(value.kindName.english)",
                fr: "self:\(name) prend un prix supérieur à 0, ou nil : reçu \(value.kindName.french)")
        }
        return price
    }

    /// Order-taking intents of a decision are numbered in their order, so the script can be told the number at once.
    private func answerOrder(_ name: String, _ intent: Intent, _ call: HostCall) throws(Refusal) {
        let number = nextOrderNumber + draft.intents.count { $0.takesOrderID }
        try queue(name, intent)
        call.answer(.integer(Int64(number)))
    }

    // MARK: Fields

    private func fields(
        _ name: String, _ call: HostCall, _ place: Int, _ known: [String]
    ) throws(Refusal) -> [String: ah_value] {
        let argument = call.argument(place)
        if argument.isNil { return [:] }
        guard argument.type == AH_TABLE else {
            throw Refusal(
                "self:\(name) takes a table, self:\(name){ … }: got \(argument.kindName.english)",
                fr: "self:\(name) prend une table, self:\(name){ … } : reçu \(argument.kindName.french)")
        }
        var found: [String: ah_value] = [:]
        for pair in call.pairs(place) {
            guard let key = pair.key.text, known.contains(key) else {
                let shown = pair.key.text.map(quoted) ?? pair.key.kindName.english
                let nearest = pair.key.text.flatMap { NearestName.among(known, to: $0) }
                let list = known.joined(separator: ", ")
                throw Refusal(
                    "self:\(name) has no key \(shown): "
                        + (nearest.map { "did you mean \($0)?" } ?? "expected \(list)"),
                    fr: "self:\(name) n'a pas de clé \(shown) : "
                        + (nearest.map { "vouliez-vous dire \($0) ?" } ?? "attendu \(list)"))
            }
            found[key] = pair.value
        }
        return found
    }

    private func size(_ name: String, _ fields: [String: ah_value]) throws(Refusal) -> OrderSize? {
        switch (fields["qty"], fields["value"]) {
        case (nil, nil): return nil
        case (let quantity?, nil):
            guard let number = try positive(name, "qty", quantity) else { return nil }
            return .quantity(number)
        case (nil, let value?):
            guard let number = try positive(name, "value", value) else { return nil }
            return .value(number)
        default:
            throw Refusal(
                "self:\(name) takes qty or value, not both", fr: "self:\(name) prend qty ou value, pas les deux")
        }
    }

    private func price(_ name: String, _ key: String, _ fields: [String: ah_value]) throws(Refusal) -> Double? {
        guard let value = fields[key] else { return nil }
        return try positive(name, key, value)
    }

    private func positive(_ name: String, _ key: String, _ value: ah_value) throws(Refusal) -> Double? {
        if value.isNil { return nil }
        guard let number = value.amount, number.isFinite, number > 0 else {
            throw Refusal(
                "self:\(name): \(key) is \(value.kindName.english), expected a number above 0",
                fr: "self:\(name) : \(key) est \(value.kindName.french), attendu un nombre supérieur à 0")
        }
        return number
    }

    private func expiry(_ name: String, _ fields: [String: ah_value]) throws(Refusal) -> Int? {
        guard let value = fields["expires"], !value.isNil else { return nil }
        guard let number = value.amount, let candles = Int(exactly: number), (1...Self.longestExpiry).contains(candles)
        else {
            throw Refusal(
                "self:\(name): expires is \(value.kindName.english), expected a whole number of candles from 1 on",
                fr: "self:\(name) : expires est \(value.kindName.french), attendu un nombre entier de bougies dès 1")
        }
        return candles
    }

    private func tag(_ name: String, _ fields: [String: ah_value]) throws(Refusal) -> String {
        guard let value = fields["tag"], !value.isNil else { return "" }
        guard let text = value.text else {
            throw Refusal(
                "self:\(name): tag is \(value.kindName.english), expected a text",
                fr: "self:\(name) : tag est \(value.kindName.french), attendu un texte")
        }
        return ScriptVoice.clean(text, most: Self.reasonBytes)
    }

    private func flag(_ name: String, _ key: String, _ fields: [String: ah_value]) throws(Refusal) -> Bool {
        guard let value = fields[key], !value.isNil else { return false }
        guard value.type == AH_BOOLEAN else {
            throw Refusal(
                "self:\(name): \(key) is \(value.kindName.english), expected true or false",
                fr: "self:\(name) : \(key) est \(value.kindName.french), attendu true ou false")
        }
        return value.isTrue
    }
}
