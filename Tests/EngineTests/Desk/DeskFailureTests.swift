import Broker
import Market
import Testing
import Trading
import Wording

@testable import Engine

@Suite("Calls that fail, and what the venue tells twice, late or not at all")
struct DeskFailureTests {
    @Test("a send without an answer is asked about, and repeated under a new name once it was surely never sent")
    func unknownStop() throws {
        var bench = try DeskBench(pairs: false)
        bench.open(target: nil)
        bench.fail("ab1-2", .outcomeUnknown(aFault))
        #expect(bench.sent.isEmpty)
        bench.tell(.look, after: .seconds(1))
        #expect(bench.sent == ["ask ab1-2"])
        bench.tell(.unknownAtVenue(ClientOrderID("ab1-2")!, askedAt: bench.now))
        #expect(bench.sent.isEmpty)
        #expect(bench.output.lookAfter != nil)
        bench.tell(.look, after: .seconds(10))
        #expect(bench.sent == ["ask ab1-2"])
        bench.tell(.unknownAtVenue(ClientOrderID("ab1-2")!, askedAt: bench.now))
        #expect(bench.sent == ["place ab1-2-1 sell stop 90 1"])
        #expect(bench.rows == ["ab1-2 cancelled"])
    }

    @Test("a question that left early counts as early, however late its answer comes")
    func earlyQuestion() throws {
        var bench = try DeskBench(pairs: false)
        bench.open(target: nil)
        bench.fail("ab1-2", .outcomeUnknown(aFault))
        let asked = bench.now
        bench.tell(.unknownAtVenue(ClientOrderID("ab1-2")!, askedAt: asked), after: .seconds(30))
        #expect(bench.sent == ["ask ab1-2"])
        #expect(bench.rows.isEmpty)
    }

    @Test("a send without an answer that the venue knows goes on as if it had been answered")
    func unknownButThere() throws {
        var bench = try DeskBench(pairs: false)
        bench.open(target: nil)
        bench.fail("ab1-2", .outcomeUnknown(aFault))
        bench.accept("ab1-2")
        bench.tell(.look, after: .seconds(60))
        #expect(bench.sent.isEmpty)
        #expect(bench.known == ["ab1-2"])
    }

    @Test("an entry that was never sent is sent while it is fresh, and ended when it is stale")
    func staleEntry() throws {
        for (wait, expected) in [(Duration.seconds(11), ["place ab1-1-1 buy market 1"]), (.seconds(70), [])] {
            var bench = try DeskBench()
            bench.decide(.enter(EntryIntent(.long, size: .quantity(1))))
            bench.fail("ab1-1", .outcomeUnknown(aFault))
            bench.tell(.look, after: wait)
            bench.tell(.unknownAtVenue(ClientOrderID("ab1-1")!, askedAt: bench.now))
            #expect(bench.sent == expected)
            #expect(bench.strategy.openOrders.isEmpty == expected.isEmpty)
            #expect(bench.rows == ["ab1-1 cancelled"])
        }
    }

    @Test("a send of which nothing reached the venue is repeated under its own name, after the time it was told")
    func notSent() throws {
        var bench = try DeskBench()
        bench.decide(.enter(EntryIntent(.long, size: .quantity(1))))
        bench.fail("ab1-1", .retryable(aFault, after: .seconds(5)))
        #expect(bench.sent.isEmpty)
        #expect(bench.output.lookAfter == .seconds(5))
        bench.tell(.look, after: .seconds(4))
        #expect(bench.sent.isEmpty)
        bench.tell(.look, after: .seconds(2))
        #expect(bench.sent == ["place ab1-1 buy market 1"])
        #expect(bench.output.newOrders.isEmpty)
    }

    @Test("a venue that bans for days is tried again within a minute, and at once by whoever takes the account over")
    func banned() throws {
        var bench = try DeskBench(pairs: false)
        bench.open(target: nil)
        bench.fail("ab1-2", .retryable(aFault, after: .seconds(86_400)))
        #expect(bench.output.lookAfter == .seconds(60))
        bench.tell(.look, after: .seconds(60))
        #expect(bench.sent == ["place ab1-2 sell stop 90 1"])
        bench.fail("ab1-2", .retryable(aFault, after: .seconds(86_400)))
        try bench.restart()
        bench.tell(.look)
        #expect(bench.sent == ["place ab1-2 sell stop 90 1"])
    }

    @Test("a stop that was reached and cannot be sold is tried once a minute at least, with three alerts")
    func unsellable() throws {
        var bench = try DeskBench(pairs: false)
        bench.open(target: nil)
        bench.fail("ab1-2", .rejected(.wouldTrigger, aFault))
        var alerts = 0
        for attempt in 1...20 {
            #expect(bench.sent == ["place ab1-2-\(attempt) sell market 1"])
            bench.fail("ab1-2-\(attempt)", .rejected(.marketClosed, aFault))
            alerts += bench.output.alerts.count
            #expect(bench.sent.isEmpty)
            bench.tell(.look, after: .seconds(60))
        }
        #expect(alerts == 3)
    }

    @Test("fills come first: a report that tells of more waits for them, and they are asked for")
    func fillsFirst() throws {
        var bench = try DeskBench()
        bench.decide(.enter(EntryIntent(.long, size: .quantity(1))))
        bench.report("ab1-1", .filled, filled: "1")
        #expect(bench.strategy.isFlat)
        #expect(bench.rows.isEmpty)
        bench.tell(.look, after: .seconds(2))
        #expect(bench.sent == ["ask ab1-1"])
        bench.fill("ab1-1", "1")
        #expect(!bench.strategy.isFlat)
        #expect(bench.output.fills.count == 1)
        #expect(bench.known.isEmpty)
    }

    @Test("a fill is booked once, by whatever way and however often it is told")
    func fillTwice() throws {
        var bench = try DeskBench()
        bench.decide(.enter(EntryIntent(.long, size: .quantity(1))))
        bench.fill("ab1-1", "0.5", name: "x")
        bench.fill("ab1-1", "0.5", name: "x")
        #expect(bench.output.fills.isEmpty)
        #expect(bench.strategy.holding == Quantity(FixedDecimal("0.5")!))
        bench.fill("ab1-1", "0.5", name: "y")
        bench.fill("ab1-1", "0.5", name: "y")
        #expect(bench.output.isEmpty)
        #expect(bench.strategy.holding == Quantity(1))
    }

    @Test("a fill beyond what was asked for is not booked, and told to the owner")
    func fillTooMuch() throws {
        var bench = try DeskBench()
        bench.decide(.enter(EntryIntent(.long, size: .quantity(1))))
        bench.fill("ab1-1", "1.5")
        #expect(bench.output.fills.isEmpty)
        #expect(bench.output.alerts.map(\.kind) == [.conflict])
        #expect(bench.strategy.isFlat)
    }

    @Test("an entry that the venue refuses ends with its reason")
    func refusedEntry() throws {
        var bench = try DeskBench()
        bench.decide(.enter(EntryIntent(.long, size: .quantity(1))))
        bench.fail("ab1-1", .rejected(.insufficientBalance, aFault))
        #expect(bench.rows == ["ab1-1 rejected"])
        #expect(bench.strategy.isIdle)
        #expect(bench.output.journal.map(\.kind) == [.rejected])
    }

    @Test("an entry that somebody cancels at the venue is over; one that the script cancels waits for the venue")
    func cancelledEntry() throws {
        var bench = try DeskBench()
        bench.decide(.submit(OrderIntent(.buy, size: .quantity(1), limit: 95)))
        bench.accept("ab1-1")
        bench.report("ab1-1", .cancelled)
        #expect(bench.strategy.isIdle)
        bench.decide(.submit(OrderIntent(.buy, size: .quantity(1), limit: 95)))
        bench.accept("ab1-2")
        bench.decide(.cancel(OrderID(2)))
        #expect(bench.sent == ["cancel ab1-2"])
        #expect(!bench.strategy.isIdle)
        bench.report("ab1-2", .cancelled)
        #expect(bench.strategy.isIdle)
    }

    @Test("refused keys stop what opens, with one alert; stops that stand stay, and trading goes on with new keys")
    func keys() throws {
        var bench = try DeskBench(pairs: false)
        bench.openAndAccept(target: nil)
        bench.decide(.submit(OrderIntent(.buy, size: .quantity(1))))
        bench.fail("ab1-3", .unauthorised(aFault))
        #expect(bench.output.alerts.map(\.kind) == [.keysRefused])
        #expect(bench.sent.isEmpty)
        #expect(bench.known == ["ab1-2"])
        bench.decide(.submit(OrderIntent(.buy, size: .quantity(1))))
        #expect(bench.sent.isEmpty)
        #expect(bench.output.alerts.isEmpty)
        bench.tell(.holding(Quantity(1)))
        bench.decide(.submit(OrderIntent(.buy, size: .quantity(1))))
        #expect(bench.sent == ["place ab1-5 buy market 1"])
    }

    @Test("a cancel that fails is asked about and given again")
    func cancelFailed() throws {
        var bench = try DeskBench(pairs: false)
        bench.openAndAccept(target: nil)
        bench.decide(.moveStop(95))
        bench.tell(.cancelFailed(ClientOrderID("ab1-2")!, .outcomeUnknown(aFault)))
        bench.tell(.look, after: .seconds(1))
        #expect(bench.sent == ["ask ab1-2"])
        bench.accept("ab1-2")
        #expect(bench.sent == ["cancel ab1-2"])
    }

    @Test("a cancel that is refused again and again is given ever more slowly, though the order is still there")
    func cancelRefused() throws {
        var bench = try DeskBench(pairs: false)
        bench.openAndAccept(target: nil)
        bench.decide(.moveStop(95))
        let id = ClientOrderID("ab1-2")!
        bench.tell(.cancelFailed(id, .rejected(.other, aFault)))
        #expect(bench.sent == ["ask ab1-2"])
        bench.accept("ab1-2")
        #expect(bench.sent == ["cancel ab1-2"])
        for pause in [6, 10, 18, 34, 62, 62] {
            bench.tell(.cancelFailed(id, .rejected(.other, aFault)))
            bench.accept("ab1-2")
            #expect(bench.sent.isEmpty)
            bench.tell(.look, after: .seconds(pause - 1))
            #expect(bench.sent.isEmpty)
            bench.tell(.look, after: .seconds(1))
            #expect(bench.sent == ["cancel ab1-2"])
        }
    }

    @Test("an order of ours that nobody here knows is cancelled")
    func stranger() throws {
        var bench = try DeskBench()
        bench.report("ab1-99", .open)
        #expect(bench.sent == ["ask ab1-99"])
        bench.report("ab1-99", .open)
        #expect(bench.sent == ["cancel ab1-99"])
        bench.report("ab1-99", .cancelled)
        #expect(bench.output.alerts.map(\.kind) == [.conflict])
        #expect(bench.rows.isEmpty)
        #expect(bench.strategy.isIdle)
    }

    @Test("a late word of an order that is forgotten changes nothing")
    func forgotten() throws {
        var bench = try DeskBench()
        bench.report("ab1-99", .partiallyFilled, filled: "0.5")
        bench.fill("ab1-99", "0.5")
        bench.report("ab1-99", .filled, filled: "1")
        #expect(bench.output.fills.isEmpty && bench.output.alerts.isEmpty && bench.rows.isEmpty)
        #expect(bench.strategy.isIdle)
    }

    @Test("an order that a survey misses is asked about")
    func survey() throws {
        var bench = try DeskBench(pairs: false)
        bench.openAndAccept(target: nil)
        bench.tell(.openAtVenue([bench.told("ab1-2", .open)], askedAt: bench.now.later(by: .seconds(1))))
        #expect(bench.sent.isEmpty)
        bench.tell(.openAtVenue([], askedAt: bench.now))
        #expect(bench.sent == ["ask ab1-2"])
    }
}
