/// Candles of a market that never was: trends, ranges, crashes and recoveries, clusters of volatility, wicks, gaps,
/// and volume that grows with movement.
///
/// The same options give the same candles on every machine: the arithmetic is integers and + - * / sqrt, which IEEE
/// 754 rounds in one way only. Symbols of one seed share the market's movement and swing around it on their own, so
/// that a pair of them comes back together after it has drifted apart.
public struct SyntheticMarket: Sendable {
    public struct Options: Sendable, Hashable {
        public var seed: UInt64
        public var symbol: Symbol
        public var timeframe: Timeframe
        /// The open time of the first candle; lowered to the timeframe's grid.
        public var start: Timestamp
        /// How many slots of time are lived through; with gaps somewhat fewer candles come out.
        public var count: Int
        /// nil takes one by the base asset: BTC 20,000, ETH 1,500, any other 100.
        public var startPrice: Double?
        public var hasGaps: Bool

        public init(
            seed: UInt64, symbol: Symbol, timeframe: Timeframe, start: Timestamp = SyntheticMarket.defaultStart,
            count: Int, startPrice: Double? = nil, hasGaps: Bool = true
        ) {
            self.seed = seed
            self.symbol = symbol
            self.timeframe = timeframe
            self.start = start
            self.count = count
            self.startPrice = startPrice
            self.hasGaps = hasGaps
        }
    }

    /// 2022-01-03, a Monday.
    public static let defaultStart = Timestamp(milliseconds: 1_641_168_000_000)
    /// The most slots of time, as many as a file of candles may have rows.
    public static let largestCount = CandleCSVReader.defaultRowLimit
    /// The start prices that are accepted.
    public static let startPrices = 0.0001...1_000_000.0

    private enum Regime {
        case rise, fall, range, crash, recovery

        /// The usual movement in one candle, in deviations.
        var drift: Double {
            switch self {
            case .rise: 0.05
            case .fall: -0.05
            case .range: 0
            case .crash: -1.2
            case .recovery: 0.25
            }
        }

        /// How much wilder than usual it is.
        var wildness: Double {
            switch self {
            case .rise, .fall: 1
            case .range: 0.7
            case .crash: 3
            case .recovery: 1.8
            }
        }

        /// One candle in so many ends it.
        var length: UInt64 {
            switch self {
            case .rise, .fall: 300
            case .range: 400
            case .crash: 12
            case .recovery: 40
            }
        }
    }

    private let options: Options
    private let startPrice: Double
    /// The deviation of a quiet candle, as a fraction of the price: 0.08 % for a minute, growing with the root of time.
    private let deviation: Double
    private let baseVolume: Double
    /// Prices are multiples of 1 / this.
    private let ticksPerUnit: Double
    private var market: RandomStream
    private var own: RandomStream
    private var slot = 0
    private var gapLeft = 0
    private var regime = Regime.range
    /// The market's level, 1 at the start, and where a range began.
    private var level = 1.0
    private var anchor = 1.0
    private var variance = 1.0
    /// How far this symbol is from the market, as a fraction.
    private var offset = 0.0
    private var lastClose: Double

    public init(_ options: Options) {
        var options = options
        options.count = min(max(options.count, 0), Self.largestCount)
        options.start = options.timeframe.openTime(containing: options.start)
        self.options = options
        let price = options.startPrice ?? Self.usualPrice(of: options.symbol)
        startPrice = min(max(price, Self.startPrices.lowerBound), Self.startPrices.upperBound)
        let minutes = Double(options.timeframe.milliseconds / 60_000)
        deviation = 0.0008 * minutes.squareRoot()
        baseVolume = 200_000 * minutes / startPrice
        ticksPerUnit = startPrice >= 1000 ? 100 : startPrice >= 10 ? 10_000 : startPrice >= 0.1 ? 1e6 : 1e10
        market = RandomStream(seed: options.seed)
        own = RandomStream(seed: options.seed ^ Self.hash(options.symbol.description))
        lastClose = startPrice
    }

    /// All candles of the options.
    public static func generate(_ options: Options) -> CandleSeries {
        var source = SyntheticMarket(options)
        let columns = CandleColumns(capacity: source.options.count)
        while let candle = source.next() { columns.append(candle) }
        columns.trim()
        return CandleSeries(symbol: options.symbol, timeframe: options.timeframe, columns: columns)
    }

    /// The next candle; nil behind the last.
    public mutating func next() -> Candle? {
        // Bounded by `count`: every turn lives through one slot.
        while slot < options.count {
            let time = Timestamp(
                milliseconds: options.start.milliseconds + Int64(slot) * options.timeframe.milliseconds)
            slot += 1
            let candle = live(through: time)
            guard options.hasGaps, slot > 1 else { return candle }
            if gapLeft == 0, own.next() % 3000 == 0 { gapLeft = 1 + Int(own.next() % 6) * Int(own.next() % 8) }
            if gapLeft == 0 { return candle }
            gapLeft -= 1
        }
        return nil
    }

    private mutating func live(through time: Timestamp) -> Candle {
        if market.next() % regime.length == 0 { changeRegime() }
        let shock = market.bell()
        let movement = deviation * variance.squareRoot() * regime.wildness
        var drift = regime.drift * deviation
        if regime == .range { drift = 0.02 * (anchor - level) / level }
        // Far from where it began, the market leans back.
        if level > 8 { drift -= 0.03 * deviation } else if level < 0.125 { drift += 0.03 * deviation }
        let change = min(max(drift + movement * shock, -0.3), 0.3)
        level *= 1 + change
        // GARCH(1,1) with mean 1: a wild candle makes the next ones wilder.
        variance = 0.03 + 0.9 * variance + 0.07 * shock * shock
        offset = min(max(0.985 * offset + 0.5 * deviation * own.bell(), -0.3), 0.3)
        return candle(at: time, change: change, movement: movement)
    }

    private mutating func changeRegime() {
        let draw = market.next() % 100
        switch regime {
        case .crash: regime = draw < 70 ? .recovery : .range
        default: regime = draw < 34 ? .range : draw < 68 ? .rise : draw < 94 ? .fall : .crash
        }
        anchor = level
    }

    private mutating func candle(at time: Timestamp, change: Double, movement: Double) -> Candle {
        let open = onTick(lastClose * (1 + 0.05 * movement * own.bell()))
        let close = onTick(startPrice * level * (1 + offset))
        let top = max(open, close)
        let bottom = min(open, close)
        let high = max(top, onTick(top * (1 + wick(movement))))
        let low = min(bottom, onTick(bottom * max(0.5, 1 - wick(movement))))
        let activity = 0.2 + own.unit() * 0.6 + (change < 0 ? -change : change) / deviation
        let volume = (baseVolume * activity * regime.wildness * 1e6).rounded() / 1e6
        lastClose = close
        return Candle(openTime: time, open: open, high: high, low: low, close: close, volume: volume)
    }

    /// How far the price went beyond the body, as a fraction; one wick in fifty is a long one.
    private mutating func wick(_ movement: Double) -> Double {
        let reach = own.unit() * own.unit() * movement
        return own.next() % 50 == 0 ? reach * 6 : reach
    }

    /// The nearest multiple of the tick, at least one tick.
    private func onTick(_ price: Double) -> Double {
        max((price * ticksPerUnit).rounded(), 1) / ticksPerUnit
    }

    private static func usualPrice(of symbol: Symbol) -> Double {
        switch symbol.base {
        case "BTC", "XBT": 20_000
        case "ETH": 1500
        default: 100
        }
    }

    /// FNV-1a of the text.
    private static func hash(_ text: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 {
            hash ^= UInt64(byte)
            hash = hash &* 0x100_0000_01B3
        }
        return hash
    }
}
