import Market

/// What happened in the exchange, in its order; the edge turns it into streams.
public enum ExchangeEvent: Sendable, Hashable {
    case trade(MarketData.Trade)
    case aggregateTrade(MarketData.AggregateTrade)
    /// The best bid or ask changed, in price or quantity.
    case bookTicker(MarketData.BookTicker)
    /// A bar ended; the one in progress is asked for with `ExchangeCore.currentKline`.
    case klineClosed(MarketID, KlineInterval, Kline)
    case execution(ExecutionReport)
    case accountPosition(AccountPosition)
    case balanceUpdate(BalanceUpdate)
    case listStatus(OrderListState)
    case marketStatus(MarketID, MarketStatus)
}

/// One change of one order, with everything that `executionReport` tells.
public struct ExecutionReport: Sendable, Hashable {
    /// The order after the change. Its `clientOrderID` is `c`, but on a cancel.
    public let order: ExchangeOrder
    public let kind: ExecutionKind
    /// `c`: the order's client id, or the cancel request's.
    public let clientOrderID: String
    /// `C`: the order's own client id on a cancel, the former one on an amendment, else empty.
    public let originalClientOrderID: String
    /// `r`: `NONE`, or an error's name.
    public let rejectReason: String
    /// `I`.
    public let executionID: Int64
    /// `w`.
    public let isOnBook: Bool
    /// `T`.
    public let transactTime: Timestamp
    /// Present on `TRADE`.
    public let fill: OrderFill?
    /// `Y`.
    public let lastQuote: FixedDecimal
    /// `m`.
    public let isMaker: Bool
    /// Present on `TRADE_PREVENTION`.
    public let prevention: Prevention?

    public struct Prevention: Sendable, Hashable {
        /// `v`.
        public let matchID: Int64
        /// `B`.
        public let lastQuantity: FixedDecimal
        /// `U`.
        public let counterOrderID: OrderID
        /// `L` of the prevented match.
        public let price: FixedDecimal
    }
}

/// The balances that an event may have changed.
public struct AccountPosition: Sendable, Hashable {
    public let account: AccountID
    public let time: Timestamp
    public let balances: [Balance]
}

/// A deposit or withdrawal.
public struct BalanceUpdate: Sendable, Hashable {
    public let account: AccountID
    public let asset: Asset
    public let delta: FixedDecimal
    public let time: Timestamp
}
