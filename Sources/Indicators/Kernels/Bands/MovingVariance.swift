/// Mean and population variance of the last `period` values in constant time a row, without cancellation.
///
/// The sums are those of the distances from an anchor near the window, so that the variance is not the difference of
/// two large numbers. The anchor moves to the mean of the window, and the sums are made anew, when the variance has
/// become small beside the distances it is taken from, when a value so far out leaves that the rest was lost in
/// rounding beside it, and every 32 windows. The first two need a value far from the others to leave the window, which
/// each value does once, so the cost stays constant on the average.
struct MovingVariance: Kernel, ~Copyable {
    let lookback: Int
    private let period: Int
    private let share: Double
    private var window: Window
    private var anchor = 0.0
    private var sum = 0.0
    private var squares = 0.0
    private var pending: Int
    private var untilFresh: Int

    init(period: Int) {
        lookback = period - 1
        self.period = period
        share = 1 / Double(period)
        window = Window(period)
        pending = period - 1
        untilFresh = 32 * period
    }

    @inline(__always)
    mutating func reset() {
        sum = 0
        squares = 0
        pending = lookback
        untilFresh = 32 &* period
    }

    /// The mean first, the variance second; it is not negative, and 0 for equal values.
    @inline(__always)
    mutating func step(_ value: Double) -> TwoValues {
        if pending == lookback, sum == 0, squares == 0 { anchor = value }
        if pending > 0 {
            pending &-= 1
            let distance = value - anchor
            sum += distance
            squares += distance * distance
            _ = window.push(value)
            return .missing
        }
        return steady(value)
    }

    var isWarm: Bool {
        @inline(__always)
        get { pending <= 0 }
    }

    @inline(__always)
    mutating func steady(_ value: Double) -> TwoValues {
        let distance = value - anchor
        sum += distance
        squares += distance * distance
        let oldest = window.push(value)
        var row = moments
        let leaving = takeOut(oldest)
        untilFresh &-= 1
        if row.second < 1e-6 * (squares * share) || leaving > 1e6 * squares || untilFresh <= 0 {
            untilFresh = 32 &* period
            let fresh = Self.sums(window.base, window.head, period, share)
            (anchor, sum, squares) = (fresh.first, fresh.second, fresh.third)
            row = moments
            // Below this the distances are the rounding of the mean of equal values.
            if row.second < 1e-12 * (squares * share) { row.second = 0 }
            _ = takeOut(oldest)
        }
        return row
    }

    private var moments: TwoValues {
        @inline(__always)
        get {
            let offset = sum * share
            return TwoValues(anchor + offset, squares * share - offset * offset)
        }
    }

    /// Gives the square of the distance taken out.
    @inline(__always)
    private mutating func takeOut(_ value: Double) -> Double {
        let distance = value - anchor
        let square = distance * distance
        sum -= distance
        squares -= square
        return square
    }

    /// The mean of the window, and the sums of the distances from it and of their squares, the oldest value first; not
    /// a method, so that the state of the kernel need not be in memory for it.
    @inline(never)
    private static func sums(
        _ base: UnsafeMutablePointer<Double>, _ oldest: Int, _ count: Int, _ share: Double
    ) -> ThreeValues {
        var total = 0.0
        for place in oldest..<count { total += base[place] }
        for place in 0..<oldest { total += base[place] }
        let mean = total * share
        var sums = ThreeValues(mean, 0, 0)
        for row in 0..<count {
            let place = row < count - oldest ? oldest + row : oldest + row - count
            let distance = base[place] - mean
            sums.second += distance
            sums.third += distance * distance
        }
        return sums
    }
}

/// The population variance of the last `period` values.
struct Variance: Kernel, ~Copyable {
    private var moments: MovingVariance

    init(period: Int) { moments = MovingVariance(period: period) }

    var lookback: Int { moments.lookback }

    @inline(__always)
    mutating func reset() { moments.reset() }

    @inline(__always)
    mutating func step(_ value: Double) -> Double { moments.step(value).second }

    var isWarm: Bool {
        @inline(__always)
        get { moments.isWarm }
    }

    @inline(__always)
    mutating func steady(_ value: Double) -> Double {
        moments.steady(value).second
    }
}

extension IndicatorDefinition {
    static let variance = IndicatorDefinition(
        "var", [.period(5)], "Population variance", fr: "Variance de la population", source: "TA-Lib VAR"
    ) { Variance(period: $0.int(0)) }
}
