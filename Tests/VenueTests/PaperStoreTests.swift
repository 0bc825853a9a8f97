import Broker
import Market
import Postgres
import Storage
import TestSupport
import Testing
import Trading
import Wording

@Suite("Paper accounts in PostgreSQL", .timeLimit(.minutes(5)))
struct PaperStoreTests {
    private static let symbol = ContractTrial.symbol

    private func settings() throws -> PaperAccountSettings {
        try PaperAccountSettings(
            fees: FeeRates(maker: FixedDecimal("0.00075")!, taker: FixedDecimal("0.001")!), marketFill: .lastPrice)
    }

    private func market() throws -> HandMarket {
        HandMarket(
            prices: [Self.symbol: 1000, ContractTrial.other: 100],
            candles: try VenueCandles.before(Store.systemTime()), now: Store.systemTime)
    }

    private func broker(_ store: any PaperAccountStore, _ account: PaperAccountID) async throws -> PaperBroker {
        try await PaperBroker(
            account: account, in: store, prices: try market(),
            options: PaperBrokerOptions(followsTrades: false) { Store.systemTime() })
    }

    private func order(_ number: Int, _ side: Side, _ instruction: OrderInstruction, _ quantity: String) -> OrderRequest
    {
        OrderRequest(
            clientID: ClientOrderID(prefix: "s", number: number), symbol: Self.symbol, side: side,
            instruction: instruction, amount: .base(Quantity(FixedDecimal(quantity)!)))
    }

    @Test("what one process did is what the next one finds, to the last digit, whatever kind of order it is")
    func comesBack() async throws {
        let (store, id) = try await PaperDatabase.account(
            settings(), balances: ["USDT": FixedDecimal("9999.123456789012")!, "BTC": 10])
        let first = try await broker(store, id)
        _ = try await first.place(order(1, .buy, .market, "1.23457"))
        let requests: [OrderRequest] = [
            order(2, .buy, .limit(Price(900), .goodTillCancelled), "1"),
            order(3, .buy, .postOnly(Price(901)), "0.5"),
            order(4, .sell, .stop(trigger: Price(950), limit: nil), "1"),
            order(5, .sell, .stop(trigger: Price(940), limit: Price(939)), "1"),
            order(6, .sell, .takeProfit(trigger: Price(1100), limit: nil), "1"),
            order(7, .sell, .takeProfit(trigger: Price(1100), limit: Price(1101)), "1"),
        ]
        for request in requests { _ = try await first.place(request) }
        _ = try await first.placePair(
            OrderPairRequest(
                symbol: Self.symbol, side: .sell, quantity: Quantity(2), target: Price(1200),
                targetID: ClientOrderID(prefix: "s", number: 8), stop: Price(800), stopLimit: Price(799),
                stopID: ClientOrderID(prefix: "s", number: 9)))
        let balances = try await first.balances()
        let open = try await first.openOrders(on: nil)
        let fills = try await first.fills(FillRequest(symbol: Self.symbol))
        #expect(open.count == 8 && fills.count == 1)
        // No farewell: as after a kill.
        let second = try await broker(store, id)
        #expect(try await second.balances() == balances)
        #expect(try await second.openOrders(on: nil) == open)
        #expect(try await second.fills(FillRequest(symbol: Self.symbol)) == fills)
        await second.take(
            MatchingBar(open: 780, high: 780, low: 780, close: 780, time: Store.systemTime(), index: 0),
            on: Self.symbol)
        let pair = try await second.order(.client(ClientOrderID(prefix: "s", number: 8)), on: Self.symbol)
        #expect(pair?.status == .expired)
        await second.close()
        await first.close()
    }

    @Test("changes that the schema refuses leave nothing behind")
    func nothingHalf() async throws {
        let (store, id) = try await PaperDatabase.account(settings(), balances: ["USDT": 100])
        let taken = try await store.take(id)
        var account = try PaperAccount(taken.snapshot, instruments: market().instruments())
        account.see(100, on: Self.symbol)
        _ = try account.place(order(1, .buy, .market, "0.5"), now: Store.systemTime())
        var changes = account.takeChanges()
        changes.balances["USDT"]?.free = -1
        await #expect(throws: PaperStoreError.self) { try await store.commit(changes, under: taken.lease) }
        let after = try await store.take(id).snapshot
        #expect(after == taken.snapshot)
        #expect(try await store.order(.venue(VenueOrderID("1")), on: Self.symbol, of: id) == nil)
        #expect(try await store.fills(FillRequest(symbol: Self.symbol), of: id).isEmpty)
    }

    @Test("a lease that was taken over writes nothing more")
    func lease() async throws {
        let (store, id) = try await PaperDatabase.account(settings(), balances: ["USDT": 100])
        let older = try await store.take(id)
        let newer = try await store.take(id)
        var account = try PaperAccount(older.snapshot, instruments: market().instruments())
        try account.credit(5, of: "USDT")
        let changes = account.takeChanges()
        await #expect(throws: PaperStoreError.taken(id)) { try await store.commit(changes, under: older.lease) }
        try await store.commit(changes, under: newer.lease)
        #expect(try await store.take(id).snapshot.balances.first?.free == 105)
    }

    @Test("who reads takes nothing away, and hears whether the account is still his")
    func reading() async throws {
        let (store, id) = try await PaperDatabase.account(settings(), balances: ["USDT": 100])
        let older = try await store.take(id)
        #expect(try await store.read(id, under: older.lease) == older.snapshot)
        #expect(try await store.read(id, under: nil) == older.snapshot)
        try await store.commit(PaperChanges(nextOrder: 9, nextFill: 9), under: older.lease)
        #expect(try await store.read(id, under: nil).nextOrder == 9)
        let newer = try await store.take(id)
        await #expect(throws: PaperStoreError.taken(id)) { _ = try await store.read(id, under: older.lease) }
        #expect(try await store.read(id, under: newer.lease) == newer.snapshot)
        let (theirs, _) = try await PaperDatabase.account(settings())
        await #expect(throws: PaperStoreError.unknownAccount(id)) { _ = try await theirs.read(id, under: nil) }
        await #expect(throws: PaperStoreError.taken(id)) { _ = try await theirs.read(id, under: newer.lease) }
    }

    @Test("an account of another user is not there")
    func otherUser() async throws {
        let (mine, id) = try await PaperDatabase.account(settings(), balances: ["USDT": 100])
        let (theirs, _) = try await PaperDatabase.account(settings())
        await #expect(throws: PaperStoreError.unknownAccount(id)) { _ = try await theirs.take(id) }
        let lease = try await mine.take(id).lease
        await #expect(throws: PaperStoreError.taken(id)) {
            try await theirs.commit(PaperChanges(nextOrder: 9, nextFill: 9), under: lease)
        }
        #expect(try await theirs.fills(FillRequest(symbol: Self.symbol), of: id).isEmpty)
    }

    @Test("while the server cuts connections at random, every order is there once and the books add up")
    func cutConnections() async throws {
        // A database of its own: the cuts would hit other tests.
        try await ScratchPostgres.withPool { pool in
            let database = Store(pool)
            try await database.migrate()
            let (store, id) = try await PaperDatabase.account(
                settings(), balances: ["USDT": 100_000, "BTC": 10], in: database)
            try await tradeUnderCuts(pool, try await broker(store, id))
        }
    }

    private func tradeUnderCuts(_ pool: PostgresPool, _ paper: PaperBroker) async throws {
        var numbers = SeededNumbers(seed: 4711)
        var placed = 0
        for number in 1...60 {
            if numbers.chance(40) {
                // Ends every other connection to this database, idle or at work.
                _ = try? await pool.query(  // it may end its own pool's, and fails then
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = current_database() AND pid <> pg_backend_pid()
                    """)
            }
            let request = order(number, numbers.chance(50) ? .buy : .sell, .market, "0.1")
            var isSettled = false
            // Each turn asks by client id what became of the order, as an engine does.
            for _ in 0..<20 where !isSettled {
                do {
                    if try await paper.order(.client(request.clientID), on: Self.symbol) == nil {
                        _ = try await paper.place(request)
                    }
                    isSettled = true
                } catch BrokerError.rejected(.duplicateOrder, _) {
                    Issue.record("order \(number) was sent twice")
                    isSettled = true
                } catch {}
            }
            #expect(isSettled, "order \(number)")
            placed += 1
        }
        let fills = try await paper.fills(FillRequest(symbol: Self.symbol))
        #expect(fills.count == placed)
        #expect(Set(fills.map(\.clientID)).count == placed)
        var base: FixedDecimal = 10
        var quote: FixedDecimal = 100_000
        for fill in fills {
            let value = try fill.price.value.multiplied(by: fill.quantity.value, rounding: .nearest)
            base += fill.side == .buy ? fill.quantity.value : -fill.quantity.value
            quote += (fill.side == .buy ? -value : value) - fill.fee.amount
        }
        let balances = try await paper.balances()
        #expect(
            balances == [
                Balance(asset: "BTC", free: base, locked: 0), Balance(asset: "USDT", free: quote, locked: 0),
            ])
        await paper.close()
    }

    @Test("a paper account on the trades of a live venue, followed by itself", .timeLimit(.minutes(5)))
    func liveTrades() async throws {
        let (store, id) = try await PaperDatabase.account(
            PaperAccountSettings(marketFill: .nextPrice), balances: ["USDT": 10_000])
        try await ExchangeVenue.marketData { venue, market in
            let paper = try await PaperBroker(
                account: id, in: store, prices: market,
                options: PaperBrokerOptions(closesMarketData: false) { Store.systemTime() })
            let events = EventLog(paper.accountEvents())
            _ = try await paper.place(
                OrderRequest(
                    clientID: ClientOrderID(prefix: "s", number: 1), symbol: Self.symbol, side: .buy,
                    instruction: .limit(Price(950), .goodTillCancelled), amount: .base(Quantity(1))))
            // The feed may be a moment behind the order: the price goes on moving below the limit until it is seen.
            for step in 0..<200 where !events.all.contains(where: { if case .filled = $0 { true } else { false } }) {
                try await venue.setPrice(FixedDecimal(900 + step % 20))
                _ = try await paper.serverTime()
                _ = try await market.ticker(Self.symbol)
            }
            #expect(await events.wait { $0.contains { if case .filled = $0 { true } else { false } } })
            let fill = try #require(try await paper.fills(FillRequest(symbol: Self.symbol)).first)
            #expect(fill.price < Price(950) && fill.price >= Price(900))
            await paper.close()
        }
    }
}
