import Market
import StrategyHost
import Testing
import Trading

@Suite("Indicators over two feeds")
struct AlignedSeriesTests {
    private let fine = TestCandles.synthetic(8_000, seed: 11)

    @Test("A finer series is read at the instant of the coarser candle's close")
    func finerSecond() throws {
        let hours = try CandleResampler.resample(fine, to: .h1)
        let run = try StrategyRun(
            strategy(
                """
                function S:init() self.match = ta.correl(self.close, self:tf("15m").close, 10) end
                function S:on_candle() plot("match", self.match[0]) end
                """, keys: #"uses = { "15m" }"#, timeframe: "1h"), on: hours, others: [fine]
        ).run()
        // The last quarter closes where its hour closes, so both series are one.
        let values = run.plots.map(\.point.value)
        #expect(values.count > 1_500)
        #expect(values.allSatisfy { abs($0 - 1) < 1e-6 })
    }

    @Test("Neither direction sees anything that closes later", arguments: [true, false])
    func truncated(finerFirst: Bool) throws {
        let pair =
            finerFirst
            ? #"self:tf("15m").close, ta.ema(self.close, 3)"# : #"self.close, ta.ema(self:tf("15m").close, 9)"#
        let source = strategy(
            """
            function S:init() self.match = ta.correl(\(pair), 12) end
            function S:on_candle() log.info(table.concat({ self.match[0], self.match[1], self.match[7] }, " ")) end
            """, keys: #"uses = { "15m" }, warmup = 0"#, timeframe: "1h")
        func logs(_ quarters: CandleSeries) throws -> [String] {
            let run = try StrategyRun(source, on: try CandleResampler.resample(quarters, to: .h1), others: [quarters])
            return run.run().logTexts
        }
        let whole = try logs(fine)
        for cut in [30, 400, 1_111, 5_003] {
            let part = try logs(fine.slice(0..<cut))
            #expect(part == Array(whole[..<part.count]))
        }
        #expect(Set(whole).count > whole.count / 2)
    }
}
