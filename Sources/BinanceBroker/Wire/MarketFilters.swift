import Market

/// The filters of a market that can be checked without knowing its prices. A bound of zero is none.
struct MarketFilters: Sendable, Hashable {
    /// Least, largest and step of a price or a quantity.
    struct Bounds: Sendable, Hashable {
        var least: FixedDecimal
        var largest: FixedDecimal
        var step: FixedDecimal

        init(least: FixedDecimal = .zero, largest: FixedDecimal = .zero, step: FixedDecimal = .zero) {
            self.least = least
            self.largest = largest
            self.step = step
        }

        func isUnder(_ value: FixedDecimal) -> Bool { value < least }
        func isOver(_ value: FixedDecimal) -> Bool { largest.isPositive && value > largest }
        func isOffStep(_ value: FixedDecimal) -> Bool { step.isPositive && value.units % step.units != 0 }
    }

    var price = Bounds()
    var quantity = Bounds()
    /// For market orders, besides `quantity`.
    var marketQuantity = Bounds()
    var leastValue = FixedDecimal.zero
    var largestValue = FixedDecimal.zero
    var leastValueBindsMarketOrders = false
    var largestValueBindsMarketOrders = false

    init() {}

    /// Filters of an unknown type are the venue's business; a known one that cannot be read makes the answer nil.
    init?(_ list: JSONValue?) {
        guard let list, list.isArray else { return nil }
        do throws(UnreadableReply) {
            for filter in list.elements { try take(filter) }
        } catch {
            return nil
        }
    }

    private mutating func take(_ filter: JSONValue) throws(UnreadableReply) {
        switch filter["filterType"]?.text {
        case "PRICE_FILTER":
            price = Bounds(
                least: try filter.decimal("minPrice"), largest: try filter.decimal("maxPrice"),
                step: try filter.decimal("tickSize"))
        case "LOT_SIZE": quantity = try Self.lot(filter)
        case "MARKET_LOT_SIZE": marketQuantity = try Self.lot(filter)
        case "MIN_NOTIONAL":
            leastValue = max(leastValue, try filter.decimal("minNotional"))
            leastValueBindsMarketOrders = filter["applyToMarket"]?.bool ?? leastValueBindsMarketOrders
        case "NOTIONAL":
            leastValue = max(leastValue, try filter.decimal("minNotional"))
            largestValue = try filter.decimal("maxNotional")
            leastValueBindsMarketOrders = filter["applyMinToMarket"]?.bool ?? leastValueBindsMarketOrders
            largestValueBindsMarketOrders = filter["applyMaxToMarket"]?.bool ?? false
        default: break
        }
    }

    private static func lot(_ filter: JSONValue) throws(UnreadableReply) -> Bounds {
        Bounds(
            least: try filter.decimal("minQty"), largest: try filter.decimal("maxQty"),
            step: try filter.decimal("stepSize"))
    }

    /// The same for the rest of the program. Market orders' own bounds are narrower and are looked at before sending.
    var rules: InstrumentRules {
        func some<Value>(_ value: FixedDecimal, _ make: (FixedDecimal) -> Value) -> Value? {
            value.isPositive ? make(value) : nil
        }
        return InstrumentRules(
            quantityStep: some(quantity.step, Quantity.init) ?? InstrumentRules.defaultQuantityStep,
            priceTick: some(price.step, Price.init), minimumQuantity: some(quantity.least, Quantity.init),
            maximumQuantity: some(quantity.largest, Quantity.init), minimumNotional: some(leastValue, Money.init),
            maximumNotional: some(largestValue, Money.init))
    }
}
