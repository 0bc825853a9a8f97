/// What a venue demands of the orders for one symbol.
public struct InstrumentRules: Sendable, Hashable {
    /// Every quantity is a multiple of it.
    public var quantityStep: Quantity
    /// Every price is a multiple of it; nil where no rule is known.
    public var priceTick: Price?
    public var minimumQuantity: Quantity?
    public var maximumQuantity: Quantity?
    /// The least value, price times quantity, of one order.
    public var minimumNotional: Money?
    public var maximumNotional: Money?

    /// 10^-8 of base, the step where no rules are known.
    public static let defaultQuantityStep = Quantity(FixedDecimal(units: 10_000))

    /// No rule but the default quantity step.
    public static let unknown = InstrumentRules()

    public init(
        quantityStep: Quantity = InstrumentRules.defaultQuantityStep,
        priceTick: Price? = nil,
        minimumQuantity: Quantity? = nil,
        maximumQuantity: Quantity? = nil,
        minimumNotional: Money? = nil,
        maximumNotional: Money? = nil
    ) {
        self.quantityStep = quantityStep
        self.priceTick = priceTick
        self.minimumQuantity = minimumQuantity
        self.maximumQuantity = maximumQuantity
        self.minimumNotional = minimumNotional
        self.maximumNotional = maximumNotional
    }
}
