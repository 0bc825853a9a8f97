/// Makes candles of one timeframe out of ticks.
///
/// A candle opens at the grid time its first tick falls in. It is closed by the first tick of a later candle, or by
/// `advance(to:)` when the venue's clock has passed its last instant. A minute without ticks makes no candle, unless
/// `flatWhenSilent` asks for one at the last close with volume 0, as the live heartbeat does.
public struct CandleBuilder: Sendable {
    public enum Outcome: Equatable, Sendable {
        case taken
        /// The tick belongs to a candle that is closed already; it was left out.
        case late
        /// Price or quantity cannot be true; the tick was left out.
        case unsound
    }

    /// The longest run of flat candles for one silence; a longer silence stays a gap. A day of minutes.
    public static let longestFlatRun = 1440

    public let timeframe: Timeframe
    public let flatWhenSilent: Bool
    /// How many ticks were late so far.
    public private(set) var lateCount = 0
    private var current: Candle?
    private var lastClosed: (openTime: Int64, close: Double)?

    public init(timeframe: Timeframe, flatWhenSilent: Bool = false) {
        self.timeframe = timeframe
        self.flatWhenSilent = flatWhenSilent
    }

    /// The candle that is still open, as it stands.
    public var open: Candle? { current }

    /// Takes a tick; `closed` receives the candles that it closes, in order of time.
    public mutating func add(_ tick: Tick, closed: (Candle) -> Void) -> Outcome {
        guard tick.isSound else { return .unsound }
        let slot = timeframe.openTime(containing: tick.time)
        if let last = lastClosed, slot.milliseconds <= last.openTime {
            lateCount += 1
            return .late
        }
        if var candle = current {
            if slot < candle.openTime {
                lateCount += 1
                return .late
            }
            if slot == candle.openTime {
                candle.high = max(candle.high, tick.price)
                candle.low = min(candle.low, tick.price)
                candle.close = tick.price
                candle.volume += tick.quantity
                current = candle
                return .taken
            }
            close(candle, closed)
        }
        if flatWhenSilent { fill(upTo: slot.milliseconds, closed) }
        current = Candle(
            openTime: slot, open: tick.price, high: tick.price, low: tick.price, close: tick.price,
            volume: tick.quantity)
        return .taken
    }

    /// Says that the venue's clock has reached a time: every candle that ends by then is closed.
    public mutating func advance(to time: Timestamp, closed: (Candle) -> Void) {
        let slot = timeframe.openTime(containing: time)
        if let candle = current, candle.openTime < slot { close(candle, closed) }
        if flatWhenSilent, current == nil { fill(upTo: slot.milliseconds, closed) }
    }

    /// Hands out the candle that is still open and forgets it.
    public mutating func takeOpen() -> Candle? {
        defer { current = nil }
        return current
    }

    private mutating func close(_ candle: Candle, _ closed: (Candle) -> Void) {
        closed(candle)
        lastClosed = (candle.openTime.milliseconds, candle.close)
        current = nil
    }

    private mutating func fill(upTo end: Int64, _ closed: (Candle) -> Void) {
        guard let last = lastClosed else { return }
        let step = timeframe.milliseconds
        let missing = (end - last.openTime) / step - 1
        guard missing > 0, missing <= Int64(Self.longestFlatRun) else { return }
        for index in 1...missing {
            let time = Timestamp(milliseconds: last.openTime + index * step)
            close(
                Candle(
                    openTime: time, open: last.close, high: last.close, low: last.close, close: last.close, volume: 0),
                closed)
        }
    }
}
