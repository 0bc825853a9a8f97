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

extension IndicatorDefinition {
    static let nvi = IndicatorDefinition(
        "nvi", [], "Negative volume index, from 1000", fr: "Indice de volume négatif, à partir de 1000",
        source: "TA-Lib NVI"
    ) { _ in VolumeIndex(isPositive: false) }

    static let pvi = IndicatorDefinition(
        "pvi", [], "Positive volume index, from 1000", fr: "Indice de volume positif, à partir de 1000",
        source: "TA-Lib PVI"
    ) { _ in VolumeIndex(isPositive: true) }
}
