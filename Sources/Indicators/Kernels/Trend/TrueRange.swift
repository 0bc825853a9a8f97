import Glibc

/// The largest of high - low, |high - previous close| and |low - previous close|, for low <= high.
@inline(__always)
func trueRange(_ candle: HighLowClose, _ previousClose: Double) -> Double {
    larger(candle.high, previousClose) - smaller(candle.low, previousClose)
}

/// The true range: the candle's range, stretched to the close before it. The first candle has none.
struct TrueRange: Kernel {
    var lookback: Int { 1 }
    private var previousClose = Double.nan

    @inline(__always)
    mutating func reset() { previousClose = .nan }

    @inline(__always)
    mutating func step(_ candle: HighLowClose) -> Double {
        let before = previousClose
        previousClose = candle.close
        if before.isNaN { return .nan }
        return trueRange(candle, before)
    }

    var isWarm: Bool {
        @inline(__always)
        get { !previousClose.isNaN }
    }

    @inline(__always)
    mutating func steady(_ candle: HighLowClose) -> Double {
        let range = trueRange(candle, previousClose)
        previousClose = candle.close
        return range
    }
}

/// Wilder's mean of the true range.
struct AverageTrueRange: Kernel {
    private var mean: WilderMean
    private var previousClose = Double.nan

    init(period: Int) { mean = WilderMean(period: period) }

    var lookback: Int { mean.lookback + 1 }

    @inline(__always)
    mutating func reset() {
        mean.reset()
        previousClose = .nan
    }

    @inline(__always)
    mutating func step(_ candle: HighLowClose) -> Double {
        let before = previousClose
        previousClose = candle.close
        if before.isNaN { return .nan }
        return mean.step(trueRange(candle, before))
    }

    var isWarm: Bool {
        @inline(__always)
        get { mean.isWarm }
    }

    @inline(__always)
    mutating func steady(_ candle: HighLowClose) -> Double {
        let range = trueRange(candle, previousClose)
        previousClose = candle.close
        return mean.steady(range)
    }
}

/// The average true range in per cent of the close; the true range itself for a period of 1, as in TA-Lib.
struct NormalizedTrueRange: Kernel {
    private var range: AverageTrueRange

    init(period: Int) { range = AverageTrueRange(period: period) }

    var lookback: Int { range.lookback }

    @inline(__always)
    mutating func reset() { range.reset() }

    @inline(__always)
    mutating func step(_ candle: HighLowClose) -> Double {
        percentage(range.step(candle), candle.close)
    }

    @inline(__always)
    private func percentage(_ average: Double, _ close: Double) -> Double {
        if lookback == 1 { return average }
        return close == 0 ? average * 0 : average / close * 100
    }

    var isWarm: Bool {
        @inline(__always)
        get { range.isWarm }
    }

    @inline(__always)
    mutating func steady(_ candle: HighLowClose) -> Double {
        percentage(range.steady(candle), candle.close)
    }
}

/// How much the market goes sideways, 0 (one straight move) to 100: `100 * log10(sum of true ranges / total range) /
/// log10(period)`, 100 where nothing moved. E. W. Dreiss.
struct ChoppinessIndex: Kernel, ~Copyable {
    private var ranges: MovingSum
    private var channel: DonchianChannel
    private var previousClose = Double.nan
    private let scale: Double

    init(period: Int) {
        ranges = MovingSum(period: period)
        channel = DonchianChannel(period: period)
        scale = 100 / log10(Double(period))
    }

    var lookback: Int { ranges.lookback + 1 }

    @inline(__always)
    mutating func reset() {
        ranges.reset()
        channel.reset()
        previousClose = .nan
    }

    @inline(__always)
    mutating func step(_ candle: HighLowClose) -> Double {
        let bounds = channel.step(HighLow(high: candle.high, low: candle.low))
        let before = previousClose
        previousClose = candle.close
        if before.isNaN { return .nan }
        let sum = ranges.step(trueRange(candle, before))
        if sum.isNaN { return .nan }
        let total = bounds.first - bounds.third
        return total <= 0 || sum <= 0 ? 100 : log10(sum / total) * scale
    }
}

extension IndicatorDefinition {
    static let trange = IndicatorDefinition(
        "trange", [], "True range", fr: "Amplitude vraie", source: "TA-Lib TRANGE"
    ) { _ in TrueRange() }

    static let atr = IndicatorDefinition(
        "atr", [.period(14)], "Average true range", fr: "Amplitude vraie moyenne", source: "TA-Lib ATR"
    ) { AverageTrueRange(period: $0.int(0)) }

    static let natr = IndicatorDefinition(
        "natr", [.period(14)], "Average true range in per cent of the close",
        fr: "Amplitude vraie moyenne en pour cent de la clôture", source: "TA-Lib NATR"
    ) { NormalizedTrueRange(period: $0.int(0)) }

    static let chop = IndicatorDefinition(
        "chop", [.period(14, from: 2)], "Choppiness index, 0 to 100", fr: "Indice de choppiness, de 0 à 100",
        source: "E. W. Dreiss: 100 * log10(sum of true ranges / (highest high - lowest low)) / log10(period)"
    ) { ChoppinessIndex(period: $0.int(0)) }
}
