import Market

/// Prices, fees and affordable quantities of simulated fills, in exact decimals.
public struct FillPricing: Sendable, Hashable {
    public let rules: InstrumentRules
    public let fees: FeeRates
    /// A fraction of the price.
    public let slippage: FixedDecimal

    public init(_ settings: TradingSettings) {
        rules = settings.rules
        fees = settings.fees
        slippage = settings.slippage
    }

    /// The price of a market order or stop that meets the market at `price`: worse by the slippage, then worse to the
    /// next tick where a tick is known, else to 10^-12. nil when it is no price.
    public func taken(_ price: FixedDecimal, side: Side) throws(FixedDecimal.Failure) -> Price? {
        var result = Price(price)
        let rounding: FixedDecimal.Rounding = side == .buy ? .up : .down
        if !slippage.isZero {
            result = try result.raised(by: side == .buy ? slippage : -slippage, rounding: rounding)
            if let tick = rules.priceTick { result = result.rounded(toTick: tick, rounding: rounding) }
        }
        return result.value.isPositive ? result : nil
    }

    /// The fee of a fill, rounded up. A value that cannot be counted is found here, fee or not.
    public func fee(_ quantity: Quantity, at price: Price, isMaker: Bool) throws(FixedDecimal.Failure) -> Money {
        let rate = isMaker ? fees.maker : fees.taker
        let value = try price.notional(of: quantity, rounding: .up)
        return rate.isZero ? .zero : try value.fraction(rate, rounding: .up)
    }

    /// The largest quantity, in steps, whose value and fee the cash covers.
    public func affordable(_ cash: Money, at price: Price, isMaker: Bool) throws(FixedDecimal.Failure) -> Quantity {
        guard cash.value.isPositive else { return .zero }
        let rate = isMaker ? fees.maker : fees.taker
        let unit = try price.raised(by: rate, rounding: .up)
        var quantity = try cash.quantity(at: unit, rounding: .down)
            .rounded(toStep: rules.quantityStep, rounding: .down)
        // Value and fee are each rounded up, by less than 10^-12 in all two: one step less always covers that.
        while quantity.value.isPositive, try cost(quantity, at: price, isMaker: isMaker) > cash {
            quantity -= rules.quantityStep.value.isPositive ? rules.quantityStep : InstrumentRules.defaultQuantityStep
        }
        return quantity.value.isPositive ? quantity : .zero
    }

    public func cost(_ quantity: Quantity, at price: Price, isMaker: Bool) throws(FixedDecimal.Failure) -> Money {
        try price.notional(of: quantity, rounding: .up) + fee(quantity, at: price, isMaker: isMaker)
    }
}
