import ArgumentParser
import Broker
import Market
import Trading
import Wording

/// An order as it is typed.
struct OrderOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(say("buy or sell.", fr: "buy (achat) ou sell (vente)."), valueName: "buy|sell"),
        transform: Self.side)
    var side: Side

    @Argument(
        help: ArgumentHelp(say("Symbol, such as BTC/USDT.", fr: "Symbole, comme BTC/USDT."), valueName: "BASE/QUOTE"),
        transform: ArgumentReading.symbol)
    var symbol: Symbol

    @Option(
        help: ArgumentHelp(
            say("How much of the base asset.", fr: "Combien de l'actif de base."), valueName: "amount"),
        transform: Self.positive)
    var quantity: FixedDecimal?

    @Option(
        help: ArgumentHelp(
            say(
                "How much quote currency instead; market orders only.",
                fr: "Ou combien de devise de cotation ; ordres au marché seulement."),
            valueName: "amount"),
        transform: Self.positive)
    var value: FixedDecimal?

    @Option(
        help: ArgumentHelp(
            say("Limit price; without it, a market order.", fr: "Prix limite ; sans lui, un ordre au marché."),
            valueName: "price"),
        transform: Self.positive)
    var limit: FixedDecimal?

    @Option(
        help: ArgumentHelp(
            say("Stop: wait until this price is touched.", fr: "Stop : attend que ce prix soit touché."),
            valueName: "price"),
        transform: Self.positive)
    var stop: FixedDecimal?

    @Option(
        help: ArgumentHelp(
            say(
                "Take profit: wait until this price is touched; with --stop, a pair of which one cancels the other.",
                fr: "Objectif : attend que ce prix soit touché ; avec --stop, une paire dont l'un annule l'autre."),
            valueName: "price"),
        transform: Self.positive)
    var take: FixedDecimal?

    @Flag(
        help: ArgumentHelp(
            say(
                "Refuse the limit order if it would fill at once.", fr: "Refuse l'ordre limite s'il s'exécute aussitôt."
            )))
    var postOnly = false

    @Option(
        help: ArgumentHelp(
            say(
                "How long a limit order waits: gtc, ioc or fok (default: gtc).",
                fr: "Combien de temps attend un ordre limite : gtc, ioc ou fok (par défaut : gtc)."),
            valueName: "gtc|ioc|fok"),
        transform: Self.time)
    var tif: TimeInForce?

    @Option(
        help: ArgumentHelp(
            say(
                "Send it under this name, such as mine-1 (default: a new one). The same name is never sent twice.",
                fr: "L'envoie sous ce nom, comme le-mien-1 (par défaut : un nouveau). Un même nom n'est jamais envoyé "
                    + "deux fois."),
            valueName: "id"),
        transform: Self.clientID)
    var clientId: ClientOrderID?

    private static func side(_ text: String) throws -> Side {
        switch text.lowercased() {
        case "buy": return .buy
        case "sell": return .sell
        default:
            let shown = quotedForMessage(text)
            throw ArgumentReading.refusal(
                Message("\(shown): expected buy or sell", fr: "\(shown) : attendu buy ou sell"))
        }
    }

    private static func positive(_ text: String) throws -> FixedDecimal {
        try ArgumentReading.decimal(text, from: FixedDecimal(units: 1), to: 1_000_000_000_000)
    }

    private static func time(_ text: String) throws -> TimeInForce {
        guard let time = TimeInForce(rawValue: text.lowercased()) else {
            let shown = quotedForMessage(text)
            throw ArgumentReading.refusal(
                Message("\(shown): expected gtc, ioc or fok", fr: "\(shown) : attendu gtc, ioc ou fok"))
        }
        return time
    }

    static func clientID(_ text: String) throws -> ClientOrderID {
        guard let id = ClientOrderID(text) else {
            let shown = quotedForMessage(text)
            throw ArgumentReading.refusal(
                Message(
                    "\(shown) is no name of an order: expected letters, digits, - and _, then - and a number, such as "
                        + "mine-1",
                    fr: "\(shown) n'est pas un nom d'ordre : attendu lettres, chiffres, - et _, puis - et un nombre, "
                        + "comme le-mien-1"))
        }
        return id
    }

    func validate() throws {
        guard (quantity == nil) != (value == nil) else {
            throw ArgumentReading.refusal(
                Message(
                    "name how much, in one way: --quantity or --value",
                    fr: "dites combien, d'une seule façon : --quantity ou --value"))
        }
        let isMarket = limit == nil && stop == nil && take == nil
        guard value == nil || isMarket else {
            throw ArgumentReading.refusal(
                Message(
                    "--value is for market orders: name --quantity",
                    fr: "--value est pour les ordres au marché : nommez --quantity"))
        }
        guard (!postOnly && tif == nil) || (limit != nil && stop == nil && take == nil), !(postOnly && tif != nil)
        else {
            throw ArgumentReading.refusal(
                Message(
                    "--post-only and --tif are for limit orders, one of the two",
                    fr: "--post-only et --tif sont pour les ordres limites, l'un des deux"))
        }
    }

    private var instruction: OrderInstruction {
        let limit = limit.map(Price.init)
        if let stop { return .stop(trigger: Price(stop), limit: limit) }
        if let take { return .takeProfit(trigger: Price(take), limit: limit) }
        guard let limit else { return .market }
        return postOnly ? .postOnly(limit) : .limit(limit, tif ?? .goodTillCancelled)
    }

    /// One order, or a target and a stop that belong together.
    enum Typed: Sendable {
        case single(OrderRequest)
        case pair(OrderPairRequest)
    }

    func order() -> Typed {
        let id = clientId ?? Self.newID()
        if let stop, let take, let quantity {
            return .pair(
                OrderPairRequest(
                    symbol: symbol, side: side, quantity: Quantity(quantity), target: Price(take), targetID: id,
                    stop: Price(stop), stopLimit: limit.map(Price.init),
                    stopID: ClientOrderID(prefix: id.prefix, number: id.number + 1)))
        }
        let amount: OrderAmount =
            if let quantity { .base(Quantity(quantity)) } else { .quote(Money(value ?? .zero)) }
        return .single(
            OrderRequest(clientID: id, symbol: symbol, side: side, instruction: instruction, amount: amount))
    }

    /// A name that no order has had: 60 random bits.
    private static func newID() -> ClientOrderID {
        let letters = Array("0123456789abcdefghjkmnpqrstvwxyz")
        let text = (0..<12).map { _ in letters[Int.random(in: 0..<32)] }
        return ClientOrderID(prefix: "ab-" + String(text), number: 1)
    }
}
