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
        let oldest = window.push(value)
        if pending > 0 {
            sum += value
            weighted += value * Double(lookback &- pending &+ 1)
            pending &-= 1
            return .nan
        }
        sum += value
        sum -= leaving
        weighted += value * period
        untilFresh &-= 1
        if untilFresh == 0 { refresh() }
        leaving = oldest
        let average = weighted / divisor
        weighted -= sum
        return average
    }

    @inline(never)
    private mutating func refresh() {
        untilFresh = 8 &* window.capacity
        sum = 0
        weighted = 0
        var place = window.head
        var weight = 1.0
        while weight <= period {
            sum += window.base[place]
            weighted += window.base[place] * weight
            weight += 1
            place = window.place(after: place)
        }
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
}

extension IndicatorDefinition {
    static let wma = IndicatorDefinition(
        "wma", [.period(30)], "Linearly weighted moving average", fr: "Moyenne mobile pondérée", source: "TA-Lib WMA"
    ) { WeightedMovingAverage(period: $0.int(0)) }

    static let hma = IndicatorDefinition(
        "hma", [.period(20)], "Hull moving average", fr: "Moyenne mobile de Hull", source: "TA-Lib HMA"
    ) { HullMovingAverage(period: $0.int(0)) }
}
