import Market

/// Candles that the venue is asked for: those that open in `from ..< to`, all of them closed.
public struct CandleFetch: Sendable, Hashable {
    public let symbol: Symbol
    public let timeframe: Timeframe
    public let from: Timestamp
    public let to: Timestamp
    /// 0 for the first time; the answer names the fetch it belongs to, an answer to another one is left out.
    public let attempt: Int
    /// How long to wait before asking, by the local clock.
    public let wait: Duration

    public init(
        symbol: Symbol, timeframe: Timeframe, from: Timestamp, to: Timestamp, attempt: Int = 0, wait: Duration = .zero
    ) {
        self.symbol = symbol
        self.timeframe = timeframe
        self.from = from
        self.to = to
        self.attempt = attempt
        self.wait = wait
    }

    /// How many candles it spans.
    public var count: Int { Int((to.milliseconds - from.milliseconds) / timeframe.milliseconds) }

    /// The longest wait between two attempts.
    public static let longestWait = Duration.seconds(60)

    /// The same again, from a later candle on where the first ones are there; waits twice as long as before.
    func again(from first: Timestamp? = nil) -> CandleFetch {
        let next = attempt + 1
        let wait = Duration.milliseconds(250 << min(next - 1, 8))
        return CandleFetch(
            symbol: symbol, timeframe: timeframe, from: first ?? from, to: to, attempt: next,
            wait: min(wait, Self.longestWait))
    }
}
