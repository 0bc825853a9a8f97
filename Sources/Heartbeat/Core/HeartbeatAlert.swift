import Market
import Wording

/// Something about a market's data that a person should know.
public struct HeartbeatAlert: Sendable, Hashable {
    public enum Code: String, Sendable, CaseIterable {
        /// A trade of a candle that was told already.
        case lateTrade = "late_trade"
        /// Our candle is not the venue's.
        case candleDiffers = "candle_differs"
        /// Candles that nobody can tell any more.
        case candlesMissing = "candles_missing"
        case fetchFailed = "fetch_failed"
        case streamSilent = "stream_silent"
        case clockJump = "clock_jump"
        case unsoundTrade = "unsound_trade"
        case unknownSymbol = "unknown_symbol"
        case tooManySymbols = "too_many_symbols"
    }

    public enum Severity: String, Sendable {
        case info, warning, error
    }

    public var code: Code
    public var severity: Severity
    /// Nil: it concerns the whole market.
    public var symbol: Symbol?
    public var message: Message
    /// The venue's time, as far as it is known.
    public var at: Timestamp?

    public init(_ code: Code, _ severity: Severity, symbol: Symbol?, at: Timestamp?, _ message: Message) {
        self.code = code
        self.severity = severity
        self.symbol = symbol
        self.at = at
        self.message = message
    }
}

/// Lets one alert of a kind through for each symbol and span of time, so that a broken feed fills no table.
struct AlertPace: Sendable {
    /// In milliseconds of the venue.
    static let span: Int64 = 600_000

    private struct Key: Hashable {
        let code: HeartbeatAlert.Code
        let symbol: Symbol?
    }

    /// At most one for each code and followed symbol.
    private var last: [Key: Int64] = [:]

    mutating func admits(_ alert: HeartbeatAlert) -> Bool {
        let key = Key(code: alert.code, symbol: alert.symbol)
        let now = alert.at?.milliseconds ?? 0
        if let last = last[key], now >= last, now - last < Self.span { return false }
        last[key] = now
        return true
    }

    mutating func forget(_ symbol: Symbol) {
        last = last.filter { $0.key.symbol != symbol }
    }
}
