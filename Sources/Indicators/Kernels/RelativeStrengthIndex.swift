/// Wilder's relative strength index, 0 to 100: the share of gains in the smoothed gains and losses.
///
/// In a market that never moved, where there are neither gains nor losses, it is 0 as in TA-Lib.
struct RelativeStrengthIndex: Kernel {
    let lookback: Int
    private let period: Double
    private var gain = 0.0
    private var loss = 0.0
    private var previous = 0.0
    private var pending: Int

    init(period: Int) {
        lookback = period
        self.period = Double(period)
        pending = period + 1
    }

    mutating func reset() {
        gain = 0
        loss = 0
        pending = lookback + 1
    }

    @inline(__always)
    mutating func step(_ value: Double) -> Double {
        let change = value - previous
        previous = value
        let up = change > 0 ? change : 0
        let down = change < 0 ? -change : 0
        if pending > 0 {
            pending -= 1
            if pending == lookback { return .nan }
            gain += up
            loss += down
            if pending > 0 { return .nan }
            gain /= period
            loss /= period
        } else {
            gain = (gain * (period - 1) + up) / period
            loss = (loss * (period - 1) + down) / period
        }
        let both = gain + loss
        return both.magnitude < 1e-14 ? 0 : 100 * (gain / both)
    }
}

extension IndicatorDefinition {
    static let rsi = IndicatorDefinition(
        "rsi", [.period(14, from: 2)], "Relative strength index, 0 to 100", fr: "Indice de force relative, de 0 à 100",
        source: "TA-Lib RSI"
    ) { RelativeStrengthIndex(period: $0.int(0)) }
}
