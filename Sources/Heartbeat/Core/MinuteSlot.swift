import Market

/// The trades of one minute as far as they were seen. Trades that come out of order change nothing: the lowest number
/// opens the candle, the highest closes it.
struct MinuteSlot: Sendable {
    static let length: Int64 = 60_000

    let openTime: Int64
    private(set) var tradeCount = 1
    private var open: Double
    private var high: Double
    private var low: Double
    private var close: Double
    private var volume: Double
    private var firstID: Int64
    private var lastID: Int64

    init(openTime: Int64, _ tick: Tick, id: Int64) {
        self.openTime = openTime
        open = tick.price
        high = tick.price
        low = tick.price
        close = tick.price
        volume = tick.quantity
        firstID = id
        lastID = id
    }

    @inline(__always)
    mutating func add(_ tick: Tick, id: Int64) {
        if id > lastID {
            lastID = id
            close = tick.price
        } else if id < firstID {
            firstID = id
            open = tick.price
        }
        if tick.price > high { high = tick.price }
        if tick.price < low { low = tick.price }
        volume += tick.quantity
        tradeCount += 1
    }

    var candle: Candle {
        Candle(
            openTime: Timestamp(milliseconds: openTime), open: open, high: high, low: low, close: close,
            volume: volume)
    }
}

extension Candle {
    /// Nothing was traded: all prices are the close before.
    static func flat(_ openTime: Int64, at close: Double) -> Candle {
        Candle(
            openTime: Timestamp(milliseconds: openTime), open: close, high: close, low: close, close: close, volume: 0)
    }

    var isSound: Bool {
        low > 0 && low <= open && open <= high && low <= close && close <= high && high < .infinity && volume >= 0
            && volume < .infinity && Timestamp.calendar.contains(openTime)
    }
}
