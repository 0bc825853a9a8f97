import Indicators
import Market
import StrategyHost
import Testing
import Trading
import Wording

@Suite("Indicators in a script")
struct IndicatorCallTests {
    @Test(
        "Every indicator of the catalogue can be made and read by its name", arguments: IndicatorCatalog.all.map(\.name)
    )
    func everyOne(name: String) throws {
        let definition = try #require(IndicatorCatalog.named(name))
        let inputs =
            switch definition.inputs {
            case .value: "self.close"
            case .pair: "self.close, self.open"
            case .candles: "self.candles"
            }
        let reads = definition.outputs.map { $0.isEmpty ? "self.x[0]" : "self.x.\($0)[0]" }.joined(separator: ", ")
        let series = TestCandles.synthetic(300)
        let run = try StrategyRun(
            strategy(
                """
                function S:init() self.x = ta.\(name)(\(inputs)) end
                function S:on_candle() log.info(table.concat({ \(reads) }, " ")) end
                """), on: series
        ).run()
        #expect(run.failures.isEmpty)
        let lookback = try definition.make().lookback
        #expect(run.instance.warmup == lookback)
        #expect(run.logTexts.count == max(0, series.count - lookback))
        #expect(run.logTexts.allSatisfy { $0.split(separator: " ").count == definition.outputs.count })
    }

    @Test("Values equal the kernel's over the column")
    func valuesEqualKernel() throws {
        let series = TestCandles.synthetic(500)
        let run = try StrategyRun(
            strategy(
                """
                function S:init() self.x = ta.rsi(self.close, 14) self.y = ta.ema(self.x, 9) end
                function S:on_candle() plot("x", self.x[0]) plot("y", self.y[0]) end
                """), on: series
        ).run()
        #expect(run.instance.warmup == 14 + 8)
        let rsi = column(try #require(IndicatorCatalog.named("rsi")).make([14]), series.closes, series.count)
        let ema = rsi.withUnsafeBufferPointer {
            column(try! IndicatorCatalog.named("ema")!.make([9]), $0.baseAddress!, series.count)
        }
        for plot in run.plots {
            let expected = plot.point.name == "x" ? rsi[plot.index] : ema[plot.index]
            #expect(plot.point.value.bitPattern == expected.bitPattern)
        }
        #expect(run.plots.count == 2 * (series.count - 22))
    }

    private func column(
        _ indicator: any StreamingIndicator, _ input: UnsafePointer<Double>, _ count: Int
    ) -> [Double] {
        [Double](unsafeUninitializedCapacity: count) { buffer, filled in
            guard var output = buffer.baseAddress else { return }
            indicator.advance(
                from: 0, to: count, inputs: .value(IndicatorColumn(base: input)), outputs: &output, outputMask: .max)
            filled = count
        }
    }

    @Test("Indicators are made in init only")
    func initOnly() throws {
        let run = try StrategyRun(
            strategy("function S:on_candle() local x = ta.ema(self.close, 5) end"), on: try TestCandles.rising(1)
        ).run()
        #expect(run.failures.first?.diagnostic.message.english.contains("is made in init only") == true)
        #expect(
            refusals("local ta = require 'ta' ta.ema({}, 5)").first?.message.english.contains("in init only") == true)
    }

    @Test("A wrong call says what was expected, in both languages")
    func wrongCalls() {
        func said(_ call: String) -> Message {
            refusals(strategy("function S:init() self.x = \(call) end")).first?.message ?? Message("", fr: "")
        }
        #expect(said("ta.emma(self.close, 5)").english.contains("did you mean ta.ema?"))
        #expect(said("ta.emma(self.close, 5)").french.contains("vouliez-vous dire ta.ema ?"))
        #expect(said("ta.ema(self.candles, 5)").english.contains("takes a series of numbers"))
        #expect(said("ta.ema(self.time, 5)").english.contains("takes a series of numbers"))
        #expect(said("ta.atr(self.close, 5)").english.contains("takes candles first"))
        #expect(said("ta.ema(self.close, 0)").english.contains("period is 0, expected 1 to"))
        #expect(said("ta.ema(self.close, 'x')").english.contains("expected a number"))
        #expect(said("ta.ema(self.close, 5, 6)").english.contains("at most 1"))
        #expect(said("ta.macd(ta.bbands(self.close), 5)").english.contains("takes a series of numbers"))
    }

    @Test("The number of indicators is bounded")
    func bounded() {
        let finding = refusals(strategy("function S:init() for i = 1, 1000 do ta.sma(self.close, 2) end end")).first
        #expect(finding?.message.english.contains("more than 200 indicators") == true)
    }

    @Test("crossover and crossunder follow their definition, on series and numbers, NaN giving false")
    func crossings() throws {
        let closes: [Double] = [5, 5, 6, 4, 5, 5, 7, 7, 3]
        let run = try StrategyRun(
            strategy(
                """
                function S:init() self.mean = ta.sma(self.close, 2) end
                function S:on_candle()
                  log.info(table.concat({ tostring(ta.crossover(self.close, 5)), tostring(ta.crossunder(self.close, 5)),
                    tostring(ta.crossover(self.close, self.mean)), tostring(ta.cross(5, self.close)) }, " "))
                end
                """, keys: "warmup = 0"), on: try TestCandles.closes(closes)
        ).run()
        func mean(_ place: Int) -> Double { place < 1 ? .nan : (closes[place] + closes[place - 1]) / 2 }
        for place in closes.indices {
            let (now, before) = (closes[place], place > 0 ? closes[place - 1] : .nan)
            let over = before <= 5 && now > 5
            let under = before >= 5 && now < 5
            let overMean = before <= mean(place - 1) && now > mean(place)
            let expected = "\(over) \(under) \(overMean) \(over || under)"
            #expect(run.logTexts[place] == expected, "candle \(place)")
        }
    }
}
