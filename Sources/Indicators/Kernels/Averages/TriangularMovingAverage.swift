/// The mean with weights that rise to the middle of the window and fall again: the simple mean of a simple mean.
///
/// One sum of the whole window and one of each half are moved along in TA-Lib's order, and nothing takes their rounding
/// out: for odd periods it reaches a few parts in a billion after 300,000 rows, the same ones as there.
struct TriangularMovingAverage: Kernel, ~Copyable {
    let lookback: Int
    private let period: Int
    private let share: Double
    private var window: Window
    private var newerHalf: Window
    private var numerator = 0.0
    /// The sums of the values before the middle one and with it, and of those after it.
    private var older = 0.0
    private var newer = 0.0
    private var pending: Int

    init(period: Int) {
        lookback = period - 1
        self.period = period
        let half = period / 2
        share = 1 / Double(period % 2 == 1 ? (half + 1) * (half + 1) : half * (half + 1))
        window = Window(period)
        newerHalf = Window(max(1, half))
        pending = period
    }

    @inline(__always)
    mutating func reset() {
        window.rewind()
        pending = period
    }

    @inline(__always)
    mutating func step(_ value: Double) -> Double {
        if pending > 0 {
            pending &-= 1
            _ = window.exchange(value)
            _ = newerHalf.exchange(value)
            if pending > 0 { return .nan }
            let sums = Self.sums(window.base, period)
            (numerator, older, newer) = (sums.first, sums.second, sums.third)
            return numerator * share
        }
        return steady(value)
    }

    var isWarm: Bool {
        @inline(__always)
        get { pending <= 0 }
    }

    @inline(__always)
    mutating func steady(_ value: Double) -> Double {
        if period == 1 { return value }
        let middle = newerHalf.exchange(value)
        numerator -= older
        older = older - window.exchange(value) + middle
        if period & 1 == 1 {
            numerator += newer
            newer -= middle
        } else {
            newer -= middle
            numerator += newer
        }
        newer += value
        numerator += value
        return numerator * share
    }

    /// The weighted sum of a full ring that begins with the oldest value, and those of its halves.
    private static func sums(_ base: UnsafeMutablePointer<Double>, _ period: Int) -> ThreeValues {
        var sums = ThreeValues(0, 0, 0)
        let middle = (period - 1) / 2
        for place in (0...middle).reversed() {
            sums.second += base[place]
            sums.first += sums.second
        }
        for place in middle + 1..<max(period, middle + 1) {
            sums.third += base[place]
            sums.first += sums.third
        }
        return sums
    }
}

extension IndicatorDefinition {
    static let trima = IndicatorDefinition(
        "trima", [.period(30)], "Triangular moving average", fr: "Moyenne mobile triangulaire", source: "TA-Lib TRIMA"
    ) { TriangularMovingAverage(period: $0.int(0)) }
}
