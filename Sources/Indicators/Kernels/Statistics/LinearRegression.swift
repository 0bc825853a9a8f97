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

/// Least squares over a window in constant time a row.
///
/// A sum of values and a sum of values times their age, counted from a base value so that little is lost in their
/// difference, move along with the window. Every `period` rows both are made anew from the window around a new base:
/// rounding cannot build up, and the cost is one more pass over each value.
struct LinearRegression<Reading: LineReading>: Kernel, ~Copyable {
    let lookback: Int
    private let period: Int
    private let count: Double
    /// The sum of 0 ..< period, and the divisor of the slope.
    private let ages: Double
    private let divisor: Double
    private var window: Window
    private var base = 0.0
    private var sum = 0.0
    private var aged = 0.0
    /// Rows until the sums are made anew; during the warm-up, rows until the window is full.
    private var untilFresh: Int
    private var isFull = false

    init(period: Int) {
        lookback = period - 1
        self.period = period
        let n = Double(period)
        count = n
        ages = n * (n - 1) / 2
        divisor = ages * ages - n * (n * (n - 1) * (2 * n - 1) / 6)
        window = Window(period)
        untilFresh = period
    }

    @inline(__always)
    mutating func reset() {
        window.rewind()
        untilFresh = period
        isFull = false
    }

    @inline(__always)
    mutating func step(_ value: Double) -> Double {
        let old = window.exchange(value)
        untilFresh &-= 1
        if untilFresh == 0 {
            refresh(around: value)
        } else if isFull {
            aged += sum - count * (old - base)
            sum += value - old
        } else {
            return .nan
        }
        let slope = (count * aged - ages * sum) / divisor
        let intercept = (sum - slope * ages) / count + base
        return Reading.read(slope: slope, intercept: intercept, last: count - 1)
    }

    /// When it is called the newest value is in the last place of the ring and the oldest in the first.
    @inline(__always)
    private mutating func refresh(around value: Double) {
        base = value
        sum = 0
        aged = 0
        var age = count - 1
        var place = 0
        while place < period {
            let difference = window.base[place] - value
            sum += difference
            aged += age * difference
            age -= 1
            place &+= 1
        }
        untilFresh = period
        isFull = true
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
