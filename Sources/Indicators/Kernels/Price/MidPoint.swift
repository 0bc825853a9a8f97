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

extension IndicatorDefinition {
    static let midpoint = IndicatorDefinition(
        "midpoint", [.period(14, from: 2)], "Middle of the highest and the lowest value",
        fr: "Milieu de la plus haute et de la plus basse valeur", source: "TA-Lib MIDPOINT"
    ) { MidPoint(period: $0.int(0)) }

    static let midprice = IndicatorDefinition(
        "midprice", [.period(14, from: 2)], "Middle of the highest high and the lowest low",
        fr: "Milieu du plus haut et du plus bas", source: "TA-Lib MIDPRICE"
    ) { MidPrice(period: $0.int(0)) }
}
