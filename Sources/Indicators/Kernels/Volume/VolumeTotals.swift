/// Joseph Granville's on-balance volume: the volume added after a higher close, taken off after a lower one. It begins
/// with the first volume, as in TA-Lib.
struct OnBalanceVolume: Kernel {
    var lookback: Int { 0 }
    private var total = 0.0
    private var previous = Double.nan

    @inline(__always)
    mutating func reset() {
        total = 0
        previous = .nan
    }

    @inline(__always)
    mutating func step(_ candle: CloseVolume) -> Double {
        // The sign without a branch, as closes go up and down unpredictably; against NaN it is the first candle's.
        let sign = (candle.close < previous ? 0.0 : 1.0) - (candle.close > previous ? 0.0 : 1.0)
        total += previous.isNaN ? candle.volume : sign * candle.volume
        previous = candle.close
        return total
    }
}

/// Price-volume trend: the running total of the volume times the relative change of the close.
struct PriceVolumeTrend: Kernel {
    var lookback: Int { 0 }
    private var total = 0.0
    private var previous = Double.nan

    @inline(__always)
    mutating func reset() {
        total = 0
        previous = .nan
    }

    @inline(__always)
    mutating func step(_ candle: CloseVolume) -> Double {
        if !previous.isNaN, previous != 0 { total += candle.volume * ((candle.close - previous) / previous) }
        previous = candle.close
        return total
    }
}

/// Paul Dysart's and Norman Fosback's volume indices: an index that moves with the close on candles of falling
/// (negative) or rising (positive) volume only.
struct VolumeIndex: Kernel {
    var lookback: Int { 0 }
    private let isPositive: Bool
    private var index = 1000.0
    private var previous: CloseVolume?

    init(isPositive: Bool) { self.isPositive = isPositive }

    @inline(__always)
    mutating func reset() {
        index = 1000
        previous = nil
    }

    @inline(__always)
    mutating func step(_ candle: CloseVolume) -> Double {
        if let previous, previous.close != 0 {
            let counts = isPositive ? candle.volume > previous.volume : candle.volume < previous.volume
            if counts { index *= candle.close / previous.close }
        }
        previous = candle
        return index
    }
}

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
    static let obv = IndicatorDefinition(
        "obv", [], "On-balance volume", fr: "Volume en balance", source: "TA-Lib OBV"
    ) { _ in OnBalanceVolume() }

    static let pvt = IndicatorDefinition(
        "pvt", [], "Price-volume trend", fr: "Tendance prix-volume", source: "TA-Lib PVT"
    ) { _ in PriceVolumeTrend() }

    static let nvi = IndicatorDefinition(
        "nvi", [], "Negative volume index, from 1000", fr: "Indice de volume négatif, à partir de 1000",
        source: "TA-Lib NVI"
    ) { _ in VolumeIndex(isPositive: false) }

    static let pvi = IndicatorDefinition(
        "pvi", [], "Positive volume index, from 1000", fr: "Indice de volume positif, à partir de 1000",
        source: "TA-Lib PVI"
    ) { _ in VolumeIndex(isPositive: true) }

    static let efi = IndicatorDefinition(
        "efi", [.period(13)], "Elder's force index", fr: "Indice de force d'Elder", source: "TA-Lib EFI"
    ) { ForceIndex(period: $0.int(0)) }
}
