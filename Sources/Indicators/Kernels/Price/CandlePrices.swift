/// One price made of a candle's four.
protocol CandlePrice {
    associatedtype Input: KernelInput
    static func price(_ candle: Input) -> Double
}

enum AveragePrice: CandlePrice {
    @inline(__always)
    static func price(_ candle: OpenHighLowClose) -> Double {
        (candle.high + candle.low + candle.close + candle.open) / 4
    }
}

enum MedianPrice: CandlePrice {
    @inline(__always)
    static func price(_ candle: HighLow) -> Double { (candle.high + candle.low) / 2 }
}

enum TypicalPrice: CandlePrice {
    @inline(__always)
    static func price(_ candle: HighLowClose) -> Double { (candle.high + candle.low + candle.close) / 3 }
}

enum WeightedClose: CandlePrice {
    @inline(__always)
    static func price(_ candle: HighLowClose) -> Double { (candle.high + candle.low + candle.close + candle.close) / 4 }
}

/// The balance of power: the body of a candle over its range, -1 to 1; 0 without a range. Igor Livshin, Technical
/// Analysis of Stocks & Commodities, August 2001.
enum BalanceOfPower: CandlePrice {
    @inline(__always)
    static func price(_ candle: OpenHighLowClose) -> Double {
        let range = candle.high - candle.low
        return range < negligible ? 0 : (candle.close - candle.open) / range
    }
}

/// A kernel without memory.
struct PriceOf<Price: CandlePrice>: Kernel {
    var lookback: Int { 0 }

    static var isStateless: Bool {
        @inline(__always)
        get { true }
    }

    @inline(__always)
    mutating func reset() {}

    @inline(__always)
    mutating func step(_ candle: Price.Input) -> Double { Price.price(candle) }
}

/// The middle between the highest and the lowest of the last values.
struct MidPoint: Kernel, ~Copyable {
    private var highs: MovingExtreme<Highest>
    private var lows: MovingExtreme<Lowest>

    init(period: Int) {
        highs = MovingExtreme(period: period)
        lows = MovingExtreme(period: period)
    }

    var lookback: Int { highs.lookback }

    @inline(__always)
    mutating func reset() {
        highs.reset()
        lows.reset()
    }

    @inline(__always)
    mutating func step(_ value: Double) -> Double {
        let high = highs.step(value)
        return (high + lows.step(value)) / 2
    }

    var isWarm: Bool {
        @inline(__always)
        get { highs.isWarm }
    }

    @inline(__always)
    mutating func steady(_ value: Double) -> Double {
        let high = highs.steady(value)
        return (high + lows.steady(value)) / 2
    }
}

/// The middle between the highest high and the lowest low of the last candles.
struct MidPrice: Kernel, ~Copyable {
    private var channel: DonchianChannel

    init(period: Int) { channel = DonchianChannel(period: period) }

    var lookback: Int { channel.lookback }

    @inline(__always)
    mutating func reset() { channel.reset() }

    @inline(__always)
    mutating func step(_ candle: HighLow) -> Double { channel.step(candle).second }

    var isWarm: Bool {
        @inline(__always)
        get { channel.isWarm }
    }

    @inline(__always)
    mutating func steady(_ candle: HighLow) -> Double {
        channel.steady(candle).second
    }
}

/// The mean range of the last candles.
struct AverageRange: Kernel, ~Copyable {
    private var mean: SimpleMovingAverage

    init(period: Int) { mean = SimpleMovingAverage(period: period) }

    var lookback: Int { mean.lookback }

    @inline(__always)
    mutating func reset() { mean.reset() }

    @inline(__always)
    mutating func step(_ candle: HighLow) -> Double { mean.step(candle.high - candle.low) }
}

/// Tushar Chande's qstick: the mean body of the last candles.
struct MeanBody: Kernel, ~Copyable {
    private var mean: SimpleMovingAverage

    init(period: Int) { mean = SimpleMovingAverage(period: period) }

    var lookback: Int { mean.lookback }

    @inline(__always)
    mutating func reset() { mean.reset() }

    @inline(__always)
    mutating func step(_ candle: OpenClose) -> Double { mean.step(candle.close - candle.open) }
}

extension IndicatorDefinition {
    static let avgprice = IndicatorDefinition(
        "avgprice", [], "Mean of open, high, low and close",
        fr: "Moyenne de l'ouverture, du haut, du bas et de la clôture",
        source: "TA-Lib AVGPRICE"
    ) { _ in PriceOf<AveragePrice>() }

    static let medprice = IndicatorDefinition(
        "medprice", [], "Middle of high and low", fr: "Milieu du haut et du bas", source: "TA-Lib MEDPRICE"
    ) { _ in PriceOf<MedianPrice>() }

    static let typprice = IndicatorDefinition(
        "typprice", [], "Mean of high, low and close", fr: "Moyenne du haut, du bas et de la clôture",
        source: "TA-Lib TYPPRICE"
    ) { _ in PriceOf<TypicalPrice>() }

    static let wclprice = IndicatorDefinition(
        "wclprice", [], "Mean of high, low and twice the close",
        fr: "Moyenne du haut, du bas et de deux fois la clôture",
        source: "TA-Lib WCLPRICE"
    ) { _ in PriceOf<WeightedClose>() }

    static let bop = IndicatorDefinition(
        "bop", [], "Balance of power, -1 to 1", fr: "Équilibre des forces, de -1 à 1", source: "TA-Lib BOP"
    ) { _ in PriceOf<BalanceOfPower>() }

    static let midpoint = IndicatorDefinition(
        "midpoint", [.period(14, from: 2)], "Middle of the highest and the lowest value",
        fr: "Milieu de la plus haute et de la plus basse valeur", source: "TA-Lib MIDPOINT"
    ) { MidPoint(period: $0.int(0)) }

    static let midprice = IndicatorDefinition(
        "midprice", [.period(14, from: 2)], "Middle of the highest high and the lowest low",
        fr: "Milieu du plus haut et du plus bas", source: "TA-Lib MIDPRICE"
    ) { MidPrice(period: $0.int(0)) }

    static let adr = IndicatorDefinition(
        "adr", [.period(14)], "Mean range of the candles", fr: "Amplitude moyenne des bougies", source: "TA-Lib ADR"
    ) { AverageRange(period: $0.int(0)) }

    static let qstick = IndicatorDefinition(
        "qstick", [.period(10)], "Mean body of the candles", fr: "Corps moyen des bougies", source: "TA-Lib QSTICK"
    ) { MeanBody(period: $0.int(0)) }
}
