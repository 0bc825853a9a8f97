import Market
import Storage
import TestSupport
import Testing
import Trading
import Wording
import Worker

@testable import Engine

@Suite("Events that wait for a script", .timeLimit(.minutes(10)))
struct ScriptEventsTests {
    private static func fill(_ number: Int) -> StrategyEvent {
        .filled(
            Fill(
                id: FillID("f\(number)"), order: OrderID(number), side: .buy, price: Price(100),
                quantity: Quantity(FixedDecimal("0.5")!), fee: Money(FixedDecimal("0.1")!),
                baseFee: Quantity(FixedDecimal("0.001")!), time: Timestamp(milliseconds: Int64(number)), index: number,
                isMaker: true), tag: "tag \(number)")
    }

    /// What the store has after a commit.
    private static func write(
        _ store: inout [KeptEvent], _ events: inout ScriptEvents, _ new: [StrategyEvent], told: Int64? = nil
    ) {
        let change = events.change(adding: new, told: told)
        store += change.added
        if let through = change.through { store.removeAll { $0.number <= through } }
        events.take(new, told: told)
    }

    @Test("The store has what is in memory, whatever happens in which order")
    func store() throws {
        var numbers = SeededNumbers(seed: 7)
        var store: [KeptEvent] = []
        var events = ScriptEvents()
        var count = 0
        for _ in 0..<2_000 {
            let new = (0..<numbers.below(4)).map { Self.fill(count + $0) }
            count += new.count
            let told = numbers.chance(3) ? events.last - Int64(numbers.below(3)) : nil
            Self.write(&store, &events, new, told: told)
            #expect(store.map(\.number) == events.entries.map(\.number))
            if numbers.chance(5) { events = ScriptEvents(store) }
        }
        #expect(try store.map { try StrategyEvent(stored: $0.bytes) } == events.events)
    }

    @Test("Of too many the oldest go, in the store as in memory")
    func bound() {
        var store: [KeptEvent] = []
        var events = ScriptEvents()
        Self.write(&store, &events, (0..<ScriptEvents.most).map(Self.fill))
        #expect(events.isFull && store.count == ScriptEvents.most)
        Self.write(&store, &events, (0..<2_500).map(Self.fill))
        #expect(store.count == ScriptEvents.most && store.last?.number == 3_500)
        #expect(store.map(\.number) == events.entries.map(\.number))
    }

    @Test("What a script has been told is over, what happened meanwhile is not")
    func told() {
        var store: [KeptEvent] = []
        var events = ScriptEvents()
        Self.write(&store, &events, [Self.fill(1), Self.fill(2)])
        let asked = events.last
        Self.write(&store, &events, [Self.fill(3)])
        Self.write(&store, &events, [Self.fill(4)], told: asked)
        #expect(events.events == [Self.fill(3), Self.fill(4)])
        #expect(store.map(\.number) == [3, 4])
        #expect(events.change(adding: [], told: asked).through == nil, "nothing more to delete")
    }

    @Test("Events of every kind are read as they were written, and those of another form are left out")
    func forms() throws {
        let order = Order(
            id: OrderID(3), prefix: "ab1", symbol: EngineRig.symbol, side: .sell, kind: .stop(Price(90)),
            quantity: Quantity(2), role: .stop, reduceOnly: true, lot: LotID(OrderID(1)), tag: "stop",
            createdAt: Timestamp(milliseconds: 5))
        let trade = ClosedTrade(
            id: 4, direction: .long, quantity: Quantity(2), entryTime: Timestamp(milliseconds: 1),
            entryPrice: Price(100), exitTime: Timestamp(milliseconds: 9), exitPrice: Price(110), fees: Money(1),
            profit: Money(19), profitPct: 9.5, bars: 2, reason: "take", maePct: -1, mfePct: 10, entryReason: "buy",
            entryIndex: 1, exitIndex: 3, entryOrder: OrderID(1), exitOrder: OrderID(3),
            isAmbiguous: false, remaining: .zero)
        let position = PositionView(
            direction: .long, quantity: 2, entry: 100, stop: 90, target: nil, pnl: 1, pnlPct: 0.5, bars: 1)
        let all: [StrategyEvent] = [
            .orderUpdated(order), Self.fill(1), .positionOpened(position), .positionClosed(trade),
        ]
        var store: [KeptEvent] = []
        var events = ScriptEvents()
        Self.write(&store, &events, all)
        #expect(ScriptEvents(store).events == all)
        store[1].bytes[0] = 200
        store[2].bytes.removeLast()
        var read = ScriptEvents(store)
        #expect(read.unreadable == 2 && read.events == [all[0], all[3]] && read.last == 4)
        // They go with the next decision.
        Self.write(&store, &read, [], told: read.last)
        #expect(store.isEmpty && read.isEmpty)
        store = [KeptEvent(number: 9, bytes: [200])]
        read = ScriptEvents(store)
        #expect(!read.isEmpty && read.events.isEmpty)
        Self.write(&store, &read, [], told: read.last)
        #expect(store.isEmpty && read.isEmpty)
    }
}
