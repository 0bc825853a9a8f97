/// Donald Lambert's commodity channel index: the typical price's distance from its mean in mean deviations of 0.015.
///
/// The mean deviation is taken around a mean that changes with each row, so the window has to be read once a row: the
/// cost is proportional to the period, which is true of no other indicator but `avgdev`. The sums are made in the order
/// in which TA-Lib makes them.
struct CommodityChannelIndex: Kernel, ~Copyable {
    let lookback: Int
    private let period: Int
    private var window: Window
    private var pending: Int

    init(period: Int) {
        lookback = period - 1
        self.period = period
        window = Window(period)
        pending = period - 1
    }

    @inline(__always)
    mutating func reset() {
        window.rewind()
        pending = lookback
    }

    @inline(__always)
    mutating func step(_ candle: HighLowClose) -> Double {
        let typical = (candle.high + candle.low + candle.close) / 3
        _ = window.exchange(typical)
        if pending > 0 {
            pending &-= 1
            return .nan
        }
        let count = Double(period)
        let mean = window.total(period) / count
        let deviations = window.totalDistance(from: mean, period)
        let distance = typical - mean
        // A distance that is the rounding of the mean is none.
        if distance.magnitude <= negligible * (typical.magnitude + mean.magnitude) { return 0 }
        return distance / (0.015 * (deviations / count))
    }
}

/// The mean distance of the last values from their mean. Its cost is proportional to the period, as above.
struct MeanDeviation: Kernel, ~Copyable {
    let lookback: Int
    private let period: Int
    private var window: Window
    private var pending: Int

    init(period: Int) {
        lookback = period - 1
        self.period = period
        window = Window(period)
        pending = period - 1
    }

    @inline(__always)
    mutating func reset() {
        window.rewind()
        pending = lookback
    }

    @inline(__always)
    mutating func step(_ value: Double) -> Double {
        _ = window.exchange(value)
        if pending > 0 {
            pending &-= 1
            return .nan
        }
        let count = Double(period)
        return window.totalDistance(from: window.total(period) / count, period) / count
    }
}

extension Window {
    /// The sum of the first `count` places of the ring, in the order of its memory.
    @inline(__always)
    borrowing func total(_ count: Int) -> Double {
        var sum = 0.0
        var place = 0
        while place < count {
            sum += base[place]
            place &+= 1
        }
        return sum
    }

    /// The sum of their distances from a value.
    @inline(__always)
    borrowing func totalDistance(from value: Double, _ count: Int) -> Double {
        var sum = 0.0
        var place = 0
        while place < count {
            sum += (base[place] - value).magnitude
            place &+= 1
        }
        return sum
    }
}

extension IndicatorDefinition {
    static let cci = IndicatorDefinition(
        "cci", [.period(14, from: 2, to: 1000)], "Commodity channel index",
        fr: "Indice de canal des matières premières",
        source: "TA-Lib CCI"
    ) { CommodityChannelIndex(period: $0.int(0)) }

    static let avgdev = IndicatorDefinition(
        "avgdev", [.period(14, from: 2, to: 1000)], "Mean distance from the mean", fr: "Distance moyenne à la moyenne",
        source: "TA-Lib AVGDEV"
    ) { MeanDeviation(period: $0.int(0)) }
}
