import Market

/// What a broker can do, so that a caller need not try.
public struct BrokerCapabilities: Sendable, Hashable {
    public var orderKinds: Set<OrderKindName>
    /// One-cancels-the-other pairs of a stop and a target.
    public var hasOrderPairs: Bool
    /// Market orders whose amount is given in quote currency.
    public var hasQuoteAmounts: Bool
    public var timeframes: Set<Timeframe>
    /// Whether money is real; false for paper, testnets and test exchanges.
    public var isRealMoney: Bool
    /// Whether account calls will work: keys are present.
    public var hasAccount: Bool

    public init(
        orderKinds: Set<OrderKindName>, hasOrderPairs: Bool, hasQuoteAmounts: Bool, timeframes: Set<Timeframe>,
        isRealMoney: Bool, hasAccount: Bool
    ) {
        self.orderKinds = orderKinds
        self.hasOrderPairs = hasOrderPairs
        self.hasQuoteAmounts = hasQuoteAmounts
        self.timeframes = timeframes
        self.isRealMoney = isRealMoney
        self.hasAccount = hasAccount
    }
}
