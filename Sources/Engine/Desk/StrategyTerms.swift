import Market
import Storage
import Trading

/// What one running strategy trades, with how much, where: fixed while it runs.
public struct StrategyTerms: Sendable {
    public let id: ActiveStrategyID
    /// With `orderPrefix(of:)` as the prefix of its orders.
    public let settings: TradingSettings
    /// What it starts with, in quote currency; its memory knows better once there is one.
    public let capital: Money
    public let timeframe: Timeframe
    public let venue: VenueTraits
    /// Which events the script has callbacks for; the others are not made.
    public let listening: StrategyEventKinds

    public init(
        id: ActiveStrategyID, settings: TradingSettings, capital: Money, timeframe: Timeframe, venue: VenueTraits,
        listening: StrategyEventKinds = .all
    ) {
        self.id = id
        self.settings = settings
        self.capital = capital
        self.timeframe = timeframe
        self.venue = venue
        self.listening = listening
    }

    /// Begins the client order ids of a strategy; no two strategies of one database share it.
    public static func orderPrefix(of id: ActiveStrategyID) -> String {
        "ab" + String(id.number, radix: 36)
    }

    /// How long after its decision an order that opens may still be sent.
    var freshness: Duration { .milliseconds(min(timeframe.milliseconds, 60_000)) }

    /// The candle that an instant falls in, counted from the epoch: a restart counts alike.
    public func candleIndex(at time: Timestamp) -> Int {
        Int(timeframe.openTime(containing: time).milliseconds / timeframe.milliseconds)
    }
}
