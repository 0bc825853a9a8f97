import Glibc

/// What is read off the line of least squares through the last `period` values, at x = 0 for the oldest.
protocol LineReading {
    /// `last` is period - 1.
    static func read(slope: Double, intercept: Double, last: Double) -> Double
}

enum LineEnd: LineReading {
    @inline(__always)
    static func read(slope: Double, intercept: Double, last: Double) -> Double { intercept + slope * last }
}

enum LineNext: LineReading {
    @inline(__always)
    static func read(slope: Double, intercept: Double, last: Double) -> Double { intercept + slope * (last + 1) }
}

enum LineSlope: LineReading {
    @inline(__always)
    static func read(slope: Double, intercept: Double, last: Double) -> Double { slope }
}

enum LineAngle: LineReading {
    @inline(__always)
    static func read(slope: Double, intercept: Double, last: Double) -> Double { atan(slope) * (180 / .pi) }
}

enum LineIntercept: LineReading {
    @inline(__always)
    static func read(slope: Double, intercept: Double, last: Double) -> Double { intercept }
}

/// Least squares over a window in constant time a row: a sum of values and a sum of values times their age, moved
/// along in TA-Lib's order. As the rounding of the one goes on adding up in the other, both are made anew every 32
/// windows.
struct LinearRegression<Reading: LineReading>: Kernel, ~Copyable {
    let lookback: Int
    private let count: Double
    /// The sum of the ages 0 ..< period, and the divisor of the slope.
    private let ages: Double
    private let divisor: Double
    private var window: Window
    private var sum = 0.0
    private var aged = 0.0
    private var pending: Int
    private var untilFresh: Int

    init(period: Int) {
        lookback = period - 1
        untilFresh = 32 * period
        let n = Double(period)
        count = n
        ages = n * (n - 1) / 2
        divisor = ages * ages - n * (n * (n - 1) * (2 * n - 1) / 6)
        window = Window(period)
        pending = period
    }

    @inline(__always)
    mutating func reset() {
        sum = 0
        aged = 0
        pending = lookback &+ 1
        untilFresh = 32 &* window.capacity
    }

    @inline(__always)
    mutating func step(_ value: Double) -> Double {
        let old = window.exchange(value)
        if pending > 0 {
            pending &-= 1
            sum += value
            aged += Double(pending) * value
            if pending > 0 { return .nan }
        } else {
            aged = aged + sum - count * old
            sum = sum - old + value
            untilFresh &-= 1
            if untilFresh == 0 {
                untilFresh = 32 &* window.capacity
                (sum, aged) = Self.sums(window.base, window.head, window.capacity)
            }
        }
        let slope = (count * aged - ages * sum) / divisor
        let intercept = (sum - slope * ages) / count
        return Reading.read(slope: slope, intercept: intercept, last: count - 1)
    }

    /// Both sums over the window, the oldest value first; not a method, so that the state of the kernel need not be in
    /// memory for it.
    @inline(never)
    private static func sums(
        _ base: UnsafeMutablePointer<Double>, _ oldest: Int, _ count: Int
    ) -> (plain: Double, aged: Double) {
        var sums = (plain: 0.0, aged: 0.0)
        var place = oldest
        for age in (0..<count).reversed() {
            sums.plain += base[place]
            sums.aged += Double(age) * base[place]
            place = place &+ 1 == count ? 0 : place &+ 1
        }
        return sums
    }
}

extension IndicatorDefinition {
    static let linearreg = IndicatorDefinition(
        "linearreg", [.period(14, from: 2)], "End of the line of least squares",
        fr: "Extrémité de la droite des moindres carrés", source: "TA-Lib LINEARREG"
    ) { LinearRegression<LineEnd>(period: $0.int(0)) }

    static let linearregSlope = IndicatorDefinition(
        "linearreg_slope", [.period(14, from: 2)], "Slope of the line of least squares, a candle",
        fr: "Pente de la droite des moindres carrés, par bougie", source: "TA-Lib LINEARREG_SLOPE"
    ) { LinearRegression<LineSlope>(period: $0.int(0)) }

    static let linearregAngle = IndicatorDefinition(
        "linearreg_angle", [.period(14, from: 2)], "Angle of the line of least squares, in degrees",
        fr: "Angle de la droite des moindres carrés, en degrés", source: "TA-Lib LINEARREG_ANGLE"
    ) { LinearRegression<LineAngle>(period: $0.int(0)) }

    static let linearregIntercept = IndicatorDefinition(
        "linearreg_intercept", [.period(14, from: 2)], "Start of the line of least squares",
        fr: "Début de la droite des moindres carrés", source: "TA-Lib LINEARREG_INTERCEPT"
    ) { LinearRegression<LineIntercept>(period: $0.int(0)) }

    static let tsf = IndicatorDefinition(
        "tsf", [.period(14, from: 2)], "The line of least squares one candle ahead",
        fr: "La droite des moindres carrés une bougie plus loin", source: "TA-Lib TSF"
    ) { LinearRegression<LineNext>(period: $0.int(0)) }
}
