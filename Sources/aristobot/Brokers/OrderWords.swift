import Broker
import Market
import Trading
import Wording

/// Orders for people and for machines.
enum OrderWords {
    /// `buy 0.001 BTC/USDT, limit 20000 (gtc)`.
    static func line(_ order: OrderRequest) -> String {
        "\(order.side.rawValue) \(amount(order.amount, order.symbol)) \(order.symbol), "
            + "\(instruction(order.instruction))"
    }

    static func line(_ pair: OrderPairRequest) -> String {
        let stop = pair.stopLimit.map { "\(pair.stop) → \($0)" } ?? "\(pair.stop)"
        return say(
            "\(pair.side.rawValue) \(pair.quantity) \(pair.symbol), target \(pair.target) or stop \(stop)",
            fr: "\(pair.side.rawValue) \(pair.quantity) \(pair.symbol), objectif \(pair.target) ou stop \(stop)")
    }

    private static func amount(_ amount: OrderAmount, _ symbol: Symbol) -> String {
        switch amount {
        case .base(let quantity): quantity.description
        case .quote(let money): say("\(money) \(symbol.quote) worth of", fr: "\(money) \(symbol.quote) de")
        }
    }

    static func instruction(_ instruction: OrderInstruction) -> String {
        switch instruction {
        case .market: say("at market", fr: "au marché")
        case .limit(let price, let time):
            say("limit \(price) (\(time.rawValue))", fr: "limite \(price) (\(time.rawValue))")
        case .postOnly(let price): say("limit \(price), post only", fr: "limite \(price), maker seulement")
        case .stop(let trigger, let limit): "stop \(trigger)" + suffix(limit)
        case .takeProfit(let trigger, let limit): say("target \(trigger)", fr: "objectif \(trigger)") + suffix(limit)
        }
    }

    private static func suffix(_ limit: Price?) -> String {
        limit.map { say(", then limit \($0)", fr: ", puis limite \($0)") } ?? ""
    }

    static func status(_ status: OrderStatus) -> String {
        switch status {
        case .open: say("open", fr: "en attente")
        case .partiallyFilled: say("partly filled", fr: "partiellement exécuté")
        case .filled: say("filled", fr: "exécuté")
        case .cancelled: say("cancelled", fr: "annulé")
        case .rejected(let reason): say("refused: ", fr: "refusé : ") + reason.text(in: Console.language)
        case .expired: say("expired", fr: "expiré")
        }
    }

    /// `mine-1 (venue 17): buy 0.001 BTC/USDT, at market: filled, 0.001 at 20000`.
    static func line(_ report: OrderReport) -> String {
        let name = report.clientID?.text ?? "-"
        let colon = say(":", fr: " :")
        var text = "\(name) (\(report.venueID))\(colon) \(report.side.rawValue) \(report.quantity) \(report.symbol), "
        text += "\(instruction(report.instruction))\(colon) \(status(report.status))"
        if !report.filledQuantity.value.isZero {
            let price = averagePrice(report)
            text += say(", \(report.filledQuantity) at \(price)", fr: ", \(report.filledQuantity) à \(price)")
        }
        return text
    }

    /// Value by quantity, to the price's twelfth digit at most.
    static func averagePrice(_ report: OrderReport) -> String {
        let quantity = report.filledQuantity.value
        // A price beyond every exact amount cannot have been paid.
        guard let average = try? report.filledValue.value.divided(by: quantity, rounding: .nearest) else { return "?" }
        return average.rounded(toStep: FixedDecimal(units: 10_000), rounding: .nearest).description
    }
}

/// An order as JSON.
struct OrderAnswer: Encodable {
    let id: String?
    let venueId: String
    let symbol: String
    let side: String
    let kind: String
    let price: String?
    let trigger: String?
    let quantity: String
    let filled: String
    let averagePrice: String?
    let status: String
    let reason: String?
    let created: String
    let updated: String

    init(_ report: OrderReport) {
        id = report.clientID?.text
        venueId = report.venueID.text
        symbol = report.symbol.description
        side = report.side.rawValue
        kind = report.instruction.name.rawValue
        var price: Price?
        var trigger: Price?
        switch report.instruction {
        case .market: break
        case .limit(let limit, _), .postOnly(let limit): price = limit
        case .stop(let at, let limit), .takeProfit(let at, let limit):
            trigger = at
            price = limit
        }
        self.price = price?.description
        self.trigger = trigger?.description
        quantity = report.quantity.description
        filled = report.filledQuantity.description
        averagePrice = report.filledQuantity.value.isZero ? nil : OrderWords.averagePrice(report)
        status = report.status.name
        if case .rejected(let message) = report.status {
            reason = message.text(in: Console.language)
        } else {
            reason = nil
        }
        created = report.createdAt.description
        updated = report.updatedAt.description
    }
}
