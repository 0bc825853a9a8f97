import Broker
import Market
import Wording

/// Looks at an order before it is sent: what the venue would refuse for sure is refused here, in words.
///
/// What depends on prices (the value of a market order in base, how far a price may lie from the market) is left to
/// the venue.
struct OrderCheck {
    let market: VenueMarket

    func check(_ order: OrderRequest) throws(BrokerError) {
        try checkState()
        guard market.instrument.orderKinds.contains(order.instruction.name) else {
            let kind = order.instruction.name.rawValue
            throw .unsupported(
                Message(
                    "\(market.symbol) takes no \(kind) orders at Binance",
                    fr: "\(market.symbol) n'accepte pas d'ordres \(kind) chez Binance"))
        }
        switch order.amount {
        case .base(let quantity):
            try check(quantity, order.instruction)
        case .quote(let money):
            try checkQuoteAmount(money, order.instruction)
        }
    }

    func check(_ pair: OrderPairRequest) throws(BrokerError) {
        try checkState()
        guard market.instrument.hasOrderPairs else {
            throw .unsupported(
                Message(
                    "\(market.symbol) takes no pairs of stop and target at Binance",
                    fr: "\(market.symbol) n'accepte pas de paires stop-objectif chez Binance"))
        }
        try check(pair.quantity, .postOnly(pair.target))
        try check(pair.quantity, .stop(trigger: pair.stop, limit: pair.stopLimit))
        let (upper, lower) = pair.side == .sell ? (pair.target, pair.stop) : (pair.stop, pair.target)
        guard upper > lower else {
            let side = pair.side == .sell ? ("above", "au-dessus du") : ("below", "sous le")
            throw .rejected(
                .wouldTrigger,
                Message(
                    "the target \(pair.target) must lie \(side.0) the stop \(pair.stop)",
                    fr: "l'objectif \(pair.target) doit être \(side.1) stop \(pair.stop)"))
        }
    }

    private func checkState() throws(BrokerError) {
        guard market.instrument.isTrading else {
            throw .rejected(
                .marketClosed,
                Message(
                    "\(market.symbol) takes no orders now: Binance says \(market.status)",
                    fr: "\(market.symbol) n'accepte pas d'ordres en ce moment : Binance indique \(market.status)"))
        }
    }

    private func check(_ quantity: Quantity, _ instruction: OrderInstruction) throws(BrokerError) {
        try checkQuantity(quantity.value, market.filters.quantity)
        switch instruction {
        case .market:
            try checkQuantity(quantity.value, market.filters.marketQuantity)
        case .limit(let price, _), .postOnly(let price):
            try checkPrice(price, ("price", "le prix"))
            try checkValue(of: quantity, at: price)
        case .stop(let trigger, let limit), .takeProfit(let trigger, let limit):
            try checkPrice(trigger, ("trigger", "le seuil"))
            guard let limit else { return }
            try checkPrice(limit, ("price", "le prix"))
            try checkValue(of: quantity, at: limit)
        }
    }

    private func checkQuoteAmount(_ money: Money, _ instruction: OrderInstruction) throws(BrokerError) {
        guard instruction == .market, market.hasQuoteAmounts else {
            throw .unsupported(
                Message(
                    "an amount in \(market.symbol.quote) goes with a market order only, on markets that take it",
                    fr: "un montant en \(market.symbol.quote) ne va qu'avec un ordre au marché, là où il est accepté"))
        }
        guard money.value.isPositive else { throw notPositive(("amount", "le montant"), money.value) }
        let filters = market.filters
        if filters.leastValueBindsMarketOrders, money.value < filters.leastValue {
            throw outOfRange(("value", "la valeur"), money.value, least: filters.leastValue)
        }
        if filters.largestValueBindsMarketOrders, filters.largestValue.isPositive, money.value > filters.largestValue {
            throw outOfRange(("value", "la valeur"), money.value, largest: filters.largestValue)
        }
    }

    private func checkQuantity(_ value: FixedDecimal, _ bounds: MarketFilters.Bounds) throws(BrokerError) {
        try check(value, bounds, ("quantity", "la quantité"), step: ("step", "du pas"))
    }

    private func checkPrice(_ price: Price, _ name: (String, String)) throws(BrokerError) {
        try check(price.value, market.filters.price, name, step: ("tick", "du pas"))
    }

    private func check(
        _ value: FixedDecimal, _ bounds: MarketFilters.Bounds, _ name: (String, String), step: (String, String)
    ) throws(BrokerError) {
        guard value.isPositive else { throw notPositive(name, value) }
        if bounds.isUnder(value) { throw outOfRange(name, value, least: bounds.least) }
        if bounds.isOver(value) { throw outOfRange(name, value, largest: bounds.largest) }
        if bounds.isOffStep(value) {
            throw .rejected(
                .offStep,
                Message(
                    "\(market.symbol): the \(name.0) \(value) is not a multiple of the \(step.0) \(bounds.step)",
                    fr: "\(market.symbol) : \(name.1) \(value) n'est pas un multiple \(step.1) \(bounds.step)"))
        }
    }

    private func checkValue(of quantity: Quantity, at price: Price) throws(BrokerError) {
        let filters = market.filters
        let value: FixedDecimal
        do {
            value = try price.notional(of: quantity, rounding: .down).value
        } catch {
            throw .rejected(
                .outOfRange,
                Message(
                    "\(market.symbol): \(quantity) at \(price) is more than can be counted",
                    fr: "\(market.symbol) : \(quantity) à \(price) dépasse ce qui peut être compté"))
        }
        if value < filters.leastValue { throw outOfRange(("value", "la valeur"), value, least: filters.leastValue) }
        if filters.largestValue.isPositive, value > filters.largestValue {
            throw outOfRange(("value", "la valeur"), value, largest: filters.largestValue)
        }
    }

    private func notPositive(_ name: (String, String), _ value: FixedDecimal) -> BrokerError {
        .rejected(
            .outOfRange,
            Message(
                "\(market.symbol): the \(name.0) \(value) is not above zero",
                fr: "\(market.symbol) : \(name.1) \(value) n'est pas supérieur à zéro"))
    }

    private func outOfRange(_ name: (String, String), _ value: FixedDecimal, least: FixedDecimal) -> BrokerError {
        .rejected(
            .outOfRange,
            Message(
                "\(market.symbol): the \(name.0) \(value) is under the minimum \(least)",
                fr: "\(market.symbol) : \(name.1) \(value) est sous le minimum \(least)"))
    }

    private func outOfRange(_ name: (String, String), _ value: FixedDecimal, largest: FixedDecimal) -> BrokerError {
        .rejected(
            .outOfRange,
            Message(
                "\(market.symbol): the \(name.0) \(value) is over the maximum \(largest)",
                fr: "\(market.symbol) : \(name.1) \(value) dépasse le maximum \(largest)"))
    }
}
