import Broker
import Market

/// A candle that a heartbeat has closed.
public struct ClosedCandle: Sendable, Equatable {
    public var key: CandleKey
    public var candle: Candle
    /// Trades in it; 0 in a silent minute.
    public var tradeCount: Int
    public var closedAt: Timestamp
    /// Whether the engines are to be told: of the heartbeat's timeframes, once its gaps are filled.
    public var isSignalled: Bool

    public init(key: CandleKey, candle: Candle, tradeCount: Int, closedAt: Timestamp, isSignalled: Bool) {
        self.key = key
        self.candle = candle
        self.tradeCount = tradeCount
        self.closedAt = closedAt
        self.isSignalled = isSignalled
    }
}

/// What a heartbeat writes in one transaction. Candles and signals that are there already are passed over.
public struct HeartbeatPulse: Sendable, Equatable {
    public var candles: [ClosedCandle]
    public var status: HeartbeatStatus?
    public var alerts: [Alert]

    public init(candles: [ClosedCandle] = [], status: HeartbeatStatus? = nil, alerts: [Alert] = []) {
        self.candles = candles
        self.status = status
        self.alerts = alerts
    }
}

/// A candle was closed: whoever trades on its series is to decide.
public struct HeartbeatSignal: Sendable, Equatable {
    /// Rises in the order in which signals can be seen: after one was read, no smaller one appears.
    public var id: SignalID
    public var key: CandleKey
    public var candle: Candle
    public var signalledAt: Timestamp
}

/// How a market's heartbeat is.
public struct HeartbeatStatus: Sendable, Hashable {
    public var market: VenueName
    public var isConnected: Bool
    /// Whether what it builds agrees with what the venue tells.
    public var isCoherent: Bool
    /// The venue's time of the last thing heard of it.
    public var lastHeartbeat: Timestamp?
    /// A JSON object.
    public var detail: String
    /// Nil in what is to be written.
    public var updatedAt: Timestamp?

    public init(
        market: VenueName, isConnected: Bool, isCoherent: Bool, lastHeartbeat: Timestamp? = nil, detail: String = "{}",
        updatedAt: Timestamp? = nil
    ) {
        self.market = market
        self.isConnected = isConnected
        self.isCoherent = isCoherent
        self.lastHeartbeat = lastHeartbeat
        self.detail = detail
        self.updatedAt = updatedAt
    }
}
