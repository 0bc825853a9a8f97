import Market
import StrategyHost
import Testing
import Trading
import Wording

@Suite("Full control")
struct FullControlTests {
    private func run(_ body: String, keys: String = "", candles: Int = 6) throws -> StrategyRun {
        try StrategyRun(strategy(body, keys: keys), on: try TestCandles.rising(candles)).run()
    }

    private func failure(_ call: String) throws -> String? {
        try run("function S:on_candle() \(call) end", candles: 1).failures.first?.diagnostic.message.english
    }

    @Test("Orders carry every field, and buy answers the order's number")
    func orders() throws {
        let run = try run(
            """
            function S:on_candle()
              if #self.close ~= 1 then return end
              local a = self:buy { qty = 2, limit = 90, stop = 80, take = 120, expires = 3, tag = "rung" }
              local b = self:sell { value = 50, reduce_only = true }
              self:cancel(a)
              log.info(a .. " " .. b)
            end
            """)
        #expect(run.logTexts == ["1 2"])
        let buy = OrderIntent(.buy, size: .quantity(2), limit: 90, stop: 80, take: 120, expires: 3, tag: "rung")
        let sell = OrderIntent(.sell, size: .value(50), reduceOnly: true)
        #expect(run.intents == [.submit(buy), .submit(sell), .cancel(OrderID(1))])
    }

    @Test("close is a series to read and a method to call")
    func closing() throws {
        let run = try run(
            """
            function S:on_candle()
              local n = #self.close
              if n == 1 then self:buy { qty = 4 } end
              if n == 3 then self:close { qty = 1, tag = "part" } end
              if n == 5 then self:close { tag = "done" } log.info(tostring(self.close[1])) end
              if n == 6 then self:close() end
            end
            """)
        let part = OrderIntent(.sell, size: .quantity(1), tag: "part", reduceOnly: true)
        #expect(
            run.intents == [
                .submit(OrderIntent(.buy, size: .quantity(4))), .submit(part), .exit(reason: "done"),
                .exit(reason: ""),
            ])
        #expect(run.trades.map(\.reason) == ["part", "done"])
        #expect(run.logTexts == ["103.0"])
    }

    @Test("The position and the open orders are there to read")
    func account() throws {
        let run = try run(
            """
            function S:on_candle()
              local p, n = self.position, #self.close
              if n == 1 then
                log.info(tostring(p.is_open), { side = tostring(p.side), stop = tostring(p.stop), qty = p.qty })
                self:buy { qty = 2, stop = 95, take = 200 }
                self:buy { qty = 1, limit = 50, tag = "deep" }
              elseif n == 2 then
                log.info(p.side, { long = p.is_long, qty = p.qty, entry = p.entry, stop = p.stop, bars = p.bars })
                local kinds = {}
                for _, o in ipairs(self.orders) do kinds[#kinds + 1] = o.role .. ":" .. o.kind .. ":" .. o.tag end
                log.info(table.concat(kinds, " "))
              end
            end
            """, candles: 2)
        #expect(run.failures.isEmpty)
        #expect(run.logs.first?.fields.map(\.value) == ["0.0", "nil", "nil"])
        #expect(run.logTexts[1] == "long")
        #expect(
            run.logs[1].fields.map { "\($0.name)=\($0.value)" } == [
                "bars=0", "entry=100.0", "long=true", "qty=2.0", "stop=95.0",
            ])
        #expect(run.logTexts[2].contains("decided:limit:deep"))
    }

    @Test("What a script asks for is never trusted")
    func badOrders() throws {
        #expect(try failure("self:buy { qty = 0/0 }")?.contains("qty is the number NaN") == true)
        #expect(try failure("self:buy { qty = -1 }")?.contains("expected a number above 0") == true)
        #expect(try failure(#"self:buy { qty = "1" }"#)?.contains("the text '1'") == true)
        #expect(try failure("self:buy { }")?.contains("needs qty (base) or value (quote)") == true)
        #expect(try failure("self:buy { qty = 1, value = 1 }")?.contains("not both") == true)
        #expect(try failure("self:buy { qty = 1, limit = 1/0 }")?.contains("limit is the number inf") == true)
        #expect(try failure("self:buy { qty = 1, limti = 3 }")?.contains("did you mean limit?") == true)
        #expect(try failure("self:buy { qty = 1, expires = 0.5 }")?.contains("whole number of candles") == true)
        #expect(try failure("self:buy(3)")?.contains("takes a table") == true)
        #expect(try failure("self:cancel('x')")?.contains("takes the number") == true)
        #expect(try failure("self:set_stop(-1)")?.contains("a price above 0, or nil") == true)
        #expect(try failure("self:close { qty = 1 }")?.contains("no position is open") == true)
        #expect(try failure("self.open()")?.isEmpty == false)
    }

    @Test("Orders are bounded per callback, and a failed callback asks for nothing")
    func bounded() throws {
        let run = try run("function S:on_candle() while true do self:buy { qty = 1 } end end", candles: 1)
        #expect(run.intents.isEmpty)
        #expect(run.failures.first?.diagnostic.message.english.contains("more than 32 orders") == true)
    }

    @Test("The template's questions may order nothing", arguments: ["should_long", "should_short"])
    func questionsOnly(name: String) throws {
        let run = try run("function S:\(name)() self:buy { qty = 1 } return false end", candles: 1)
        #expect(run.intents.isEmpty)
        #expect(run.failures.first?.diagnostic.message.english.contains("belongs into on_candle") == true)
    }

    @Test("Events tell what became of orders, and may order themselves")
    func events() throws {
        let run = try run(
            """
            function S:on_start() log.info("start") end
            function S:on_candle() if #self.close == 1 then self:buy { qty = 2, tag = "in" } end end
            function S:on_order(o) log.info("order " .. o.state .. " " .. o.tag .. " " .. o.id) end
            function S:on_fill(f) log.info("fill", { side = f.side, price = f.price, qty = f.qty, tag = f.tag }) end
            function S:on_position_opened(p) log.info("opened " .. p.side .. " " .. p.entry) self:set_stop(99) end
            function S:on_position_closed(t) log.info("closed " .. t.reason .. " " .. t.profit) end
            """, candles: 2)
        #expect(run.failures.isEmpty)
        #expect(run.logTexts.first == "start")
        #expect(run.logTexts.contains("order filled in 1"))
        let fill = run.logs.first { $0.text == "fill" }
        #expect(fill?.fields.map(\.value) == ["100.0", "2.0", "buy", "in"])
        #expect(run.logTexts.contains("opened long 100.0"))
        #expect(run.intents.contains(.moveStop(99)))
    }
}
