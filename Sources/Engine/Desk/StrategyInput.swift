import Broker
import Market
import Trading
import Wording

/// What a running strategy is told.
public enum StrategyInput: Sendable {
    /// A candle of its timeframe has closed; `index` as `StrategyTerms.candleIndex` counts.
    case candleClosed(Candle, index: Int)
    /// What its script wants; `refusals` as `AccountRisk` answers them.
    case decided([Intent], at: DecisionPoint, refusals: [Int: Message] = [:])
    /// An order as the venue tells it: from its stream, in answer to a call, or from a reconciliation.
    case report(OrderReport)
    case fill(FillReport)
    /// A call to place has failed; of a pair, either name stands for both.
    case sendFailed(ClientOrderID, BrokerError)
    case cancelFailed(ClientOrderID, BrokerError)
    /// The venue, asked by client id at that time, has never heard of the order.
    case unknownAtVenue(ClientOrderID, askedAt: Timestamp)
    /// All orders that wait at the venue on the strategy's symbol, asked for at that time.
    case openAtVenue([OrderReport], askedAt: Timestamp)
    /// The last price; wanted while something is watched that is not sent at once.
    case price(Double, Timestamp)
    /// The price watch has sent a watched order; its answer follows as that of any send.
    case triggeredSent(ClientOrderID)
    /// The answer to `DeskAction.unwatch`, unless the order had been sent: it will never be.
    case unwatched(ClientOrderID)
    /// Plan again: once a minute, after a reconnect, when `StrategyOutput.lookAfter` has passed.
    case look
    /// Close what is open and cancel what waits, until nothing is left.
    case closePosition(reason: String)
    /// Cancel the orders that its script has placed; stops and targets stay.
    case cancelOrders
    /// Cancel the orders that open or add: somebody has turned a kill switch.
    case holdBack
    /// At most this much of the base asset can be its own, as the venue told the account's balance when it was asked;
    /// without a time: just now.
    case holding(Quantity, askedAt: Timestamp? = nil)
}
