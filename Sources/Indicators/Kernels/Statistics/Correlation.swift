/// The sums of two series that correlation and regression need, over a window, in TA-Lib's order.
struct PairSums: ~Copyable {
    let lookback: Int
    private var firsts: Window
    private var seconds: Window
    private(set) var x = 0.0
    private(set) var y = 0.0
    private(set) var xx = 0.0
    private(set) var xy = 0.0
    private(set) var yy = 0.0
    private var leaving: (Double, Double) = (0, 0)
    private var pending: Int

    init(period: Int) {
        lookback = period - 1
        firsts = Window(period)
        seconds = Window(period)
        pending = period - 1
    }

    @inline(__always)
    mutating func reset() {
        x = 0
        y = 0
        xx = 0
        xy = 0
        yy = 0
        leaving = (0, 0)
        pending = lookback
    }

    /// True if the sums are those of a full window.
    @inline(__always)
    mutating func step(_ first: Double, _ second: Double) -> Bool {
        x -= leaving.0
        xx -= leaving.0 * leaving.0
        xy -= leaving.0 * leaving.1
        y -= leaving.1
        yy -= leaving.1 * leaving.1
        x += first
        xx += first * first
        xy += first * second
        y += second
        yy += second * second
        let old = (firsts.push(first), seconds.push(second))
        if pending > 0 {
            pending &-= 1
            return false
        }
        leaving = old
        return true
    }
}

/// Pearson's correlation of two series over the last `period` values, -1 to 1; 0 where one of them does not move.
struct Correlation: Kernel, ~Copyable {
    private var sums: PairSums
    private let count: Double

    init(period: Int) {
        sums = PairSums(period: period)
        count = Double(period)
    }

    var lookback: Int { sums.lookback }

    @inline(__always)
    mutating func reset() { sums.reset() }

    @inline(__always)
    mutating func step(_ pair: Pair) -> Double {
        guard sums.step(pair.first, pair.second) else { return .nan }
        let spread = (sums.xx - sums.x * sums.x / count) * (sums.yy - sums.y * sums.y / count)
        return spread < negligible ? 0 : (sums.xy - sums.x * sums.y / count) / spread.squareRoot()
    }
}

/// The slope of the second series' relative changes over the first's, 0 where the first does not move. A change from 0
/// counts as 0.
struct Beta: Kernel, ~Copyable {
    private var sums: PairSums
    private let count: Double
    private var before: Pair?

    init(period: Int) {
        sums = PairSums(period: period)
        count = Double(period)
    }

    var lookback: Int { sums.lookback + 1 }

    @inline(__always)
    mutating func reset() {
        sums.reset()
        before = nil
    }

    @inline(__always)
    mutating func step(_ pair: Pair) -> Double {
        guard let last = before else {
            before = pair
            return .nan
        }
        before = pair
        let first = last.first.magnitude < negligible ? 0 : (pair.first - last.first) / last.first
        let second = last.second.magnitude < negligible ? 0 : (pair.second - last.second) / last.second
        guard sums.step(first, second) else { return .nan }
        let spread = count * sums.xx - sums.x * sums.x
        return spread.magnitude < negligible ? 0 : (count * sums.xy - sums.x * sums.y) / spread
    }
}

extension IndicatorDefinition {
    static let correl = IndicatorDefinition(
        "correl", [.period(30)], "Correlation of two series, -1 to 1", fr: "Corrélation de deux séries, de -1 à 1",
        source: "TA-Lib CORREL"
    ) { Correlation(period: $0.int(0)) }

    static let beta = IndicatorDefinition(
        "beta", [.period(5)], "Beta of two series' relative changes",
        fr: "Bêta des variations relatives de deux séries", source: "TA-Lib BETA"
    ) { Beta(period: $0.int(0)) }
}
