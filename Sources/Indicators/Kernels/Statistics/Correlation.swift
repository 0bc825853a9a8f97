/// Sums of two series over a window that correlation and regression need, in constant time a row, without
/// cancellation: of the distances from two anchors that move as that of `MovingVariance` does.
struct PairSums: ~Copyable {
    let lookback: Int
    private let period: Int
    private let share: Double
    /// How many times larger than what is left the square of a value may be that leaves.
    private let farthest: Double
    private var firsts: Window
    private var seconds: Window
    private var anchorX = 0.0
    private var anchorY = 0.0
    private var x = 0.0
    private var y = 0.0
    private var xx = 0.0
    private var xy = 0.0
    private var yy = 0.0
    private var leavingX = 0.0
    private var leavingY = 0.0
    private var pending: Int
    private var untilFresh: Int

    init(period: Int, farthest: Double) {
        lookback = period - 1
        self.period = period
        self.farthest = farthest
        share = 1 / Double(period)
        firsts = Window(period)
        seconds = Window(period)
        pending = period
        untilFresh = 32 * period
    }

    @inline(__always)
    mutating func reset() {
        x = 0
        y = 0
        xx = 0
        xy = 0
        yy = 0
        leavingX = 0
        leavingY = 0
        pending = period
        untilFresh = 32 &* period
    }

    /// The sums of squares of the first and second series' distances from their means, and of their products; 0 for a
    /// series that does not move but for rounding. Nil during the warm-up.
    @inline(__always)
    mutating func step(_ first: Double, _ second: Double) -> (xx: Double, yy: Double, xy: Double)? {
        if pending == period {
            anchorX = first
            anchorY = second
        }
        add(first, second)
        let old = (firsts.push(first), seconds.push(second))
        if pending > 0 {
            pending &-= 1
            if pending > 0 { return nil }
        }
        untilFresh &-= 1
        var row = spreads
        if row.xx < 1e-6 * xx || row.yy < 1e-6 * yy || leavingX > farthest * xx || leavingY > farthest * yy
            || untilFresh == 0
        {
            refresh()
            row = spreads
        }
        if row.xx <= negligible * xx { row.xx = 0 }
        if row.yy <= negligible * yy { row.yy = 0 }
        let goneX = old.0 - anchorX
        let goneY = old.1 - anchorY
        leavingX = goneX * goneX
        leavingY = goneY * goneY
        x -= goneX
        y -= goneY
        xx -= leavingX
        yy -= leavingY
        xy -= goneX * goneY
        return row
    }

    private var spreads: (xx: Double, yy: Double, xy: Double) {
        @inline(__always)
        get { (xx - x * x * share, yy - y * y * share, xy - x * y * share) }
    }

    @inline(__always)
    private mutating func add(_ first: Double, _ second: Double) {
        let dx = first - anchorX
        let dy = second - anchorY
        x += dx
        y += dy
        xx += dx * dx
        yy += dy * dy
        xy += dx * dy
    }

    @inline(never)
    private mutating func refresh() {
        untilFresh = 32 &* period
        anchorX = 0
        anchorY = 0
        var place = firsts.head
        for _ in 0..<period {
            anchorX += firsts.base[place]
            anchorY += seconds.base[place]
            place = place &+ 1 == period ? 0 : place &+ 1
        }
        anchorX *= share
        anchorY *= share
        x = 0
        y = 0
        xx = 0
        xy = 0
        yy = 0
        // Once around the ring, so that it is at the oldest value again.
        for _ in 0..<period {
            add(firsts.base[place], seconds.base[place])
            place = place &+ 1 == period ? 0 : place &+ 1
        }
    }
}

/// Pearson's correlation of two series over the last `period` values, -1 to 1; 0 where one of them does not move.
struct Correlation: Kernel, ~Copyable {
    private var sums: PairSums

    init(period: Int) { sums = PairSums(period: period, farthest: 1e6) }

    var lookback: Int { sums.lookback }

    @inline(__always)
    mutating func reset() { sums.reset() }

    @inline(__always)
    mutating func step(_ pair: Pair) -> Double {
        guard let row = sums.step(pair.first, pair.second) else { return .nan }
        if row.xx <= 0 || row.yy <= 0 { return 0 }
        return larger(smaller(row.xy / (row.xx * row.yy).squareRoot(), 1), -1)
    }
}

/// The slope of the second series' relative changes over the first's, 0 where the first does not move. A change from 0
/// counts as 0.
struct Beta: Kernel, ~Copyable {
    private var sums: PairSums
    private var before: Pair?

    init(period: Int) { sums = PairSums(period: period, farthest: 1e3) }

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
        guard let row = sums.step(first, second) else { return .nan }
        return row.xx <= 0 ? 0 : row.xy / row.xx
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
