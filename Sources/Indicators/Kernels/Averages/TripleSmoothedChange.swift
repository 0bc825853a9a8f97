/// Percent change of a triple-smoothed EMA. Jack Hutson, Technical Analysis of Stocks & Commodities, 1983.
struct TripleSmoothedChange: Kernel {
    private var chain: TripleSmoothing
    private var previous = Double.nan

    init(period: Int) { chain = TripleSmoothing(period: period) }

    var lookback: Int { chain.lookback + 1 }

    @inline(__always)
    mutating func reset() {
        chain.reset()
        previous = .nan
    }

    @inline(__always)
    mutating func step(_ value: Double) -> Double {
        let smooth = chain.step(value).third
        let before = previous
        previous = smooth
        return before == 0 ? 0 : (smooth / before - 1) * 100
    }

    var isWarm: Bool {
        @inline(__always)
        get { !previous.isNaN }
    }

    @inline(__always)
    mutating func steady(_ value: Double) -> Double {
        let smooth = chain.steady(value).third
        let before = previous
        previous = smooth
        return before == 0 ? 0 : (smooth / before - 1) * 100
    }
}

extension IndicatorDefinition {
    static let trix = IndicatorDefinition(
        "trix", [.period(30)], "Percent change of a triple-smoothed average",
        fr: "Variation en pour cent d'une moyenne triplement lissée", source: "TA-Lib TRIX"
    ) { TripleSmoothedChange(period: $0.int(0)) }
}
