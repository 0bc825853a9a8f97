/// The part of a candle that lies outside the one before it: the larger side only, never both.
///
/// J. Welles Wilder, New Concepts in Technical Trading Systems (1978).
@inline(__always)
func directionalMovement(_ candle: HighLow, after before: HighLow) -> (plus: Double, minus: Double) {
    let up = candle.high - before.high
    let down = before.low - candle.low
    // Written so that no branch is needed: which side wins is not predictable.
    return (up > down ? larger(up, 0) : 0, down > up ? larger(down, 0) : 0)
}

/// Wilder's sums of directional movement and of true ranges.
struct DirectionalSums {
    private(set) var plus: WilderSum
    private(set) var minus: WilderSum
    private(set) var range: WilderSum
    private let period: Int
    private var before = HighLow(high: 0, low: 0)
    private var previousClose = 0.0
    private var pending: Int

    init(period: Int) {
        plus = WilderSum(period: period)
        minus = plus
        range = plus
        self.period = period
        pending = period
    }

    /// Candles before the first one for which `step` is true.
    var lookback: Int { period }

    @inline(__always)
    mutating func reset() {
        plus.reset()
        minus.reset()
        range.reset()
        pending = period
    }

    /// True if the sums are known.
    @inline(__always)
    mutating func step(_ candle: HighLowClose) -> Bool {
        let now = HighLow(high: candle.high, low: candle.low)
        let move = directionalMovement(now, after: before)
        let reach = trueRange(candle, previousClose)
        before = now
        previousClose = candle.close
        if pending > 0 {
            pending &-= 1
            if pending == period &- 1 { return false }
            plus.seed(move.plus)
            minus.seed(move.minus)
            range.seed(reach)
            return false
        }
        plus.step(move.plus)
        minus.step(move.minus)
        range.step(reach)
        return true
    }

    /// +DI and -DI, 0 to 100.
    @inline(__always)
    var indicators: TwoValues {
        if range.sum == 0 { return TwoValues(0, 0) }
        return TwoValues(100 * (plus.sum / range.sum), 100 * (minus.sum / range.sum))
    }

    /// DX, 0 to 100, or nil where neither side moved.
    @inline(__always)
    var index: Double? {
        let both = plus.sum + minus.sum
        if range.sum == 0 || both == 0 { return nil }
        return 100 * ((plus.sum - minus.sum).magnitude / both)
    }
}

/// +DI or -DI alone. With a period of 1 it is a fraction and not a percentage, as in TA-Lib.
struct DirectionalIndicator: Kernel {
    private var sums: DirectionalSums
    private let isPlus: Bool

    init(period: Int, isPlus: Bool) {
        sums = DirectionalSums(period: period)
        self.isPlus = isPlus
    }

    var lookback: Int { sums.lookback }

    @inline(__always)
    mutating func reset() { sums.reset() }

    @inline(__always)
    mutating func step(_ candle: HighLowClose) -> Double {
        guard sums.step(candle) else { return .nan }
        if sums.range.sum == 0 { return 0 }
        return (sums.lookback == 1 ? 1 : 100) * ((isPlus ? sums.plus.sum : sums.minus.sum) / sums.range.sum)
    }
}

/// DX: how one-sided the movement is, 0 to 100. Where neither side moved it stays what it was.
struct DirectionalIndex: Kernel {
    private var sums: DirectionalSums
    private var last = 0.0

    init(period: Int) { sums = DirectionalSums(period: period) }

    var lookback: Int { sums.lookback }

    @inline(__always)
    mutating func reset() {
        sums.reset()
        last = 0
    }

    @inline(__always)
    mutating func step(_ candle: HighLowClose) -> Double {
        guard sums.step(candle) else { return .nan }
        last = sums.index ?? last
        return last
    }
}

/// ADX with both directional indicators. ADX begins with the mean of the first `period` values of DX; rows in which
/// neither side moved leave it as it is. The indicators are known `period - 1` candles earlier than it.
struct AverageDirectionalIndex: Kernel {
    private let period: Double
    private let keep: Double
    private let share: Double
    private var sums: DirectionalSums
    private var average = 0.0
    private var pending: Int

    init(period: Int) {
        sums = DirectionalSums(period: period)
        self.period = Double(period)
        keep = Double(period - 1) / Double(period)
        share = 1 / Double(period)
        pending = period
    }

    var lookback: Int { 2 * sums.lookback - 1 }

    @inline(__always)
    mutating func reset() {
        sums.reset()
        average = 0
        pending = sums.lookback
    }

    @inline(__always)
    mutating func step(_ candle: HighLowClose) -> ThreeValues {
        guard sums.step(candle) else { return .missing }
        let sides = sums.indicators
        let index = sums.index
        if pending > 0 {
            pending &-= 1
            if let index { average += index }
            if pending > 0 { return ThreeValues(.nan, sides.first, sides.second) }
            average /= period
        } else if let index {
            average = average * keep + index * share
        }
        return ThreeValues(average, sides.first, sides.second)
    }
}

/// The mean of ADX and of what it was `period - 1` candles ago.
struct DirectionalRating: Kernel, ~Copyable {
    private var index: AverageDirectionalIndex
    private var history: Window
    private let period: Int
    private var pending: Int

    init(period: Int) {
        index = AverageDirectionalIndex(period: period)
        history = Window(period)
        self.period = period
        pending = period - 1
    }

    var lookback: Int { index.lookback + period - 1 }

    @inline(__always)
    mutating func reset() {
        index.reset()
        pending = period &- 1
    }

    @inline(__always)
    mutating func step(_ candle: HighLowClose) -> Double {
        let now = index.step(candle).first
        if now.isNaN { return .nan }
        let old = history.push(now)
        if pending > 0 {
            pending &-= 1
            return .nan
        }
        return (now + old) / 2
    }
}

/// Wilder's sum of +DM or -DM.
struct DirectionalMovement: Kernel {
    let lookback: Int
    private let period: Int
    private let isPlus: Bool
    private var sum: WilderSum
    private var before = HighLow(high: 0, low: 0)
    private var pending: Int

    init(period: Int, isPlus: Bool) {
        lookback = max(1, period - 1)
        self.period = period
        self.isPlus = isPlus
        sum = WilderSum(period: period)
        pending = period
    }

    @inline(__always)
    mutating func reset() {
        sum.reset()
        pending = period
    }

    @inline(__always)
    mutating func step(_ candle: HighLow) -> Double {
        let moves = directionalMovement(candle, after: before)
        let move = isPlus ? moves.plus : moves.minus
        before = candle
        if pending > 0 {
            pending &-= 1
            if pending == period &- 1 { return .nan }
            sum.seed(move)
            return pending > 0 ? .nan : sum.sum
        }
        sum.step(move)
        return sum.sum
    }
}

extension IndicatorDefinition {
    static let adx = IndicatorDefinition(
        "adx", [.period(14, from: 2)], outputs: ["adx", "plus_di", "minus_di"],
        "Average directional index with both directional indicators",
        fr: "Indice directionnel moyen avec les deux indicateurs directionnels",
        source: "TA-Lib ADX, PLUS_DI, MINUS_DI"
    ) { AverageDirectionalIndex(period: $0.int(0)) }

    static let adxr = IndicatorDefinition(
        "adxr", [.period(14, from: 2)], "Average directional index rating",
        fr: "Évaluation de l'indice directionnel moyen", source: "TA-Lib ADXR"
    ) { DirectionalRating(period: $0.int(0)) }

    static let dx = IndicatorDefinition(
        "dx", [.period(14, from: 2)], "Directional index, 0 to 100", fr: "Indice directionnel, de 0 à 100",
        source: "TA-Lib DX"
    ) { DirectionalIndex(period: $0.int(0)) }

    static let plusDI = IndicatorDefinition(
        "plus_di", [.period(14)], "Plus directional indicator", fr: "Indicateur directionnel positif",
        source: "TA-Lib PLUS_DI"
    ) { DirectionalIndicator(period: $0.int(0), isPlus: true) }

    static let minusDI = IndicatorDefinition(
        "minus_di", [.period(14)], "Minus directional indicator", fr: "Indicateur directionnel négatif",
        source: "TA-Lib MINUS_DI"
    ) { DirectionalIndicator(period: $0.int(0), isPlus: false) }

    static let plusDM = IndicatorDefinition(
        "plus_dm", [.period(14)], "Plus directional movement", fr: "Mouvement directionnel positif",
        source: "TA-Lib PLUS_DM"
    ) { DirectionalMovement(period: $0.int(0), isPlus: true) }

    static let minusDM = IndicatorDefinition(
        "minus_dm", [.period(14)], "Minus directional movement", fr: "Mouvement directionnel négatif",
        source: "TA-Lib MINUS_DM"
    ) { DirectionalMovement(period: $0.int(0), isPlus: false) }
}
