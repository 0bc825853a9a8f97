import Market
import Wording

/// A Binance-like spot exchange without wire, clock or threads: every call carries the time, every effect comes back
/// as an answer and as events in their order. One owner at a time.
public final class ExchangeCore {
    public init(markets: [MarketSetup], settings: ExchangeSettings = .init(), start: Timestamp)
        throws(ExchangeSetupError)
    {
        throw ExchangeSetupError(Message("unfinished", fr: "inachevé"))
    }

    /// The time of the last call that carried one; time never goes back.
    public var now: Timestamp { Timestamp(milliseconds: 0) }
}

// The signatures to come.
protocol ExchangeCoreSignatures {
    // Markets
    var markets: [MarketDefinition] { get }  // index == MarketID.rawValue; status is the current one
    func market(named name: String) -> MarketID?
    func setStatus(_ status: MarketStatus, of market: MarketID, now: Timestamp)
    // maintenance: every status but trading refuses orders with "Market is closed."; nil = all markets
    func setMaintenance(_ on: Bool, now: Timestamp)

    // Accounts
    func openAccount(_ id: AccountID, settings: AccountSettings, now: Timestamp) throws(ExchangeSetupError)
    func setSettings(_ settings: AccountSettings, of account: AccountID)
    func credit(_ amount: FixedDecimal, of asset: Asset, to account: AccountID, now: Timestamp) throws(ExchangeRefusal)
    func accountState(_ account: AccountID) -> AccountState?

    // Orders
    func place(_ order: NewOrder, account: AccountID, now: Timestamp) throws(ExchangeRefusal) -> PlacedOrder
    func check(_ order: NewOrder, account: AccountID, now: Timestamp) throws(ExchangeRefusal)
    func placeList(
        _ list: NewOrderList, clientOrderID: String?, account: AccountID, now: Timestamp
    ) throws(ExchangeRefusal) -> PlacedOrderList
    func cancel(
        _ order: OrderReference, market: MarketID, account: AccountID, cancelClientOrderID: String?,
        restriction: CancelRestriction?, now: Timestamp
    ) throws(ExchangeRefusal) -> CancelResult
    func cancelList(
        id: OrderListID?, clientOrderID: String?, market: MarketID, account: AccountID, cancelClientOrderID: String?,
        now: Timestamp
    ) throws(ExchangeRefusal) -> (OrderListState, [CanceledOrder])
    func cancelAll(market: MarketID, account: AccountID, now: Timestamp) throws(ExchangeRefusal) -> [CancelResult]
    func cancelReplace(
        _ order: OrderReference, with replacement: NewOrder, mode: ReplacedOrder.Mode, cancelClientOrderID: String?,
        restriction: CancelRestriction?, account: AccountID, now: Timestamp
    ) -> ReplacedOrder
    func amend(
        _ order: OrderReference, market: MarketID, newQuantity: FixedDecimal, newClientOrderID: String?,
        account: AccountID, now: Timestamp
    ) throws(ExchangeRefusal) -> AmendedOrder

    // An account's history
    func order(_ order: OrderReference, market: MarketID, account: AccountID) throws(ExchangeRefusal) -> ExchangeOrder
    func openOrders(market: MarketID?, account: AccountID) -> [ExchangeOrder]
    func allOrders(_ query: OrderHistoryQuery, account: AccountID) throws(ExchangeRefusal) -> [ExchangeOrder]
    func trades(_ query: TradeHistoryQuery, account: AccountID) throws(ExchangeRefusal) -> [AccountTrade]
    func orderList(id: OrderListID?, clientOrderID: String?, account: AccountID) throws(ExchangeRefusal)
        -> OrderListState
    func openOrderLists(account: AccountID) -> [OrderListState]
    func allOrderLists(_ query: OrderListHistoryQuery, account: AccountID) throws(ExchangeRefusal) -> [OrderListState]
    func preventedMatches(market: MarketID, order: OrderID?, from: Int64?, limit: Int, account: AccountID)
        -> [PreventedMatch]
    func amendments(market: MarketID, order: OrderID, from: Int64?, limit: Int, account: AccountID)
        -> [OrderAmendment]

    // Market data
    func depth(_ market: MarketID, limit: Int) -> MarketData.Depth
    func takeDepthUpdate(_ market: MarketID) -> MarketData.DepthUpdate?  // since the last call; nil = nothing changed
    func bookTicker(_ market: MarketID) -> MarketData.BookTicker
    func recentTrades(_ market: MarketID, limit: Int) -> [MarketData.Trade]
    func trades(_ market: MarketID, from: TradeID, limit: Int) -> [MarketData.Trade]
    func aggregateTrades(
        _ market: MarketID, from: TradeID?, start: Timestamp?, end: Timestamp?, limit: Int
    ) -> [MarketData.AggregateTrade]
    func klines(_ market: MarketID, _ interval: KlineInterval, start: Timestamp?, end: Timestamp?, limit: Int)
        -> [Kline]
    func currentKline(_ market: MarketID, _ interval: KlineInterval) -> Kline?
    func ticker(_ market: MarketID, window milliseconds: Int64) -> MarketData.Ticker  // 24 h: 86_400_000
    func averagePrice(_ market: MarketID) -> (minutes: Int, price: FixedDecimal, closeTime: Timestamp)
    func lastPrice(_ market: MarketID) -> FixedDecimal?

    // Time, prices, faults, events
    func advance(to now: Timestamp)
    func setPrice(_ price: FixedDecimal, volume: FixedDecimal, of market: MarketID, now: Timestamp)
        throws(ExchangeRefusal)
    func setHouse(_ settings: HouseSettings, of market: MarketID, now: Timestamp)
    func forcePartialFills(fraction: FixedDecimal, orders: Int, hold milliseconds: Int64, account: AccountID?)
    func drainEvents() -> [ExchangeEvent]
}
