import Market
import StrategyHost
import Testing
import Trading
import Wording

@Suite("Series")
struct SeriesTests {
    private func logs(_ expression: String, count: Int = 5, keys: String = "") throws -> [String] {
        let run = try StrategyRun(
            strategy("function S:on_candle() log.info(tostring(\(expression))) end", keys: keys),
            on: try TestCandles.rising(count)
        ).run()
        #expect(run.failures.isEmpty)
        return run.logTexts
    }

    @Test("[0] is the last closed candle, [1] the one before, and beyond the history lies NaN")
    func indexing() throws {
        #expect(try logs("self.close[0]") == ["100.0", "101.0", "102.0", "103.0", "104.0"])
        #expect(try logs("self.close[1]", count: 3) == ["nan", "100.0", "101.0"])
        #expect(try logs("self.open[0]", count: 2) == ["100.0", "100.0"])
        #expect(try logs("self.high[0] - self.low[0]", count: 2) == ["2.0", "3.0"])
        #expect(try logs("self.close[1000000]", count: 1) == ["nan"])
        #expect(try logs("#self.volume", count: 3) == ["1", "2", "3"])
        #expect(try logs("self.close[2]", count: 4, keys: "history = 2") == ["nan", "nan", "nan", "nan"])
        #expect(try logs("self.close[1]", count: 3, keys: "history = 2") == ["nan", "100.0", "101.0"])
    }

    @Test("Times are whole milliseconds")
    func times() throws {
        #expect(try logs("math.type(self.time[0])", count: 1) == ["integer"])
        #expect(try logs("self.time[0]", count: 2) == ["1640995200000", "1640996100000"])
        #expect(try logs("now() - self.time[0]", count: 1) == ["900000"])
        #expect(try logs("self.time[5] ~= self.time[5]", count: 1) == ["true"])
    }

    @Test("Candles are read by column and by row")
    func candles() throws {
        #expect(try logs("self.candles.close[1]", count: 3) == ["nan", "100.0", "101.0"])
        #expect(try logs("self.candles[1].close", count: 3) == ["nan", "100.0", "101.0"])
        #expect(try logs("self.candles[0].time", count: 1) == ["1640995200000"])
        #expect(try logs("#self.candles", count: 2) == ["1", "2"])
        #expect(try logs("self:tf('15m').close[0]", count: 2) == ["100.0", "101.0"])
        #expect(try logs("self:tf('15m').candles[0].high", count: 2) == ["101.0", "102.0"])
    }

    @Test("A bad index is an error at the line", arguments: ["-1", "0.5", "'x'", "nil", "2^63"])
    func badIndex(index: String) throws {
        let run = try StrategyRun(
            strategy("function S:on_candle()\n local x = self.close[\(index)]\nend"), on: try TestCandles.rising(1)
        ).run()
        #expect(run.failures.first?.diagnostic.line == 4)
    }

    @Test("A higher timeframe shows closed candles only, and says the same on a truncated history")
    func noLookAhead() throws {
        let base = TestCandles.synthetic(400)
        let coarse = try CandleResampler.resample(base, to: .h1)
        let source = strategy(
            """
            function S:init()
              self.hour = self:tf("1h")
              self.slow = ta.ema(self.hour.close, 5)
              self.range = ta.atr(self.hour, 4)
            end
            function S:on_candle()
              log.info(table.concat(
                { #self.hour, self.hour.time[0], self.hour.close[0], self.slow[0], self.range[0] }, " "))
            end
            """, keys: #"uses = { "1h" }, warmup = 0"#)
        let whole = try StrategyRun(source, on: base, others: [coarse]).run().logTexts
        #expect(whole.count == base.count)
        for (index, line) in whole.enumerated() {
            let close = base[index].openTime.milliseconds + Timeframe.m15.milliseconds
            let closed = coarse.filter { $0.openTime.milliseconds + Timeframe.h1.milliseconds <= close }
            let fields = line.split(separator: " ").map(String.init)
            #expect(fields[0] == "\(closed.count)")
            if let last = closed.last { #expect(fields[2] == "\(last.close)") }
        }
        for cut in [1, 7, 64, 100, 301] {
            let part = base.slice(0..<cut)
            let run = try StrategyRun(source, on: part, others: [try CandleResampler.resample(part, to: .h1)]).run()
            #expect(run.logTexts == Array(whole[..<cut]))
        }
    }

    @Test("Another symbol is seen as far as it had closed, gaps and all")
    func otherSymbol() throws {
        let base = TestCandles.synthetic(300, seed: 3)
        let other = TestCandles.synthetic(300, seed: 4, symbol: TestCandles.symbol("ETH/USDT"))
        let run = try StrategyRun(
            strategy(
                """
                function S:init()
                  self.other = self:symbol("ETH/USDT").close
                  self.match = ta.correl(self.close, self.other, 20)
                end
                function S:on_candle() log.info(tostring(self.other[0])) plot("match", self.match[0]) end
                """, keys: #"symbols = { "ETH/USDT" }, warmup = 0"#), on: base, others: [other]
        ).run()
        for (index, text) in run.logTexts.enumerated() {
            let last = other.last { $0.openTime <= base[index].openTime }
            #expect(text == (last.map { "\($0.close)" } ?? "nan"))
        }
        #expect(run.plots.count == base.count)
        #expect(run.plots.dropFirst(40).allSatisfy { $0.point.value.magnitude <= 1 })
        #expect(run.instance.warmup == 0)
    }

    @Test("Feeds that are not declared, or not there, are refused with what to add")
    func undeclared() throws {
        func said(_ body: String, keys: String = "") -> String {
            refusals(strategy("function S:init() \(body) end", keys: keys)).first?.message.english ?? ""
        }
        #expect(said(#"self:tf("4h")"#).contains(#"add uses = { "4h" }"#))
        #expect(said(#"self:symbol("ETH/USDT")"#).contains(#"add symbols = { "ETH/USDT" }"#))
        #expect(said(#"self:tf("7m")"#).contains("is not a timeframe"))
        #expect(said(#"self:tf("4h")"#, keys: #"uses = { "4h" }"#).contains("there are no candles of BTC/USDT at 4h"))
        #expect(said("self:tf()").contains("takes a timeframe"))
    }

    @Test("Streaming from a live ring gives what history gives", arguments: [UInt64(1), 2, 3])
    func ringEqualsHistory(seed: UInt64) throws {
        let series = TestCandles.synthetic(700, seed: seed)
        let source = strategy(
            """
            function S:init()
              self.fast, self.slow = ta.ema(self.close, 5), ta.sma(self.close, 30)
              self.bands = ta.bbands(self.fast, 20, 2)
              self.macd = ta.macd(self.close, 12, 26, 9)
            end
            function S:on_candle()
              log.info(table.concat({ self.close[0], self.close[99], self.fast[3], self.slow[0], self.bands.upper[1],
                self.macd.hist[0], self.slow[99], self.slow[100] }, " "))
            end
            """, keys: "history = 100")
        let expected = try StrategyRun(source, on: series).run().logTexts
        let ring = CandleFeed(symbol: series.symbol, timeframe: series.timeframe, keeping: 128)
        let live = try StrategyRun(source, on: series, feeds: FeedSet(base: ring))
        for index in 0..<series.count {
            try ring.append(series[index])
            live.run(to: index + 1)
        }
        #expect(ring.count == series.count)
        #expect(live.logTexts == expected)
        #expect(live.failures.isEmpty)
    }

    @Test("An instance that joins a live ring late gives what the history that the ring keeps gives")
    func joinsLate() throws {
        let series = TestCandles.synthetic(900, seed: 5)
        let source = strategy(
            """
            function S:init() self.slow = ta.ema(self.close, 30) self.range = ta.atr(self.candles, 14) end
            function S:on_candle()
              log.info(table.concat({ self.close[60], self.slow[0], self.slow[60], self.range[3], self.slow[61] }, " "))
            end
            """, keys: "history = 61")
        let ring = CandleFeed(symbol: series.symbol, timeframe: series.timeframe, keeping: 128)
        for index in 0..<500 { try ring.append(series[index]) }
        let script = try StrategyScript(name: "late", source: source)
        let instance = try StrategyInstance(script: script, feeds: FeedSet(base: ring))
        while instance.hasNextCandle { instance.observeCandle() }
        #expect(instance.candleCount == 128)
        let account = AccountView(free: 1, total: 1, equity: 1, position: nil, ordersVersion: 0)
        var logs: [String] = []
        for index in 500..<series.count {
            try ring.append(series[index])
            if instance.closeCandle(account, nextOrderID: OrderID(1), openOrders: []) {
                logs += instance.takeDecision().logs.map(\.text)
            }
        }
        let expected = try StrategyRun(source, on: series.slice(372..<series.count)).run()
        #expect(logs == Array(expected.logTexts.suffix(series.count - 500)))
    }

    @Test("A live feed refuses candles that are out of order, off the grid or broken")
    func ringRefuses() throws {
        let ring = CandleFeed(symbol: TestCandles.symbol, timeframe: .m15, keeping: 64)
        let good = try TestCandles.rising(2)
        try ring.append(good[1])
        for bad in [good[0], good[1]] {
            #expect(throws: CandleDefect.self) { try ring.append(bad) }
        }
        var odd = good[1]
        odd.openTime = Timestamp(milliseconds: odd.openTime.milliseconds + 900_001)
        #expect(throws: CandleDefect.self) { try ring.append(odd) }
        odd.openTime = Timestamp(milliseconds: good[1].openTime.milliseconds + 900_000)
        odd.high = odd.low - 1
        #expect(throws: CandleDefect.self) { try ring.append(odd) }
        #expect(ring.count == 1)
    }
}
