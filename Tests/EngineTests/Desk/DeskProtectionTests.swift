import Broker
import Market
import Testing
import Trading
import Wording

@testable import Engine

@Suite("Stops and targets at the venue")
struct DeskProtectionTests {
    @Test("an entry is sent once, and its fill brings a pair")
    func pair() throws {
        var bench = try DeskBench()
        bench.decide(.enter(EntryIntent(.long, size: .quantity(1), stop: .price(90), target: .price(120))))
        #expect(bench.sent == ["place ab1-1 buy market 1"])
        #expect(bench.output.newOrders.map(\.clientID.text) == ["ab1-1"])
        bench.tell(.look)
        #expect(bench.sent.isEmpty)
        bench.accept("ab1-1")
        #expect(bench.rows == ["ab1-1 open"])
        bench.fill("ab1-1", "1")
        #expect(bench.sent == ["pair ab1-2 90 ab1-3 120 sell 1"])
        #expect(bench.output.newOrders.count == 2)
        bench.report("ab1-1", .filled, filled: "1")
        #expect(bench.output.isEmpty && bench.sent.isEmpty)
    }

    @Test("without pairs the stop stands at the venue and the target is watched behind it")
    func stopFirst() throws {
        var bench = try DeskBench(pairs: false)
        bench.open()
        #expect(bench.sent == ["place ab1-2 sell stop 90 1", "watch ab1-3 sell market 1 >= 120"])
        bench.accept("ab1-2")
        bench.tell(.price(119.9, bench.now))
        #expect(bench.sent.isEmpty)
        bench.tell(.price(120, bench.now))
        #expect(bench.sent == ["cancel ab1-2", "unwatch ab1-3"])
        bench.report("ab1-2", .cancelled)
        #expect(bench.sent == ["place ab1-3-1 sell market 1"])
        bench.fill("ab1-3-1", "1", at: "120")
        #expect(bench.output.trades.map(\.reason) == ["target"])
        #expect(bench.strategy.isIdle)
    }

    @Test("other terms leave alone what is watched and on its way")
    func otherTerms() throws {
        var bench = try DeskBench(kinds: [.market, .limit], pairs: false)
        bench.open()
        let cash = bench.strategy.core.ledger.cash
        let (known, terms) = (bench.known, bench.strategy.terms)
        let settings = try TradingSettings(
            symbol: DeskBench.symbol, rules: terms.settings.rules, risk: RiskLimits(killSwitch: true),
            orderPrefix: terms.settings.orderPrefix)
        bench.strategy.change(
            StrategyTerms(
                id: terms.id, settings: settings, capital: Money(10_500), timeframe: terms.timeframe,
                venue: terms.venue), adding: Money(500))
        #expect(bench.strategy.core.ledger.cash == cash + Money(500))
        #expect(bench.known == known)
        bench.tell(.look)
        #expect(bench.sent.isEmpty)
        bench.decide(.submit(OrderIntent(.buy, size: .quantity(1))))
        #expect(bench.sent.isEmpty)
    }

    @Test("without stops both are watched, and of the two one at most is sent")
    func watched() throws {
        var bench = try DeskBench(kinds: [.market, .limit], pairs: false)
        bench.open()
        #expect(bench.sent == ["watch ab1-2 sell market 1 <= 90 at once", "watch ab1-3 sell market 1 >= 120 at once"])
        guard case .watch(let stop) = bench.output.sends[0], case .watch(let target) = bench.output.sends[1] else {
            Issue.record("two watches expected")
            return
        }
        #expect(stop.group == target.group)
        bench.tell(.triggeredSent(stop.clientID))
        #expect(bench.sent == ["unwatch ab1-3"])
        bench.tell(.unwatched(target.clientID))
        #expect(bench.sent.isEmpty)
        bench.fill("ab1-2", "1", at: "89.9")
        #expect(bench.output.trades.map(\.reason) == ["stop"])
        #expect(bench.strategy.isIdle)
    }

    @Test("a stop that sold a part and ended sells the rest at market, again and again while the book gives something")
    func thinBook() throws {
        var bench = try DeskBench()
        bench.openAndAccept(target: nil)
        bench.fill("ab1-2", "0.5", at: "90")
        bench.report("ab1-2", .expired, filled: "0.5")
        #expect(bench.sent.isEmpty && bench.output.lookAfter == .seconds(1))
        var left = FixedDecimal("0.5")!
        for attempt in 1...8 {
            bench.tell(.look, after: .seconds(1))
            #expect(bench.sent == ["place ab1-2-\(attempt) sell market \(left)"])
            bench.fill("ab1-2-\(attempt)", "0.05", at: "89")
            bench.report("ab1-2-\(attempt)", .expired, filled: "0.05")
            #expect(bench.output.alerts.isEmpty)
            left -= FixedDecimal("0.05")!
        }
    }

    @Test("what is too small for the venue is watched")
    func tooSmall() throws {
        var bench = try DeskBench(
            rules: InstrumentRules(quantityStep: Quantity(FixedDecimal("0.001")!), minimumNotional: Money(95)))
        bench.open()
        #expect(bench.sent == ["watch ab1-2 sell market 1 <= 90 at once", "watch ab1-3 sell market 1 >= 120 at once"])
    }

    @Test("a pair that is refused becomes a stop, and a stop that is refused is watched, with its row and an alert")
    func refused() throws {
        var bench = try DeskBench()
        bench.open()
        bench.fail("ab1-3", .rejected(.other, aFault))
        #expect(bench.sent == ["place ab1-2-1 sell stop 90 1", "watch ab1-3-1 sell market 1 >= 120"])
        #expect(Set(bench.rows) == ["ab1-2 rejected", "ab1-3 rejected"])
        bench.fail("ab1-2-1", .rejected(.other, aFault))
        #expect(bench.output.alerts.map(\.kind) == [.protectionWatched])
        #expect(bench.sent.contains("watch ab1-2-2 sell market 1 <= 90 at once"))
        #expect(bench.output.newOrders.map(\.clientID.text).contains("ab1-2-2"))
    }

    @Test("a stop whose price is passed already is sold at market")
    func passed() throws {
        var bench = try DeskBench(pairs: false)
        bench.open(target: nil)
        bench.fail("ab1-2", .rejected(.wouldTrigger, aFault))
        #expect(bench.sent == ["place ab1-2-1 sell market 1"])
        bench.fill("ab1-2-1", "1", at: "89")
        #expect(bench.output.trades.map(\.reason) == ["stop"])
    }

    @Test("protection grows with the fills of an entry, one order after the other")
    func growing() throws {
        var bench = try DeskBench(pairs: false)
        bench.decide(.enter(EntryIntent(.long, size: .quantity(1), stop: .price(90))))
        bench.fill("ab1-1", "0.4")
        #expect(bench.sent == ["place ab1-2 sell stop 90 0.4"])
        bench.fill("ab1-1", "0.1")
        #expect(bench.sent.isEmpty)
        bench.accept("ab1-2")
        #expect(bench.sent.isEmpty)
        // The entry is done: nothing more is waited for.
        bench.fill("ab1-1", "0.5")
        #expect(bench.sent == ["cancel ab1-2"])
        bench.report("ab1-2", .cancelled)
        #expect(bench.sent == ["place ab1-2-1 sell stop 90 1"])
    }

    @Test("a burst of partial fills replaces the protection once a second, and once more at its end")
    func burst() throws {
        for pairs in [false, true] {
            var bench = try DeskBench(pairs: pairs)
            bench.decide(.enter(EntryIntent(.long, size: .quantity(10), stop: .price(90), target: .price(120))))
            bench.accept("ab1-1")
            bench.fill("ab1-1", "1")
            for order in bench.strategy.desk.known where order.phase == .sending { bench.accept(order.clientID.text) }
            let accepted = bench.now
            for _ in 0..<20 {
                bench.fill("ab1-1", "0.1")
                #expect(!bench.sent.contains { $0.hasPrefix("cancel") }, "pairs \(pairs)")
                let wait = try #require(bench.output.lookAfter)
                #expect(bench.now.later(by: wait) <= accepted.later(by: .seconds(1)), "pairs \(pairs)")
            }
            bench.tell(.look, after: .milliseconds(800))
            #expect(bench.sent.contains("cancel ab1-2"), "pairs \(pairs)")
            bench.report("ab1-2", .cancelled)
            if pairs { bench.report("ab1-3", .cancelled) }
            let again =
                pairs ? "pair ab1-2-1 90 ab1-3-1 120 sell 3" : "place ab1-2-1 sell stop 90 3"
            #expect(bench.sent.contains(again), "pairs \(pairs): \(bench.sent)")
            for order in bench.strategy.desk.known where order.phase == .sending { bench.accept(order.clientID.text) }
            bench.fill("ab1-1", "7")
            #expect(bench.sent.contains("cancel ab1-2-1"), "pairs \(pairs)")
        }
    }

    @Test("of an entry that is being cancelled, what has filled is protected at once")
    func burstEnds() throws {
        var bench = try DeskBench()
        bench.decide(.submit(OrderIntent(.buy, size: .quantity(10), limit: 99, stop: 90)))
        bench.accept("ab1-1")
        bench.fill("ab1-1", "1", at: "99")
        bench.accept("ab1-2")
        bench.fill("ab1-1", "1", at: "99")
        #expect(bench.sent.isEmpty)
        bench.decide(.cancel(OrderID(1)))
        #expect(bench.sent == ["cancel ab1-1", "cancel ab1-2"])
    }

    @Test("stops of several lots that are moved together are sent oldest lot first")
    func oldestFirst() throws {
        var bench = try DeskBench(pairs: false)
        for number in [1, 3] {
            bench.decide(.submit(OrderIntent(.buy, size: .quantity(1), stop: 90)))
            bench.fill("ab1-\(number)", "1")
            bench.accept("ab1-\(number + 1)")
        }
        bench.decide(.moveStop(95))
        #expect(bench.sent == ["cancel ab1-2", "cancel ab1-4"])
        // Both are gone before either is placed anew: the second one's answer comes together with a price.
        bench.tell(
            .openAtVenue([bench.told("ab1-2", .cancelled), bench.told("ab1-4", .cancelled)], askedAt: bench.now))
        #expect(bench.sent == ["place ab1-2-1 sell stop 95 1", "place ab1-4-1 sell stop 95 1"])
    }

    @Test("a lone target is marked as one, and a limit of the script is not")
    func lone() throws {
        var bench = try DeskBench()
        bench.open(stop: nil)
        #expect(bench.sent == ["place ab1-2 sell limit 120 1"])
        #expect(bench.output.newOrders.map(\.isTarget) == [true])
        bench.decide(.submit(OrderIntent(.buy, size: .quantity(1), limit: 95)))
        #expect(bench.output.newOrders.map(\.isTarget) == [false])
    }

    @Test("an order that is being cancelled is not shown to the script, and holds no place of the risk gate")
    func cancelling() throws {
        var bench = try DeskBench(risk: RiskLimits(maximumOpenOrders: 1))
        bench.decide(.submit(OrderIntent(.buy, size: .quantity(1), limit: 95, expires: 1)))
        bench.accept("ab1-1")
        let shown = bench.strategy.account.ordersVersion
        bench.now = bench.now.later(by: .seconds(60))
        bench.close(100)
        #expect(bench.sent == ["cancel ab1-1"])
        #expect(bench.strategy.openOrders.isEmpty && bench.strategy.account.ordersVersion != shown)
        bench.decide(.submit(OrderIntent(.buy, size: .quantity(1), limit: 95)))
        #expect(bench.sent == ["place ab1-2 buy limit 95 1"])
    }

    @Test("a stop is moved by cancelling it and placing it under a new name once it is gone")
    func moved() throws {
        var bench = try DeskBench()
        bench.openAndAccept()
        bench.decide(.moveStop(95))
        #expect(bench.sent == ["cancel ab1-2"])
        #expect(bench.rows == ["ab1-2 cancelling", "ab1-3 cancelling"])
        bench.report("ab1-2", .cancelled)
        #expect(bench.sent.isEmpty)
        bench.report("ab1-3", .cancelled)
        #expect(bench.sent == ["pair ab1-2-1 95 ab1-3-1 120 sell 1"])
    }

    @Test("a stop that fills while it is being moved closes the position, and nothing is placed in its stead")
    func filledDuringCancel() throws {
        var bench = try DeskBench(pairs: false)
        bench.openAndAccept(target: nil)
        bench.decide(.moveStop(95))
        #expect(bench.sent == ["cancel ab1-2"])
        bench.fill("ab1-2", "1", at: "90")
        #expect(bench.output.trades.count == 1)
        #expect(bench.sent.isEmpty)
        bench.tell(.cancelFailed(ClientOrderID("ab1-2")!, .rejected(.unknownOrder, aFault)))
        #expect(bench.output.isEmpty && bench.sent.isEmpty)
        #expect(bench.strategy.isIdle)
    }

    @Test("a stop that fills in part while it is being moved is placed again for the rest")
    func filledInPartDuringCancel() throws {
        var bench = try DeskBench(pairs: false)
        bench.openAndAccept(target: nil)
        bench.decide(.moveStop(95))
        bench.report("ab1-2", .cancelled, filled: "0.3")
        #expect(bench.sent.isEmpty)
        bench.tell(.look, after: .seconds(2))
        #expect(bench.sent == ["ask ab1-2"])
        bench.fill("ab1-2", "0.3", at: "90")
        #expect(bench.sent == ["place ab1-2-1 sell stop 95 0.7"])
        #expect(bench.rows == ["ab1-2 cancelled"])
    }

    @Test("a stop that somebody cancels at the venue is placed again, and watched when that goes on")
    func cancelledBySomebody() throws {
        var bench = try DeskBench(pairs: false)
        bench.openAndAccept(target: nil)
        bench.report("ab1-2", .cancelled)
        #expect(bench.sent == ["place ab1-2-1 sell stop 90 1"])
        bench.accept("ab1-2-1")
        bench.report("ab1-2-1", .cancelled)
        #expect(bench.sent == ["watch ab1-2-2 sell market 1 <= 90 at once"])
        #expect(bench.output.alerts.map(\.kind) == [.protectionWatched])
    }

    @Test("the other half of a pair ends by itself when one is executed")
    func otherHalf() throws {
        var bench = try DeskBench()
        bench.openAndAccept()
        bench.report("ab1-3", .expired)
        #expect(bench.sent.isEmpty)
        bench.fill("ab1-2", "1", at: "90")
        #expect(bench.sent.isEmpty)
        #expect(bench.strategy.isIdle)
        #expect(bench.output.trades.map(\.reason) == ["stop"])
    }

    @Test("an exit takes the protection away first, and puts it back when it is refused")
    func exit() throws {
        var bench = try DeskBench()
        bench.openAndAccept()
        bench.decide(.exit(reason: "enough"))
        #expect(bench.sent == ["cancel ab1-2"])
        bench.report("ab1-2", .cancelled)
        bench.report("ab1-3", .cancelled)
        #expect(bench.sent == ["place ab1-4 sell market 1"])
        bench.fail("ab1-4", .rejected(.marketClosed, aFault))
        #expect(bench.sent == ["pair ab1-2-1 90 ab1-3-1 120 sell 1"])
        #expect(bench.output.alerts.map(\.kind) == [.closeFailed])
    }

    @Test("an exit whose position the stop has closed in the meantime is not sent")
    func exitTooLate() throws {
        var bench = try DeskBench(pairs: false)
        bench.openAndAccept(target: nil)
        bench.decide(.exit(reason: ""))
        bench.fill("ab1-2", "1", at: "90")
        #expect(bench.sent.isEmpty)
        #expect(bench.strategy.isIdle)
    }

    @Test("a limit that sells beside a stop is watched, and sent once the stop is gone")
    func limitBesideStop() throws {
        var bench = try DeskBench(pairs: false)
        bench.openAndAccept(target: nil)
        bench.decide(.submit(OrderIntent(.sell, size: .quantity(0.5), limit: 110)))
        #expect(bench.sent == ["watch ab1-3 sell limit 110 ioc 0.5 >= 110"])
        bench.tell(.price(110, bench.now))
        #expect(bench.sent == ["cancel ab1-2", "unwatch ab1-3"])
        bench.report("ab1-2", .cancelled)
        #expect(bench.sent == ["place ab1-3-1 sell limit 110 ioc 0.5"])
        bench.report("ab1-3-1", .expired)
        #expect(bench.sent == ["place ab1-2-1 sell stop 90 1"])
    }

    @Test("a limit whose touch brought nothing leaves the stop where it is for a while, longer each time")
    func limitPaused() throws {
        var bench = try DeskBench(pairs: false)
        bench.openAndAccept(target: nil)
        bench.decide(.submit(OrderIntent(.sell, size: .quantity(0.5), limit: 110)))
        var stop = "ab1-2"
        for (attempt, pause) in [2, 4, 8, 16, 32, 60, 60].enumerated() {
            bench.tell(.price(110, bench.now))
            bench.report(stop, .cancelled)
            #expect(bench.sent == ["place ab1-3-\(2 * attempt + 1) sell limit 110 ioc 0.5"])
            bench.report("ab1-3-\(2 * attempt + 1)", .expired)
            stop = "ab1-2-\(attempt + 1)"
            #expect(bench.sent == ["place \(stop) sell stop 90 1"])
            bench.accept(stop)
            #expect(bench.output.lookAfter == .milliseconds(pause * 1000 - 10))
            bench.tell(.price(110, bench.now))
            #expect(bench.sent.isEmpty)
            bench.tell(.look, after: .seconds(pause))
            #expect(bench.sent == ["watch ab1-3-\(2 * attempt + 2) sell limit 110 ioc 0.5 >= 110"])
        }
        bench.tell(.price(110, bench.now))
        bench.report(stop, .cancelled)
        bench.fill("ab1-3-15", "0.1", at: "110")
        bench.report("ab1-3-15", .expired, filled: "0.1")
        #expect(bench.output.lookAfter == .seconds(1))
    }

    @Test("what is more than one market order takes is sold by several, at an exit and at a watched stop")
    func inParts() throws {
        let most = Quantity(FixedDecimal("0.4")!)
        var bench = try DeskBench(pairs: false, largestAtMarket: most)
        bench.openAndAccept(target: nil)
        bench.decide(.exit(reason: "enough"))
        bench.report("ab1-2", .cancelled)
        #expect(bench.sent == ["place ab1-3 sell market 0.4"])
        bench.fill("ab1-3", "0.4")
        #expect(bench.sent == ["place ab1-3-1 sell market 0.4"])
        bench.fill("ab1-3-1", "0.4")
        #expect(bench.sent == ["place ab1-3-2 sell market 0.2"])
        bench.fill("ab1-3-2", "0.2")
        #expect(bench.strategy.isIdle)

        var watching = try DeskBench(kinds: [.market], pairs: false, largestAtMarket: most)
        watching.open(target: nil)
        #expect(watching.sent == ["watch ab1-2 sell market 0.4 <= 90 at once"])
        watching.tell(.triggeredSent(ClientOrderID("ab1-2")!))
        watching.fill("ab1-2", "0.4", at: "90")
        #expect(watching.sent == ["place ab1-2-1 sell market 0.4"])
        watching.fill("ab1-2-1", "0.4", at: "90")
        watching.fill("ab1-2-2", "0.2", at: "90")
        #expect(watching.strategy.isIdle)
    }

    @Test("a limit that sells what no stop needs rests at the venue")
    func limitAlone() throws {
        var bench = try DeskBench()
        bench.openAndAccept(stop: nil, target: nil)
        bench.decide(.submit(OrderIntent(.sell, size: .quantity(0.5), limit: 110)))
        #expect(bench.sent == ["place ab1-2 sell limit 110 0.5"])
    }

    @Test("a short position is protected from above, by an order that buys")
    func short() throws {
        var bench = try DeskBench(pairs: false, market: .futures)
        bench.decide(.enter(EntryIntent(.short, size: .quantity(1), stop: .price(110), target: .price(80))))
        #expect(bench.sent == ["place ab1-1 sell market 1"])
        bench.fill("ab1-1", "1")
        #expect(bench.sent == ["place ab1-2 buy stop 110 1", "watch ab1-3 buy market 1 <= 80"])
        bench.accept("ab1-2")
        bench.fill("ab1-2", "1", at: "110")
        #expect(bench.output.trades.map(\.reason) == ["stop"])
        #expect(bench.strategy.isIdle)
    }
}
