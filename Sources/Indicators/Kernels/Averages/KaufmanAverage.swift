/// How straight the way of the last `period` changes was: the net change over the sum of the changes, 0 to 1.
///
/// Perry Kaufman, Smarter Trading (1995).
struct EfficiencyRatio: Kernel, ~Copyable {
    let lookback: Int
    private var values: Window
    private var changes: Window
    private var path = 0.0
    private var previous = 0.0
    private var pending: Int

    init(period: Int) {
        lookback = period
        values = Window(period)
        changes = Window(period)
        pending = period + 1
    }

    @inline(__always)
    mutating func reset() {
        path = 0
        pending = lookback &+ 1
    }

    @inline(__always)
    mutating func step(_ value: Double) -> Double {
        let change = (value - previous).magnitude
        previous = value
        let old = values.exchange(value)
        if pending > 0 {
            pending &-= 1
            if pending == lookback { return .nan }
            _ = changes.exchange(change)
            path += change
            if pending > 0 { return .nan }
        } else {
            path -= changes.exchange(change)
            path += change
        }
        let net = value - old
        if path <= net || path.magnitude < negligible { return 1 }
        return (net / path).magnitude
    }
}

/// Kaufman's adaptive average: an exponential average whose weight goes from that of 30 rows in noise to that of 2
/// rows in a straight move. It starts from the value before its first one, as in TA-Lib.
struct KaufmanAverage: Kernel, ~Copyable {
    private var efficiency: EfficiencyRatio
    private var average = 0.0
    private var previous = 0.0
    private var isStarted = false

    init(period: Int) { efficiency = EfficiencyRatio(period: period) }

    var lookback: Int { efficiency.lookback }

    @inline(__always)
    mutating func reset() {
        efficiency.reset()
        isStarted = false
    }

    @inline(__always)
    mutating func step(_ value: Double) -> Double {
        let ratio = efficiency.step(value)
        let before = isStarted ? average : previous
        previous = value
        if ratio.isNaN { return .nan }
        isStarted = true
        let slowest = 2.0 / 31
        let weight = ratio * (2.0 / 3 - slowest) + slowest
        average = (value - before) * (weight * weight) + before
        return average
    }
}

extension IndicatorDefinition {
    static let kama = IndicatorDefinition(
        "kama", [.period(30, from: 2)], "Kaufman's adaptive moving average", fr: "Moyenne mobile adaptative de Kaufman",
        source: "TA-Lib KAMA"
    ) { KaufmanAverage(period: $0.int(0)) }

    static let er = IndicatorDefinition(
        "er", [.period(10, from: 2)], "Kaufman's efficiency ratio, 0 to 1",
        fr: "Ratio d'efficacité de Kaufman, de 0 à 1",
        source: "TA-Lib ER"
    ) { EfficiencyRatio(period: $0.int(0)) }
}
