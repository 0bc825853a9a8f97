/// The difference of two exponential averages; in per cent of the slow one if `isPercent`.
struct AverageDifference: Kernel {
    private var averages: AveragePair
    private let isPercent: Bool

    init(fast: Int, slow: Int, isPercent: Bool) {
        averages = AveragePair(fast: fast, slow: slow, isAligned: false)
        self.isPercent = isPercent
    }

    var lookback: Int { averages.lookback }

    @inline(__always)
    mutating func reset() { averages.reset() }

    @inline(__always)
    mutating func step(_ value: Double) -> Double {
        let row = averages.step(value)
        let difference = row.first - row.second
        guard isPercent else { return difference }
        return row.second == 0 ? 0 : difference / row.second * 100
    }
}

/// The same over the volume.
struct VolumeDifference: Kernel {
    private var difference: AverageDifference

    init(fast: Int, slow: Int) { difference = AverageDifference(fast: fast, slow: slow, isPercent: true) }

    var lookback: Int { difference.lookback }

    @inline(__always)
    mutating func reset() { difference.reset() }

    @inline(__always)
    mutating func step(_ candle: Volume) -> Double { difference.step(candle.volume) }
}

extension IndicatorDefinition {
    static let apo = IndicatorDefinition(
        "apo", [.period(12, "fast", from: 2), .period(26, "slow", from: 2)], "Difference of two exponential averages",
        fr: "Différence de deux moyennes exponentielles", source: "TA-Lib APO (EMA)"
    ) { AverageDifference(fast: $0.int(0), slow: $0.int(1), isPercent: false) }

    static let ppo = IndicatorDefinition(
        "ppo", [.period(12, "fast", from: 2), .period(26, "slow", from: 2)],
        "Difference of two exponential averages in per cent",
        fr: "Différence de deux moyennes exponentielles en pour cent", source: "TA-Lib PPO (EMA)"
    ) { AverageDifference(fast: $0.int(0), slow: $0.int(1), isPercent: true) }

    static let pvo = IndicatorDefinition(
        "pvo", [.period(12, "fast", from: 2), .period(26, "slow", from: 2)], "Percentage volume oscillator",
        fr: "Oscillateur de volume en pour cent", source: "TA-Lib PVO (EMA)"
    ) { VolumeDifference(fast: $0.int(0), slow: $0.int(1)) }
}
