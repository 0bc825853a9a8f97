/// Ichimoku's five lines, each as the chart shows it at the current candle, so that none is readable early.
///
/// The spans are drawn `kijun` candles ahead: `span_a` and `span_b` of a row are those computed `kijun` candles ago,
/// the cloud under the current price. The chikou is the close, drawn `kijun` candles back: `chikou` of a row is its
/// close, to be compared with the prices of `kijun` candles ago. Goichi Hosoda, 1969.
struct Ichimoku: Kernel, ~Copyable {
    private var tenkan: DonchianChannel
    private var kijun: DonchianChannel
    private var senkou: DonchianChannel
    private var spansA: Window
    private var spansB: Window
    private let displacement: Int
    private var rows = 0

    init(tenkan: Int, kijun: Int, senkou: Int) {
        self.tenkan = DonchianChannel(period: tenkan)
        self.kijun = DonchianChannel(period: kijun)
        self.senkou = DonchianChannel(period: senkou)
        spansA = Window(kijun)
        spansB = Window(kijun)
        displacement = kijun
    }

    var lookback: Int {
        max(max(tenkan.lookback, kijun.lookback), senkou.lookback) + displacement
    }

    @inline(__always)
    mutating func reset() {
        tenkan.reset()
        kijun.reset()
        senkou.reset()
        rows = 0
    }

    @inline(__always)
    mutating func step(_ candle: HighLowClose) -> ManyValues<FiveColumns> {
        let bounds = HighLow(high: candle.high, low: candle.low)
        let turning = tenkan.step(bounds).second
        let base = kijun.step(bounds).second
        var spanA = spansA.exchange((turning + base) / 2)
        var spanB = spansB.exchange(senkou.step(bounds).second)
        // The first rows take out of the windows what was in them before a reset.
        if rows < displacement {
            rows &+= 1
            spanA = .nan
            spanB = .nan
        }
        return ManyValues(SIMD8(turning, base, spanA, spanB, candle.close, 0, 0, 0))
    }
}

extension IndicatorDefinition {
    static let ichimoku = IndicatorDefinition(
        "ichimoku", [.period(9, "tenkan"), .period(26, "kijun"), .period(52, "senkou")],
        outputs: ["tenkan", "kijun", "span_a", "span_b", "chikou"], "Ichimoku cloud", fr: "Nuage d'Ichimoku",
        source: "Goichi Hosoda (1969): middles of the highest high and lowest low, spans displaced by kijun candles"
    ) { Ichimoku(tenkan: $0.int(0), kijun: $0.int(1), senkou: $0.int(2)) }
}
