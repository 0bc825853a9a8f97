import Market

/// One bar as Binance gives it.
public struct Kline: Sendable, Hashable {
    public internal(set) var openTime: Timestamp
    /// The last millisecond of the bar.
    public internal(set) var closeTime: Timestamp
    public internal(set) var open: FixedDecimal
    public internal(set) var high: FixedDecimal
    public internal(set) var low: FixedDecimal
    public internal(set) var close: FixedDecimal
    public internal(set) var volume: FixedDecimal = .zero
    public internal(set) var quoteVolume: FixedDecimal = .zero
    public internal(set) var tradeCount = 0
    public internal(set) var takerBuyVolume: FixedDecimal = .zero
    public internal(set) var takerBuyQuoteVolume: FixedDecimal = .zero
    /// nil without a trade of this run: a quiet bar, or one from the replayed history.
    public internal(set) var firstTradeID: TradeID?
    public internal(set) var lastTradeID: TradeID?
}

/// The lengths of bars; raw values are the names on the wire.
public enum KlineInterval: String, Sendable, Hashable, CaseIterable {
    case s1 = "1s"
    case m1 = "1m"
    case m3 = "3m"
    case m5 = "5m"
    case m15 = "15m"
    case m30 = "30m"
    case h1 = "1h"
    case h2 = "2h"
    case h4 = "4h"
    case h6 = "6h"
    case h8 = "8h"
    case h12 = "12h"
    case d1 = "1d"
    case d3 = "3d"
    case w1 = "1w"
    /// A calendar month.
    case month = "1M"

    /// The length; nil for months.
    public var milliseconds: Int64? {
        switch self {
        case .s1: 1000
        case .m1: 60_000
        case .m3: 180_000
        case .m5: 300_000
        case .m15: 900_000
        case .m30: 1_800_000
        case .h1: 3_600_000
        case .h2: 7_200_000
        case .h4: 14_400_000
        case .h6: 21_600_000
        case .h8: 28_800_000
        case .h12: 43_200_000
        case .d1: 86_400_000
        case .d3: 259_200_000
        case .w1: 604_800_000
        case .month: nil
        }
    }

    /// The open time of the bar that holds the instant, UTC. Weeks begin on Monday; the grid of three days begins on
    /// 1970-01-01.
    public func openTime(containing time: Timestamp) -> Timestamp {
        guard let length = milliseconds else {
            let date = time.date
            return Timestamp(year: date.year, month: date.month, day: 1) ?? time
        }
        let shift: Int64 = self == .w1 ? 4 * 86_400_000 : 0
        var inside = (time.milliseconds - shift) % length
        if inside < 0 { inside += length }
        return Timestamp(milliseconds: time.milliseconds - inside)
    }

    /// The open time of the bar after the one that opens then.
    public func next(after open: Timestamp) -> Timestamp {
        guard let length = milliseconds else {
            // No month has more than 31 days, and none fewer than 28.
            return openTime(containing: Timestamp(milliseconds: open.milliseconds + 31 * 86_400_000))
        }
        return Timestamp(milliseconds: open.milliseconds + length)
    }
}
