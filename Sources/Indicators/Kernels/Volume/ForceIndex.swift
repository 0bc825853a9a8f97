/// Alexander Elder's force index: the exponential average of the change of the close times the volume.
struct ForceIndex: Kernel {
    private var mean: ExponentialMovingAverage
    private var previous = Double.nan

    init(period: Int) { mean = ExponentialMovingAverage(period: period) }

    var lookback: Int { mean.lookback + 1 }

    @inline(__always)
    mutating func reset() {
        mean.reset()
        previous = .nan
    }

    @inline(__always)
    mutating func step(_ candle: CloseVolume) -> Double {
        let before = previous
        previous = candle.close
        return before.isNaN ? .nan : mean.step((candle.close - before) * candle.volume)
    }
}

extension IndicatorDefinition {
    static let efi = IndicatorDefinition(
        "efi", [.period(13)], "Elder's force index", fr: "Indice de force d'Elder", source: "TA-Lib EFI"
    ) { ForceIndex(period: $0.int(0)) }
}
