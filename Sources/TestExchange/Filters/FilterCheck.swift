import Market

/// What the filters look at beside the order itself.
struct FilterContext {
    /// The last price in ticks; nil before the first one is known.
    let last: Int64?
    /// The average of the last minutes, as a price; nil when nothing was traded in them.
    let average: FixedDecimal?
    /// Open orders of the account on this market and on all.
    var openOrders = 0
    var allOrders = 0
    /// Its waiting stop loss and take profit orders, likewise.
    var openAlgoOrders = 0
    var allAlgoOrders = 0
    var openLists = 0
    var allLists = 0
    /// The account's base balance and its open buy orders, in base.
    var position = FixedDecimal.zero
    /// How many orders and algorithmic orders are placed together: 1 for a single order.
    let newOrders: Int
    let newAlgoOrders: Int
    let newLists: Int
}

/// Compares an order with the filters of its market, in exact decimals.
struct FilterCheck {
    let market: MarketDefinition
    let exchange: [ExchangeFilter]

    func check(_ terms: OrderTerms, _ context: FilterContext) throws(ExchangeRefusal) {
        for filter in market.filters {
            guard breaks(filter, terms, context) else { continue }
            // The one filter that Binance reports from its matching engine.
            if case .maximumPosition = filter { throw .rejected("Filter failure: \(filter.name)") }
            throw .filter(filter.name)
        }
        for filter in exchange where breaks(filter, terms, context) { throw .filter(filter.name) }
    }

    private func breaks(_ filter: SymbolFilter, _ terms: OrderTerms, _ context: FilterContext) -> Bool {
        let order = terms.order
        switch filter {
        case .price(let minimum, let maximum, let tick):
            return [order.price, order.stopPrice].contains { price in
                price.map { Self.outside($0, minimum, maximum, step: tick) } ?? false
            }
        case .lotSize(let minimum, let maximum, let step):
            return order.quantity.map { Self.outside($0, minimum, maximum, step: step) } ?? false
        case .marketLotSize(let minimum, let maximum, let step):
            guard order.kind == .market, let quantity = order.quantity else { return false }
            return Self.outside(quantity, minimum, maximum, step: step)
        case .minimumNotional(let minimum, let applies, let minutes):
            guard applies || order.price != nil else { return false }
            return value(of: terms, context, minutes).map { $0 < minimum } ?? false
        case .notional(let minimum, let minimumApplies, let maximum, let maximumApplies, let minutes):
            guard let value = value(of: terms, context, minutes) else { return false }
            let isMarket = order.price == nil
            if minimumApplies || !isMarket, value < minimum { return true }
            return (maximumApplies || !isMarket) && maximum.isPositive && value > maximum
        case .percentPrice(let up, let down, let minutes):
            return order.price.map { outside($0, up, down, context, minutes) } ?? false
        case .percentPriceBySide(let bidUp, let bidDown, let askUp, let askDown, let minutes):
            let isBuy = order.side == .buy
            return order.price.map {
                outside($0, isBuy ? bidUp : askUp, isBuy ? bidDown : askDown, context, minutes)
            } ?? false
        case .maximumPosition(let maximum):
            guard order.side == .buy, let quantity = order.quantity else { return false }
            return context.position + quantity > maximum
        case .trailingDelta(let minimumAbove, let maximumAbove, let minimumBelow, let maximumBelow):
            guard let delta = order.trailingDelta else { return false }
            return TriggerBook.triggersAbove(order.kind, order.side)
                ? delta < minimumAbove || delta > maximumAbove : delta < minimumBelow || delta > maximumBelow
        case .maximumOrders(let maximum): return context.openOrders + context.newOrders > maximum
        case .maximumAlgoOrders(let maximum):
            return context.newAlgoOrders > 0 && context.openAlgoOrders + context.newAlgoOrders > maximum
        case .maximumOrderLists(let maximum):
            return context.newLists > 0 && context.openLists + context.newLists > maximum
        // Icebergs are refused before, amendments counted where they are made.
        case .icebergParts, .maximumIcebergOrders, .maximumAmendments: return false
        }
    }

    private func breaks(_ filter: ExchangeFilter, _ terms: OrderTerms, _ context: FilterContext) -> Bool {
        switch filter {
        case .maximumOrders(let maximum): context.allOrders + context.newOrders > maximum
        case .maximumAlgoOrders(let maximum):
            context.newAlgoOrders > 0 && context.allAlgoOrders + context.newAlgoOrders > maximum
        case .maximumOrderLists(let maximum): context.newLists > 0 && context.allLists + context.newLists > maximum
        case .maximumIcebergOrders: false
        }
    }

    private static func outside(
        _ value: FixedDecimal, _ minimum: FixedDecimal, _ maximum: FixedDecimal, step: FixedDecimal
    ) -> Bool {
        if minimum.isPositive, value < minimum { return true }
        if maximum.isPositive, value > maximum { return true }
        return step.isPositive && value.units % step.units != 0
    }

    /// The price that market orders and far prices are compared with: the average of the last minutes, or the last
    /// one where the filter asks for 0 minutes or nothing was traded in them.
    private func reference(_ context: FilterContext, _ minutes: Int) -> FixedDecimal? {
        let last = context.last.map { FixedDecimal(units: Int128($0) * market.tick.units) }
        return minutes == 0 ? last : context.average ?? last
    }

    /// Price times quantity; nil when no price is known. Beyond all bounds counts as the largest value.
    private func value(of terms: OrderTerms, _ context: FilterContext, _ minutes: Int) -> FixedDecimal? {
        let order = terms.order
        if let quote = order.quoteQuantity { return quote }
        guard let quantity = order.quantity, let price = order.price ?? reference(context, minutes) else {
            return nil
        }
        do {
            return try price.multiplied(by: quantity, rounding: .down)
        } catch {
            return FixedDecimal.limit
        }
    }

    private func outside(
        _ price: FixedDecimal, _ up: FixedDecimal, _ down: FixedDecimal, _ context: FilterContext, _ minutes: Int
    ) -> Bool {
        guard let reference = reference(context, minutes) else { return false }
        do {
            return try price > reference.multiplied(by: up, rounding: .down)
                || price < reference.multiplied(by: down, rounding: .up)
        } catch {
            // A bound beyond every amount bounds nothing.
            return false
        }
    }
}
