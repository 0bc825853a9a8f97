import Broker
import Engine
import Heartbeat
import Logging
import Market
import Postgres
import Storage
import Synchronization
import TestSupport
import Testing
import Trading
import Wording
import Worker

/// The same trades once more, live: they go through a heartbeat, its candles into the store, their signals to an
/// engine, its orders to paper accounts that fill by the minutes; time goes on when all of it is done.
final class ParityLive: Sendable {
    let market: ParityMarket
    let scripts: [ParityScript]
    private let store: Store
    private let replay: ReplayMarket
    private let brokers: [ParityBroker]
    private let ids: [BrokerID]
    private let user: UserID
    private let engine: EngineService
    private let settling = Settling()
    /// Minutes during which the connection was away: their trades are not heard.
    private let outages: [ClosedRange<Int64>]

    struct Outcome: Sendable {
        /// By script, in their order.
        var fills: [[ParityFill]]
        var orders: [[ParityOrder]] = []
        var positions: [FixedDecimal]
        var fetches = 0
        var alerts: [String] = []
        /// Candles that were not the ones that the trades make.
        var differingMinutes = 0
    }

    static func run(
        _ market: ParityMarket, _ scripts: [ParityScript], outages: [ClosedRange<Int64>] = []
    ) async throws -> Outcome {
        var configuration = try await ScratchPostgres.database()
        configuration.poolSize = 8
        let pool = PostgresPool(configuration)
        do {
            let store = Store(pool)
            try await store.migrate()
            let live = try await ParityLive(market, scripts, outages, store)
            let outcome = try await live.run()
            await pool.close()
            return outcome
        } catch {
            await pool.close()
            throw error
        }
    }

    // MARK: Making it

    private init(
        _ market: ParityMarket, _ scripts: [ParityScript], _ outages: [ClosedRange<Int64>], _ store: Store
    ) async throws {
        self.market = market
        self.scripts = scripts
        self.store = store
        self.outages = outages
        let user = try await store.users.add("trader").id
        self.user = user
        let instrument = Instrument(
            symbol: market.symbol, rules: market.rules, isTrading: true, orderKinds: [], hasOrderPairs: true)
        let replay = try ReplayMarket(venue: Self.venue, markets: [instrument], series: [market.minutes])
        self.replay = replay
        let settling = settling
        var brokers: [ParityBroker] = []
        var ids: [BrokerID] = []
        for script in scripts {
            let stored = try await store.brokers.add(
                user, name: script.name, venue: .paper,
                settings: BrokerSettings(options: ["market": Self.venue.text]))
            let account = try await store.paper(user).create(
                stored.id, try PaperAccountSettings(fees: ParityReference.fees, marketFill: .nextPrice),
                balances: [market.symbol.quote: ParityReference.cash.value])
            let place = brokers.count
            let paper = try await PaperBroker(
                account: account, in: store.paper(user), prices: replay,
                options: PaperBrokerOptions(
                    followsTrades: false, closesMarketData: false, settle: { await settling.settle(place) },
                    clock: { await replay.serverTime() }))
            brokers.append(ParityBroker(paper, began: market.minutes[0].openTime))
            ids.append(stored.id)
            try await Self.activate(script, market, stored.id, user, store)
            await replay.attach { bar, symbol in await paper.take(bar, on: symbol) }
        }
        self.brokers = brokers
        self.ids = ids
        engine = EngineService(
            store: store, executors: { _ in InProcessExecutor(limits: Self.limits) },
            connectors: ParityConnector(brokers: Dictionary(uniqueKeysWithValues: zip(ids, brokers))),
            options: Self.options, logger: Logger(label: "engine") { _ in SwiftLogNoOpLogHandler() })
    }

    /// As `ParityReference.limits`.
    private static var limits: HostLimits {
        var limits = HostLimits()
        limits.instance = ParityReference.limits
        limits.longestTurn = 20 * ParityReference.longestCall
        return limits
    }

    private static let venue = VenueName("parity")!

    private static var options: EngineOptions {
        var options = EngineOptions(name: "parity")
        options.takeInterval = .milliseconds(50)
        options.unknownSettle = .zero
        // Nothing is to happen by the clock of the wall.
        options.checkInterval = .seconds(3600)
        return options
    }

    private static func activate(
        _ script: ParityScript, _ market: ParityMarket, _ broker: BrokerID, _ user: UserID, _ store: Store
    ) async throws {
        let strategy = try await store.strategies.add(
            user, name: script.name, timeframe: script.timeframe, source: script.source)
        _ = try await store.activeStrategies.activate(
            user,
            NewActiveStrategy(
                name: script.name, strategy: strategy.id, broker: broker, symbol: market.symbol,
                timeframe: script.timeframe, parameters: script.parameters, capital: ParityReference.cash,
                seed: ParityReference.seed, startsAt: Timestamp(milliseconds: 0)))
    }

    /// What the paper brokers wait for between two things that happen inside a bar.
    private final class Settling: Sendable {
        let live = Mutex<ParityLive?>(nil)

        func settle(_ place: Int) async {
            guard let live = live.withLock({ $0 }) else { return }
            do {
                try await live.settle([place])
            } catch {
                Issue.record("paper account \(place) does not settle: \(error)")
            }
        }
    }

    // MARK: Running it

    private func run() async throws -> Outcome {
        settling.live.withLock { $0 = self }
        // It holds whoever holds it, and the whole market with them.
        defer { settling.live.withLock { $0 = nil } }
        let running = Task { try await engine.run() }
        let outcome: Result<Outcome, any Error>
        do {
            outcome = .success(try await trade())
        } catch {
            outcome = .failure(error)
        }
        running.cancel()
        let end = try await ending("the engine stops", of: running)
        for broker in brokers { await broker.paper.close() }
        let whole = try outcome.get()
        try end.get()
        return whole
    }

    private func trade() async throws -> Outcome {
        guard try await eventually(within: .seconds(60), { try await self.isLoaded() }) else {
            throw BookError(text: "the engine did not load \(scripts.count) strategies")
        }
        try await settle(Array(brokers.indices))
        var outcome = Outcome(fills: [], positions: [])
        var core = HeartbeatCore()
        try await play(&core, &outcome)
        for id in ids {
            outcome.fills.append(try await fills(of: id))
            outcome.orders.append(try await orders(of: id))
            outcome.positions.append(try await position(of: id))
        }
        return outcome
    }

    private func isLoaded() async throws -> Bool {
        try await store.pool.query("SELECT count(*) AS n FROM strategy_sessions")[0].int("n") >= scripts.count
            && engine.isIdle
    }

    private func play(_ core: inout HeartbeatCore, _ outcome: inout Outcome) async throws {
        var actions: [HeartbeatAction] = []
        var pending: [Storage.ClosedCandle] = []
        core.follow(market.symbol)
        core.handle(.connected, into: &actions)
        core.handle(.venueTime(market.minutes[0].openTime), into: &actions)
        var isAway = false
        for (number, tick) in market.ticks.enumerated() {
            let minute = tick.time.milliseconds / 60_000
            if outages.contains(where: { $0.contains(minute) }) {
                if !isAway { core.handle(.disconnected, into: &actions) }
                isAway = true
                continue
            }
            if isAway { core.handle(.connected, into: &actions) }
            isAway = false
            core.trade(market.symbol, tick, id: Int64(number + 1), into: &actions)
            try await perform(&actions, &core, &pending, &outcome)
        }
        // The last candles are decided on too, as in the backtest.
        try await flush(&pending)
    }

    private func perform(
        _ actions: inout [HeartbeatAction], _ core: inout HeartbeatCore, _ pending: inout [Storage.ClosedCandle],
        _ outcome: inout Outcome
    ) async throws {
        while !actions.isEmpty {
            let todo = actions
            actions = []
            for action in todo {
                switch action {
                case .closed(let built):
                    let key = CandleKey(venue: Self.venue, symbol: built.symbol, timeframe: built.timeframe)
                    let closed = Storage.ClosedCandle(
                        key: key, candle: built.candle, tradeCount: built.tradeCount, closedAt: built.closedAt,
                        isSignalled: built.isSignal)
                    try await close(closed, &pending, &outcome)
                case .fetch(let fetch):
                    outcome.fetches += 1
                    core.handle(.fetched(fetch, try candles(fetch)), into: &actions)
                case .alert(let alert): outcome.alerts.append(alert.message.english)
                case .reconnect: Issue.record("the heartbeat wants to connect anew")
                }
            }
        }
    }

    /// What the venue itself has for these minutes.
    private func candles(_ fetch: CandleFetch) throws -> [Candle] {
        let minutes = market.minutes.slice(from: fetch.from, to: fetch.to)
        guard fetch.timeframe != .m1 else { return Array(minutes) }
        return Array(try CandleResampler.resample(minutes, to: fetch.timeframe))
    }

    private func close(
        _ closed: Storage.ClosedCandle, _ pending: inout [Storage.ClosedCandle], _ outcome: inout Outcome
    ) async throws {
        if closed.key.timeframe == .m1 {
            // Signals of the minutes before are worked off before the next minute is played.
            try await flush(&pending)
            let place = market.minutes.firstIndex(from: closed.candle.openTime)
            if place >= market.minutes.count || market.minutes[place] != closed.candle { outcome.differingMinutes += 1 }
            _ = await replay.step()
        }
        pending.append(closed)
    }

    /// Writes what has closed, once a strategy waits for one of it.
    private func flush(_ pending: inout [Storage.ClosedCandle]) async throws {
        let wanted = Set(scripts.map(\.timeframe))
        guard pending.contains(where: { wanted.contains($0.key.timeframe) }) else { return }
        _ = try await store.heartbeat.record(HeartbeatPulse(candles: pending))
        pending = []
        let newest = try await store.heartbeat.latestSignal()
        try await wait("the engine does not read signal \(newest)") { (engine.lastSignal ?? SignalID(0)) >= newest }
        try await settle(Array(brokers.indices))
    }

    /// Waits until the engine has nothing to do: it has taken in all that these brokers have told, and asks nothing
    /// more of them because of it.
    private func settle(_ places: [Int]) async throws {
        var isFirst = places.count == 1
        while true {
            try await wait("the engine does not come to rest") { engine.isIdle }
            let busy = places.filter { isFirst || brokers[$0].hasNewCalls }
            if busy.isEmpty { return }
            isFirst = false
            for place in busy {
                brokers[place].settled()
                let told = try await brokers[place].eventsTold()
                try await wait("events are not taken in") { await engine.accountEvents(of: ids[place]) >= told }
            }
        }
    }

    private func wait(_ trouble: String, _ condition: () async -> Bool) async throws {
        guard try await eventually(every: .microseconds(100), condition) else { throw BookError(text: trouble) }
    }

    // MARK: What came of it

    private func fills(of broker: BrokerID) async throws -> [ParityFill] {
        try await store.pool.query(
            """
            SELECT o.client_order_id, f.side, f.price::text AS price, f.quantity::text AS quantity,
                f.fee_amount::text AS fee, f.filled_at, f.is_maker
            FROM fills f JOIN orders o ON o.id = f.order_id WHERE f.broker_id = \(broker.number) ORDER BY f.id
            """
        ).map { row in
            ParityFill(
                order: ClientOrderID(try row.text("client_order_id"))?.number ?? 0,
                side: try row.text("side") == "buy" ? .buy : .sell,
                price: FixedDecimal(try row.text("price")) ?? .zero,
                quantity: FixedDecimal(try row.text("quantity")) ?? .zero,
                fee: FixedDecimal(try row.text("fee")) ?? .zero,
                time: Timestamp(milliseconds: try row.int64("filled_at")), isMaker: try row.bool("is_maker"))
        }
    }

    private func orders(of broker: BrokerID) async throws -> [ParityOrder] {
        var orders: [Int: ParityOrder] = [:]
        let rows = try await store.pool.query(
            """
            SELECT client_order_id, side, coalesce(trigger_price, limit_price)::text AS price,
                filled_quantity::text AS filled
            FROM orders WHERE broker_id = \(broker.number) AND state <> 'rejected' ORDER BY id
            """)
        for row in rows {
            let number = ClientOrderID(try row.text("client_order_id"))?.number ?? 0
            let before = orders[number]?.filled ?? .zero
            orders[number] = ParityOrder(
                number: number, side: try row.text("side") == "buy" ? .buy : .sell,
                price: try row.optionalText("price").flatMap { FixedDecimal($0) },
                filled: before + (FixedDecimal(try row.text("filled")) ?? .zero))
        }
        return orders.values.sorted { $0.number < $1.number }
    }

    private func position(of broker: BrokerID) async throws -> FixedDecimal {
        let rows = try await store.pool.query(
            """
            SELECT coalesce(sum(quantity), 0)::text AS held FROM positions
            WHERE broker_id = \(broker.number) AND closed_at IS NULL
            """)
        return FixedDecimal(try rows[0].text("held")) ?? .zero
    }
}
