/// Bill Williams' market facilitation index: the range of a candle a unit of volume; 0 without volume.
struct MarketFacilitation: Kernel {
    var lookback: Int { 0 }

    @inline(__always)
    mutating func reset() {}

    @inline(__always)
    mutating func step(_ candle: HighLowVolume) -> Double {
        candle.volume == 0 ? 0 : (candle.high - candle.low) / candle.volume
    }
}

extension IndicatorDefinition {
    static let marketfi = IndicatorDefinition(
        "marketfi", [], "Market facilitation index", fr: "Indice de facilitation du marché", source: "TA-Lib MARKETFI"
    ) { _ in MarketFacilitation() }
}
