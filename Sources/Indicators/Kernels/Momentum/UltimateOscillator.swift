/// Larry Williams' ultimate oscillator: buying pressure over true range in three windows, weighted 4, 2 and 1.
struct UltimateOscillator: Kernel, ~Copyable {
    private var short: PressureShare
    private var middle: PressureShare
    private var long: PressureShare
    private var previousClose = Double.nan

    init(_ first: Int, _ second: Int, _ third: Int) {
        let sorted = [first, second, third].sorted()
        short = PressureShare(period: sorted[0])
        middle = PressureShare(period: sorted[1])
        long = PressureShare(period: sorted[2])
    }

    var lookback: Int { long.lookback + 1 }

    @inline(__always)
    mutating func reset() {
        short.reset()
        middle.reset()
        long.reset()
        previousClose = .nan
    }

    @inline(__always)
    mutating func step(_ candle: HighLowClose) -> Double {
        let before = previousClose
        previousClose = candle.close
        if before.isNaN { return .nan }
        let pressure = candle.close - smaller(candle.low, before)
        let range = trueRange(candle, before)
        let first = short.step(pressure, range)
        let second = middle.step(pressure, range)
        return 100 * ((4 * first + 2 * second + long.step(pressure, range)) / 7)
    }

    var isWarm: Bool {
        @inline(__always)
        get { long.isWarm && !previousClose.isNaN }
    }

    @inline(__always)
    mutating func steady(_ candle: HighLowClose) -> Double {
        let pressure = candle.close - smaller(candle.low, previousClose)
        let range = trueRange(candle, previousClose)
        previousClose = candle.close
        let first = short.steady(pressure, range)
        let second = middle.steady(pressure, range)
        return 100 * ((4 * first + 2 * second + long.steady(pressure, range)) / 7)
    }
}

/// The sum of buying pressure over the sum of true ranges in one window; 0 without a range.
struct PressureShare: ~Copyable {
    private var pressures: MovingSum
    private var ranges: MovingSum

    init(period: Int) {
        pressures = MovingSum(period: period)
        ranges = MovingSum(period: period)
    }

    var lookback: Int { ranges.lookback }

    @inline(__always)
    mutating func reset() {
        pressures.reset()
        ranges.reset()
    }

    @inline(__always)
    mutating func step(_ pressure: Double, _ range: Double) -> Double {
        let above = pressures.step(pressure)
        let below = ranges.step(range)
        return below.magnitude < negligible ? 0 : above / below
    }

    var isWarm: Bool {
        @inline(__always)
        get { ranges.isWarm }
    }

    @inline(__always)
    mutating func steady(_ pressure: Double, _ range: Double) -> Double {
        let above = pressures.steady(pressure)
        let below = ranges.steady(range)
        return below.magnitude < negligible ? 0 : above / below
    }
}

extension IndicatorDefinition {
    static let ultosc = IndicatorDefinition(
        "ultosc", [.period(7, "short"), .period(14, "middle"), .period(28, "long")],
        "Ultimate oscillator, 0 to 100", fr: "Oscillateur ultime, de 0 à 100", source: "TA-Lib ULTOSC"
    ) { UltimateOscillator($0.int(0), $0.int(1), $0.int(2)) }
}
