/// Marc Chaikin's money flow of a candle: the volume times the place of the close in the range, -1 to 1; 0 without a
/// range.
@inline(__always)
func moneyFlow(_ candle: HighLowCloseVolume) -> Double {
    let range = candle.high - candle.low
    return range > 0 ? ((candle.close - candle.low) - (candle.high - candle.close)) / range * candle.volume : 0
}

/// The running total of money flow since the first candle (or since a missing one).
struct AccumulationDistribution: Kernel {
    var lookback: Int { 0 }
    private var total = 0.0

    @inline(__always)
    mutating func reset() { total = 0 }

    @inline(__always)
    mutating func step(_ candle: HighLowCloseVolume) -> Double {
        total += moneyFlow(candle)
        return total
    }
}

/// Chaikin's oscillator: a fast less a slow exponential average of accumulation/distribution. Both start from its
/// first value, as in TA-Lib, and not from a mean.
struct ChaikinOscillator: Kernel {
    let lookback: Int
    private let fastWeight: Double
    private let slowWeight: Double
    private var total = 0.0
    private var fast = 0.0
    private var slow = 0.0
    private var pending: Int

    init(fast: Int, slow: Int) {
        lookback = max(fast, slow) - 1
        fastWeight = 2 / Double(fast + 1)
        slowWeight = 2 / Double(slow + 1)
        pending = lookback + 1
    }

    @inline(__always)
    mutating func reset() {
        total = 0
        pending = lookback &+ 1
    }

    @inline(__always)
    mutating func step(_ candle: HighLowCloseVolume) -> Double {
        total += moneyFlow(candle)
        if pending > lookback {
            fast = total
            slow = total
        } else {
            fast = total * fastWeight + fast * (1 - fastWeight)
            slow = total * slowWeight + slow * (1 - slowWeight)
        }
        if pending > 0 {
            pending &-= 1
            if pending > 0 { return .nan }
        }
        return fast - slow
    }
}

/// Chaikin's money flow: the sum of money flow over the sum of volume; 0 without volume.
struct ChaikinMoneyFlow: Kernel, ~Copyable {
    private var flows: MovingSum
    private var volumes: MovingSum

    init(period: Int) {
        flows = MovingSum(period: period)
        volumes = MovingSum(period: period)
    }

    var lookback: Int { flows.lookback }

    @inline(__always)
    mutating func reset() {
        flows.reset()
        volumes.reset()
    }

    @inline(__always)
    mutating func step(_ candle: HighLowCloseVolume) -> Double {
        let flow = flows.step(moneyFlow(candle))
        let volume = volumes.step(candle.volume)
        return volume > 0 ? flow / volume : (volume.isNaN ? .nan : 0)
    }
}

/// The money flow index: the share of rising typical prices in the traded value, 0 to 100. Gene Quong and Avrum
/// Soudack. A price that moved by rounding only did not move; 0 in a window without any flow.
struct MoneyFlowIndex: Kernel, ~Copyable {
    private var rising: MovingSum
    private var falling: MovingSum
    private let period: Int
    private var previous = Double.nan
    /// Candles without flow in a row, up to `period`.
    private var idle = 0

    init(period: Int) {
        rising = MovingSum(period: period)
        falling = MovingSum(period: period)
        self.period = period
    }

    var lookback: Int { rising.lookback + 1 }

    @inline(__always)
    mutating func reset() {
        rising.reset()
        falling.reset()
        previous = .nan
        idle = 0
    }

    @inline(__always)
    mutating func step(_ candle: HighLowCloseVolume) -> Double {
        let typical = (candle.high + candle.low + candle.close) / 3
        let before = previous
        previous = typical
        if before.isNaN { return .nan }
        let change = typical - before
        let still = change.magnitude <= negligible * (typical.magnitude + before.magnitude)
        let flow = still ? 0 : typical * candle.volume
        let up = rising.step(change < 0 ? 0 : flow)
        let down = falling.step(change < 0 ? flow : 0)
        idle = flow == 0 ? idle &+ 1 : 0
        if up.isNaN { return .nan }
        if idle >= period {
            // Every term is zero: what the sums hold is rounding.
            idle = period
            rising.clear()
            falling.clear()
            return 0
        }
        let total = up + down
        return total <= 0 ? 0 : 100 * (smaller(larger(up, 0), total) / total)
    }
}

extension IndicatorDefinition {
    static let ad = IndicatorDefinition(
        "ad", [], "Accumulation/distribution line", fr: "Ligne d'accumulation et de distribution", source: "TA-Lib AD"
    ) { _ in AccumulationDistribution() }

    static let adosc = IndicatorDefinition(
        "adosc", [.period(3, "fast", from: 2), .period(10, "slow", from: 2)], "Chaikin oscillator",
        fr: "Oscillateur de Chaikin", source: "TA-Lib ADOSC"
    ) { ChaikinOscillator(fast: $0.int(0), slow: $0.int(1)) }

    static let cmf = IndicatorDefinition(
        "cmf", [.period(20, from: 2)], "Chaikin money flow, -1 to 1", fr: "Flux monétaire de Chaikin, de -1 à 1",
        source: "TA-Lib CMF"
    ) { ChaikinMoneyFlow(period: $0.int(0)) }

    static let mfi = IndicatorDefinition(
        "mfi", [.period(14, from: 2)], "Money flow index, 0 to 100", fr: "Indice de flux monétaire, de 0 à 100",
        source: "TA-Lib MFI"
    ) { MoneyFlowIndex(period: $0.int(0)) }
}
