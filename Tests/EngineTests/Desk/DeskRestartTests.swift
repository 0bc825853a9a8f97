import Broker
import Foundation
import Market
import Storage
import Testing
import Trading
import Wording

@testable import Engine

@Suite("A strategy after a restart, and what is done to it from outside")
struct DeskRestartTests {
    @Test("an order that may have been sent is asked about, not sent")
    func unsentEntry() throws {
        var bench = try DeskBench()
        bench.decide(.enter(EntryIntent(.long, size: .quantity(1))))
        try bench.restart()
        bench.tell(.look)
        #expect(bench.sent == ["ask ab1-1"])
        bench.report("ab1-1", .filled, filled: "1")
        bench.fill("ab1-1", "1")
        #expect(bench.strategy.holding == Quantity(1))
        #expect(bench.known.isEmpty)
    }

    @Test("a watched stop may have been sent: it is asked about before it is watched again")
    func watchedStop() throws {
        var bench = try DeskBench(kinds: [.market], pairs: false)
        bench.open(target: nil)
        try bench.restart()
        bench.tell(.look)
        #expect(bench.sent == ["ask ab1-2"])
        let asked = bench.now.later(by: .seconds(11))
        bench.tell(.unknownAtVenue(ClientOrderID("ab1-2")!, askedAt: asked), after: .seconds(11))
        #expect(bench.sent == ["watch ab1-2-1 sell market 1 <= 90 at once"])
    }

    @Test("a target that is watched behind a stop is watched again at once")
    func watchedTarget() throws {
        var bench = try DeskBench(pairs: false)
        bench.open()
        bench.accept("ab1-2")
        try bench.restart()
        bench.tell(.look)
        #expect(bench.sent == ["watch ab1-3 sell market 1 >= 120"])
    }

    @Test("a pair that stands at the venue is left alone")
    func standingPair() throws {
        var bench = try DeskBench()
        bench.openAndAccept()
        try bench.restart()
        bench.tell(.look)
        #expect(bench.sent.isEmpty)
        #expect(bench.strategy.unsettled.map(\.clientID.text) == ["ab1-2", "ab1-3"])
        bench.fill("ab1-3", "1", at: "120")
        bench.report("ab1-2", .expired)
        #expect(bench.strategy.isIdle)
    }

    @Test("a row that somebody has ended is not touched any more")
    func endedRow() throws {
        var bench = try DeskBench()
        bench.decide(.submit(OrderIntent(.buy, size: .quantity(1), limit: 90)))
        let memory = bench.strategy.memory
        bench.strategy = RunningStrategy(bench.strategy.terms, memory: memory, orders: [])
        bench.tell(.look, after: .seconds(120))
        #expect(bench.sent.isEmpty)
        #expect(bench.rows.isEmpty)
        #expect(bench.strategy.isIdle)
    }

    @Test("rows without a memory are asked about and cancelled, and their numbers are not given again")
    func rowsAlone() throws {
        var bench = try DeskBench()
        bench.decide(.submit(OrderIntent(.buy, size: .quantity(1), limit: 90)))
        let request = try #require(bench.output.newOrders.first)
        bench.strategy = RunningStrategy(
            bench.strategy.terms, memory: nil, orders: [KnownOrder(request: request, state: .open)])
        bench.tell(.look)
        #expect(bench.sent == ["ask ab1-1"])
        #expect(bench.strategy.nextOrderID == OrderID(2))
        bench.accept("ab1-1")
        #expect(bench.sent == ["cancel ab1-1"])
        bench.report("ab1-1", .cancelled)
        #expect(bench.rows == ["ab1-1 cancelled"])
    }

    @Test("a memory of another version is refused in words")
    func otherVersion() throws {
        var bench = try DeskBench()
        bench.openAndAccept()
        let data = try JSONEncoder().encode(bench.strategy.memory)
        let text = String(decoding: data, as: UTF8.self)
            .replacingOccurrences(of: "\"version\":1", with: "\"version\":9")
        #expect {
            try JSONDecoder().decode(StrategyMemory.self, from: Data(text.utf8))
        } throws: { error in
            "\(error)".contains("version 9")
        }
    }

    @Test("closing from outside cancels what waits and goes on until nothing is left, over a restart too")
    func closing() throws {
        var bench = try DeskBench(pairs: false)
        bench.openAndAccept(target: nil)
        bench.decide(.submit(OrderIntent(.buy, size: .quantity(1), limit: 80)))
        bench.accept("ab1-3")
        bench.tell(.closePosition(reason: "closed by hand"))
        #expect(bench.sent == ["cancel ab1-3"])
        bench.report("ab1-3", .cancelled)
        #expect(bench.sent == ["cancel ab1-2"])
        try bench.restart()
        bench.tell(.look)
        #expect(bench.sent == ["cancel ab1-2"])
        bench.report("ab1-2", .cancelled)
        #expect(bench.sent == ["place ab1-4 sell market 1"])
        bench.fail("ab1-4", .rejected(.other, aFault))
        #expect(bench.sent == ["place ab1-2-1 sell stop 90 1"])
        bench.accept("ab1-2-1")
        bench.tell(.look, after: .seconds(10))
        #expect(bench.sent == ["cancel ab1-2-1"])
        bench.report("ab1-2-1", .cancelled)
        #expect(bench.sent == ["place ab1-5 sell market 1"])
        bench.fill("ab1-5", "1", at: "101")
        #expect(bench.output.trades.map(\.reason) == ["closed by hand"])
        #expect(bench.strategy.isIdle)
        #expect(!bench.strategy.isClosing)
    }

    @Test("cancelling the script's orders leaves stops where they are")
    func cancelOrders() throws {
        var bench = try DeskBench(pairs: false)
        bench.openAndAccept(target: nil)
        bench.decide(.submit(OrderIntent(.buy, size: .quantity(1), limit: 80)))
        bench.accept("ab1-3")
        bench.tell(.cancelOrders)
        #expect(bench.sent == ["cancel ab1-3"])
    }

    @Test("a venue that holds less than the position is believed after half a minute, and the stop shrinks")
    func lost() throws {
        var bench = try DeskBench(pairs: false)
        bench.openAndAccept(target: nil)
        bench.tell(.holding(Quantity(FixedDecimal("0.25")!)))
        #expect(bench.output.alerts.isEmpty)
        bench.tell(.holding(Quantity(FixedDecimal("0.25")!)), after: .seconds(31))
        #expect(bench.output.alerts.map(\.kind) == [.positionLost])
        #expect(bench.output.trades.map(\.reason) == ["closed_outside"])
        #expect(bench.strategy.holding == Quantity(FixedDecimal("0.25")!))
        #expect(bench.sent == ["cancel ab1-2"])
        bench.report("ab1-2", .cancelled)
        #expect(bench.sent == ["place ab1-2-1 sell stop 90 0.25"])
    }

    @Test("a balance that is less for a moment only loses nothing")
    func lostForAMoment() throws {
        var bench = try DeskBench(pairs: false)
        bench.openAndAccept(target: nil)
        bench.tell(.holding(Quantity(0)))
        bench.tell(.holding(Quantity(1)), after: .seconds(20))
        bench.tell(.holding(Quantity(0)), after: .seconds(20))
        bench.tell(.look, after: .seconds(60))
        #expect(bench.strategy.holding == Quantity(1))
    }

    @Test("a fee in base makes the lot smaller, the stop is rounded to the step, and the rest is written off")
    func baseFee() throws {
        var bench = try DeskBench(pairs: false)
        bench.open(target: nil, fee: Fee(amount: FixedDecimal("0.0015")!, asset: "BTC"))
        #expect(bench.strategy.holding == Quantity(FixedDecimal("0.9985")!))
        #expect(bench.sent == ["place ab1-2 sell stop 90 0.998"])
        #expect(bench.output.positions.last?.entryPrice == Price(100))
        bench.accept("ab1-2")
        bench.fill("ab1-2", "0.998", at: "90")
        #expect(bench.strategy.isIdle)
        #expect(bench.strategy.core.ledger.dust == Quantity(FixedDecimal("0.0005")!))
        // Bought for 100, sold for 0.998 x 90.
        #expect(bench.output.trades.map(\.profit) == [Money(FixedDecimal("-10.18")!)])
        #expect(bench.strategy.core.ledger.cash == Money(FixedDecimal("9989.82")!))
        #expect(bench.output.positions.last?.quantity == .zero)
    }

    @Test("a position that one fill opens and closes has a row that says both")
    func openedAndClosed() throws {
        var bench = try DeskBench()
        bench.decide(.enter(EntryIntent(.long, size: .quantity(0.001), stop: .price(90))))
        bench.fill("ab1-1", "0.001", fee: Fee(amount: FixedDecimal("0.0001")!, asset: "BTC"))
        #expect(bench.strategy.isFlat && bench.output.trades.map(\.reason) == ["dust"])
        #expect(bench.output.positions.map(\.quantity) == [Quantity(FixedDecimal("0.001")!), .zero])
        #expect(bench.output.positions.map(\.entryPrice) == [Price(100), Price(100)])
    }

    @Test("a position closed and another one opened, heard of at once, have a row each")
    func closedAndOpened() throws {
        var bench = try DeskBench(pairs: false)
        bench.openAndAccept(target: nil)
        bench.decide(.submit(OrderIntent(.buy, size: .quantity(2), limit: 89)))
        bench.accept("ab1-3")
        var stop = bench.told("ab1-2", .filled, filled: "1")
        stop.fills = [told(1, stop, at: 90)]
        var limit = bench.told("ab1-3", .filled, filled: "2")
        limit.fills = [told(2, limit, at: 89)]
        bench.tell(.openAtVenue([stop, limit], askedAt: bench.now))
        #expect(bench.output.positions.map(\.quantity) == [.zero, Quantity(2)])
        #expect(bench.output.positions.map(\.entryPrice) == [Price(100), Price(89)])
        #expect(bench.output.positions.map(\.realisedProfit) == [Money(-10), .zero])
    }

    private func told(_ number: Int, _ report: OrderReport, at price: FixedDecimal) -> FillReport {
        FillReport(
            id: FillID("told\(number)"), venueOrderID: report.venueID, clientID: report.clientID,
            symbol: report.symbol, side: report.side, price: Price(price), quantity: report.quantity,
            fee: Fee(amount: .zero, asset: "USDT"), time: report.updatedAt, isMaker: true)
    }

    @Test("a memory that says nothing of targets is read")
    func olderMemory() throws {
        var bench = try DeskBench()
        bench.open()
        let text = String(decoding: try JSONEncoder().encode(bench.strategy.memory), as: UTF8.self)
        let older = text.replacingOccurrences(of: #""isTarget":(true|false),?"#, with: "", options: .regularExpression)
            .replacingOccurrences(of: ",}", with: "}")
        #expect(older != text)
        let memory = try JSONDecoder().decode(StrategyMemory.self, from: Data(older.utf8))
        #expect(memory.desk.known.map(\.clientID) == bench.strategy.desk.known.map(\.clientID))
    }

    @Test("a fee in a third asset is kept with the fill, and said once")
    func otherFee() throws {
        var bench = try DeskBench()
        bench.open(stop: nil, target: nil, fee: Fee(amount: FixedDecimal("0.01")!, asset: "BNB"))
        #expect(bench.output.journal.count == 1)
        #expect(bench.output.fills.first?.fee.asset == "BNB")
        #expect(bench.strategy.core.ledger.cash == Money(9900))
    }

    @Test("what the account refuses takes its number and goes nowhere")
    func refusedByAccount() throws {
        var bench = try DeskBench()
        bench.decide(
            .submit(OrderIntent(.buy, size: .quantity(1))), .submit(OrderIntent(.buy, size: .quantity(2))),
            refusals: [0: aFault])
        #expect(bench.sent == ["place ab1-2 buy market 2"])
        #expect(bench.output.journal.map(\.kind) == [.risk])
    }

    @Test("an order's life counts in candles of the epoch, so a restart knows when it is over")
    func expiry() throws {
        var bench = try DeskBench()
        bench.decide(.submit(OrderIntent(.buy, size: .quantity(1), limit: 90, expires: 2)))
        bench.accept("ab1-1")
        try bench.restart()
        bench.now = bench.now.later(by: .seconds(60))
        bench.close(100)
        #expect(bench.sent.isEmpty)
        bench.now = bench.now.later(by: .seconds(60))
        bench.close(100)
        #expect(bench.sent == ["cancel ab1-1"])
        bench.report("ab1-1", .cancelled)
        guard case .orderUpdated(let order) = bench.output.events.last else {
            Issue.record("the script was not told")
            return
        }
        #expect(order.state == .expired)
    }
}
