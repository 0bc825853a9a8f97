/// The mean with weights 1 for the oldest value to `period` for the newest, kept by two running sums in TA-Lib's
/// order. As the rounding of the one goes on adding up in the other, both are made anew every 8 windows.
struct WeightedMovingAverage: Kernel, ~Copyable {
    let lookback: Int
    private let period: Double
    private let divisor: Double
    private var window: Window
    private var sum = 0.0
    private var weighted = 0.0
    private var leaving = 0.0
    private var pending: Int
    private var untilFresh: Int

    init(period: Int) {
        lookback = period - 1
        self.period = Double(period)
        untilFresh = 8 * period
        divisor = Double(period) * Double(period + 1) / 2
        window = Window(period)
        pending = period - 1
    }

    @inline(__always)
    mutating func reset() {
        sum = 0
        weighted = 0
        leaving = 0
        pending = lookback
        untilFresh = 8 &* window.capacity
    }

    @inline(__always)
    mutating func step(_ value: Double) -> Double {
        if pending > 0 {
            _ = window.push(value)
            sum += value
            weighted += value * Double(lookback &- pending &+ 1)
            pending &-= 1
            return .nan
        }
        return steady(value)
    }

    var isWarm: Bool {
        @inline(__always)
        get { pending <= 0 }
    }

    @inline(__always)
    mutating func steady(_ value: Double) -> Double {
        sum += value
        sum -= leaving
        weighted += value * period
        leaving = window.push(value)
        untilFresh &-= 1
        if untilFresh == 0 {
            untilFresh = 8 &* window.capacity
            (sum, weighted) = Self.sums(window.base, window.head, window.capacity)
        }
        let average = weighted / divisor
        weighted -= sum
        return average
    }

    /// Both sums over the window, the oldest value first; not a method, so that the state of the kernel need not be in
    /// memory for it.
    @inline(never)
    private static func sums(
        _ base: UnsafeMutablePointer<Double>, _ oldest: Int, _ count: Int
    ) -> (plain: Double, weighted: Double) {
        var sums = (plain: 0.0, weighted: 0.0)
        var place = oldest
        for weight in 1...count {
            sums.plain += base[place]
            sums.weighted += base[place] * Double(weight)
            place = place &+ 1 == count ? 0 : place &+ 1
        }
        return sums
    }
}

/// `WMA(2 * WMA(period / 2) - WMA(period), √period)`, both derived periods cut to whole numbers.
///
/// Alan Hull, 2005.
struct HullMovingAverage: Kernel, ~Copyable {
    private var full: WeightedMovingAverage
    private var half: WeightedMovingAverage
    private var outer: WeightedMovingAverage

    init(period: Int) {
        full = WeightedMovingAverage(period: period)
        half = WeightedMovingAverage(period: max(1, period / 2))
        outer = WeightedMovingAverage(period: Int(Double(period).squareRoot()))
    }

    var lookback: Int { full.lookback + outer.lookback }

    @inline(__always)
    mutating func reset() {
        full.reset()
        half.reset()
        outer.reset()
    }

    @inline(__always)
    mutating func step(_ value: Double) -> Double {
        let fast = half.step(value)
        let slow = full.step(value)
        if slow.isNaN { return .nan }
        return outer.step(2 * fast - slow)
    }

    var isWarm: Bool {
        @inline(__always)
        get { full.isWarm && outer.isWarm }
    }

    @inline(__always)
    mutating func steady(_ value: Double) -> Double {
        let fast = half.steady(value)
        return outer.steady(2 * fast - full.steady(value))
    }
}

extension IndicatorDefinition {
    static let wma = IndicatorDefinition(
        "wma", [.period(30)], "Linearly weighted moving average", fr: "Moyenne mobile pondérée", source: "TA-Lib WMA"
    ) { WeightedMovingAverage(period: $0.int(0)) }

    static let hma = IndicatorDefinition(
        "hma", [.period(20)], "Hull moving average", fr: "Moyenne mobile de Hull", source: "TA-Lib HMA"
    ) { HullMovingAverage(period: $0.int(0)) }
}
