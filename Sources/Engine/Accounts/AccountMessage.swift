import Broker
import Market
import Storage
import Trading
import Wording

/// What an account loop is told; worked off one after the other.
enum AccountMessage: Sendable {
    /// Closed candles of the account's market.
    case candles([FeedBook.Signal], read: ContinuousClock.Instant)
    case history(FeedLoad, HistoryLoader.Found)
    case executor(ExecutorAnswer)
    case account(AccountEvent)
    case broker(BrokerAnswer)
    case touched([PriceWatch.Touch])
    case surveyed(SurveyRequest, Result<SurveyResult, BrokerError>)
    case keysTried(KeysVerdict)
    case venueTime(Timestamp, at: ContinuousClock.Instant)
    /// Strategies, commands or the broker's row may have changed.
    case rosterChanged
    /// A second has passed.
    case tick
    /// Something for one strategy that came of what was done for it.
    case strategy(ActiveStrategyID, StrategyInput)
    /// Look whether the loop is to end.
    case wake
}
