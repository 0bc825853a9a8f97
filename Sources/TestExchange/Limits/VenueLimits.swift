/// How much the venue takes before it answers 429, and then 418; what exchangeInfo says under `rateLimits`.
public struct VenueLimits: Sendable, Hashable {
    /// Request weight of one address in a minute.
    public var weightPerMinute: Int
    /// Requests of one address in five minutes.
    public var requestsPerFiveMinutes: Int
    /// Unfilled orders of one account in ten seconds.
    public var ordersPerTenSeconds: Int
    /// Unfilled orders of one account in a day.
    public var ordersPerDay: Int
    /// So many answers 429 within one minute are borne before the address is banned.
    public var refusalsBeforeBan: Int
    /// The first ban, in seconds; each further one lasts twice as long, up to `longestBanSeconds`.
    public var firstBanSeconds: Int
    public var longestBanSeconds: Int
    /// Messages a market stream connection may send in a second; one more closes it.
    public var messagesPerSecond: Int
    /// Streams of one connection.
    public var streamsPerConnection: Int
    /// WebSocket connection attempts of one address in five minutes.
    public var connectionsPerFiveMinutes: Int

    /// The venue's own limits of July 2026.
    public init(
        weightPerMinute: Int = 6000, requestsPerFiveMinutes: Int = 300_000, ordersPerTenSeconds: Int = 100,
        ordersPerDay: Int = 200_000, refusalsBeforeBan: Int = 20, firstBanSeconds: Int = 120,
        longestBanSeconds: Int = 259_200, messagesPerSecond: Int = 5, streamsPerConnection: Int = 1024,
        connectionsPerFiveMinutes: Int = 300
    ) {
        self.weightPerMinute = weightPerMinute
        self.requestsPerFiveMinutes = requestsPerFiveMinutes
        self.ordersPerTenSeconds = ordersPerTenSeconds
        self.ordersPerDay = ordersPerDay
        self.refusalsBeforeBan = refusalsBeforeBan
        self.firstBanSeconds = firstBanSeconds
        self.longestBanSeconds = longestBanSeconds
        self.messagesPerSecond = messagesPerSecond
        self.streamsPerConnection = streamsPerConnection
        self.connectionsPerFiveMinutes = connectionsPerFiveMinutes
    }

    /// Limits that nothing reaches, for measuring and for tests about something else.
    public static let unlimited = VenueLimits(
        weightPerMinute: .max / 2, requestsPerFiveMinutes: .max / 2, ordersPerTenSeconds: .max / 2,
        ordersPerDay: .max / 2, connectionsPerFiveMinutes: .max / 2)
}
