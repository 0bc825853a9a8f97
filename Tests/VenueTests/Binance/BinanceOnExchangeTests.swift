import BinanceBroker
import Broker
import Market
import TestExchange
import Testing
import Trading
import Transport
import Wording

/// What the connector does at a venue beyond the contract of all brokers, over real sockets.
@Suite("Binance's connector on the test exchange", .timeLimit(.minutes(5))) struct BinanceOnExchangeTests {
    /// The private key of test 1 of RFC 8032, section 7.1; no account anywhere has it.
    private static let pem = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
        -----END PRIVATE KEY-----
        """
    /// Its public half, as the venue is given it.
    private static let publicKey = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
    private static let key = "key-of-the-connector-0123456789abcdef0123456789abcdef0123456789ab"
    private static let secret = "secret-of-the-connector"

    private struct Scene {
        let broker: BinanceBroker
        let server: TestExchangeServer
        let symbol: Symbol

        func setPrice(_ price: FixedDecimal) async throws {
            try await server.withExchange { core in
                try core.setPrice(price, of: MarketID(0), now: core.now)
            }
        }
    }

    private func run(
        ed25519: Bool = false, change: (inout TestExchangeOptions) -> Void = { _ in },
        _ body: (Scene) async throws -> Void
    ) async throws {
        let material: KeyMaterial =
            ed25519 ? try #require(KeyMaterial.ed25519(text: Self.publicKey)) : .hmac(Secret(Self.secret))
        var options = TestExchangeOptions(
            markets: MarketDefinition.usual.map {
                MarketSetup($0, source: .manual(start: $0.quote.name == "BTC" ? FixedDecimal("0.05")! : 20_000))
            },
            accounts: [
                TestExchangeAccount(
                    AccountID(1), keys: [TestExchangeKey(Self.key, material)],
                    balances: [Asset("USDT"): 1_000_000, Asset("BTC"): 10])
            ])
        options.stepMilliseconds = 5
        change(&options)
        try await TestExchangeServer.running(options) { server, address in
            let http = HTTPClient()
            let broker = try BinanceBroker(
                environment: .custom(rest: address.rest, streams: address.streams, socketAPI: address.socketAPI),
                credentials: BrokerCredentials(key: Self.key, secret: Secret(ed25519 ? Self.pem : Self.secret)),
                http: http, options: ExchangeVenue.patient)
            let result: Result<Void, any Error>
            do {
                result = .success(
                    try await body(Scene(broker: broker, server: server, symbol: Symbol("BTC/USDT"))))
            } catch {
                result = .failure(error)
            }
            await broker.close()
            await http.close()
            try result.get()
        }
    }

    private func order(
        _ scene: Scene, _ side: Side, _ instruction: OrderInstruction, _ quantity: String, number: Int
    ) throws -> OrderRequest {
        OrderRequest(
            clientID: ClientOrderID(prefix: "e2e", number: number), symbol: scene.symbol, side: side,
            instruction: instruction, amount: .base(Quantity(try #require(FixedDecimal(quantity)))))
    }

    @Test func `every kind of order is taken, found by either name and cancelled`() async throws {
        try await run { (scene: Scene) async throws in
            let kinds: [OrderInstruction] = [
                .limit(Price(19_000), .goodTillCancelled), .postOnly(Price(18_990)),
                .stop(trigger: Price(21_000), limit: nil), .stop(trigger: Price(21_000), limit: Price(21_010)),
                .takeProfit(trigger: Price(19_000), limit: nil),
                .takeProfit(trigger: Price(19_000), limit: Price(18_990)),
            ]
            for (index, kind) in kinds.enumerated() {
                let request = try order(scene, .buy, kind, "0.01", number: index)
                let placed = try await scene.broker.place(request)
                #expect(placed.instruction == kind)
                #expect(placed.status == .open)
                let found = try await scene.broker.order(.venue(placed.venueID), on: scene.symbol)
                #expect(found?.clientID == request.clientID)
                #expect(try await scene.broker.openOrders(on: nil).map(\.venueID) == [placed.venueID])
                let cancelled = try await scene.broker.cancel(.client(request.clientID), on: scene.symbol)
                #expect(cancelled.status == .cancelled)
                #expect(cancelled.clientID == request.clientID)
            }
            #expect(try await scene.broker.openOrders(on: scene.symbol).isEmpty)
        }
    }

    @Test func `an Ed25519 key trades and hears of it`() async throws {
        try await run(ed25519: true) { (scene: Scene) async throws in
            let events = scene.broker.accountEvents()
            var seen: [String] = []
            for try await event in events {
                switch event {
                case .connected:
                    seen.append("connected")
                    let market = try order(scene, .buy, .market, "0.01", number: 1)
                    #expect(try await scene.broker.place(market).status == .filled)
                case .filled(let fill):
                    seen.append("filled")
                    #expect(fill.quantity.description == "0.01")
                case .orderChanged(let order): seen.append(order.status.name)
                case .balancesChanged: seen.append("balances")
                case .disconnected(let words): Issue.record("\(words)")
                }
                if seen.contains("filled"), seen.contains("balances") { break }
            }
            #expect(seen.first == "connected")
            #expect(seen.contains("filled"))
            #expect(try await scene.broker.fills(FillRequest(symbol: scene.symbol)).count == 1)
        }
    }

    @Test func `a pair sells by its target, and the stop is over`() async throws {
        try await run { (scene: Scene) async throws in
            let pair = OrderPairRequest(
                symbol: scene.symbol, side: .sell, quantity: Quantity(1), target: Price(21_000),
                targetID: ClientOrderID(prefix: "e2e", number: 1), stop: Price(19_000), stopLimit: Price(18_900),
                stopID: ClientOrderID(prefix: "e2e", number: 2))
            let legs = try await scene.broker.placePair(pair)
            #expect(legs.map(\.clientID) == [pair.targetID, pair.stopID])
            #expect(
                legs.map(\.instruction) == [
                    .postOnly(Price(21_000)), .stop(trigger: Price(19_000), limit: Price(18_900)),
                ])
            try await scene.setPrice(21_500)
            #expect(try await scene.broker.order(.client(pair.targetID), on: scene.symbol)?.status == .filled)
            #expect(try await scene.broker.order(.client(pair.stopID), on: scene.symbol)?.status == .expired)
        }
    }

    @Test func `cancelling one leg of a pair ends both`() async throws {
        try await run { (scene: Scene) async throws in
            let pair = OrderPairRequest(
                symbol: scene.symbol, side: .buy, quantity: Quantity(1), target: Price(19_000),
                targetID: ClientOrderID(prefix: "e2e", number: 1), stop: Price(21_000),
                stopID: ClientOrderID(prefix: "e2e", number: 2))
            _ = try await scene.broker.placePair(pair)
            let leg = try await scene.broker.cancel(.client(pair.stopID), on: scene.symbol)
            #expect(leg.clientID == pair.stopID)
            #expect(leg.status == .cancelled)
            #expect(try await scene.broker.openOrders(on: scene.symbol).isEmpty)
        }
    }

    @Test func `fills come in pages beyond a thousand, each once`() async throws {
        try await run(change: { $0.limits = .unlimited }) { (scene: Scene) async throws in
            let count = 1050
            try await withThrowingTaskGroup(of: Void.self) { group in
                for lane in 0..<6 {
                    group.addTask {
                        for number in stride(from: lane, to: count, by: 6) {
                            let side: Side = number % 2 == 0 ? .buy : .sell
                            _ = try await scene.broker.place(
                                order(scene, side, .market, "0.001", number: number))
                        }
                    }
                }
                try await group.waitForAll()
            }
            let all = try await scene.broker.fills(FillRequest(symbol: scene.symbol, limit: 5000))
            #expect(all.count >= count)
            #expect(Set(all.map(\.id)).count == all.count)
            let since = try await scene.broker.fills(
                FillRequest(symbol: scene.symbol, since: all[0].time, limit: 5000))
            #expect(since == all)
            let later = try await scene.broker.fills(
                FillRequest(symbol: scene.symbol, after: all[1020].id, limit: 5000))
            #expect(later == Array(all[1021...]))
        }
    }

    @Test func `trades and bars are told, and a cut connection says so and comes back`() async throws {
        try await run { (scene: Scene) async throws in
            let events = scene.broker.marketEvents([
                .trades(scene.symbol), .candles(scene.symbol, .m1), .candles(scene.symbol, .m10),
            ])
            var trades: [Int64] = []
            var bars: Set<Timeframe> = []
            var connections = 0
            for try await event in events {
                switch event {
                case .connected:
                    connections += 1
                    try await scene.setPrice(connections == 1 ? 20_100 : 20_200)
                case .trade(let symbol, let tick, let id):
                    #expect(symbol == scene.symbol)
                    trades.append(id)
                    if connections == 1, tick.price == 20_100 { _ = try await scene.server.disconnectSockets() }
                    if connections == 2, tick.price == 20_200 { bars.insert(.w1) }
                case .candle(_, let timeframe, _, _): bars.insert(timeframe)
                case .disconnected: break
                }
                if bars.contains(.w1) { break }
            }
            #expect(connections == 2)
            #expect(trades == trades.sorted())
            #expect(Set(trades).count == trades.count)
        }
    }

    @Test func `a subscription in many messages is in force before it is called connected`() async throws {
        try await run { (scene: Scene) async throws in
            // 14 timeframes, two of which share a stream, on three markets, and their trades.
            let symbols = try await scene.broker.instruments().map(\.symbol)
            let wanted = symbols.flatMap { symbol in
                [.trades(symbol)] + Timeframe.allCases.map { MarketSubscription.candles(symbol, $0) }
            }
            for try await event in scene.broker.marketEvents(wanted) {
                guard case .connected = event else { continue }
                break
            }
        }
    }

    @Test func `the account's feed comes back after a cut, and repeated events are one fill`() async throws {
        try await run { (scene: Scene) async throws in
            _ = try await scene.server.inject(Fault("EVENT executionReport", .duplicateEvent, skip: 0, times: 100))
            var connections = 0
            var fills: [FillReport] = []
            var isTold = false
            for try await event in scene.broker.accountEvents() {
                switch event {
                case .connected:
                    connections += 1
                    if connections == 1 {
                        _ = try await scene.server.disconnectSockets()
                    } else {
                        _ = try await scene.broker.place(order(scene, .buy, .market, "0.02", number: 1))
                        _ = try await scene.broker.place(
                            order(scene, .sell, .limit(Price(25_000), .goodTillCancelled), "0.02", number: 2))
                    }
                case .filled(let fill): fills.append(fill)
                case .orderChanged(let report): isTold = isTold || report.clientID?.number == 2
                case .balancesChanged, .disconnected: break
                }
                if isTold { break }
            }
            #expect(connections == 2)
            #expect(Set(fills.map(\.id)).count == fills.count)
            #expect(fills.reduce(Quantity.zero) { $0 + $1.quantity }.description == "0.02")
        }
    }

    @Test func `a connection that the venue announces to end comes back`() async throws {
        try await run { (scene: Scene) async throws in
            var connections = 0
            for try await event in scene.broker.marketEvents([.trades(scene.symbol)]) {
                switch event {
                case .connected:
                    connections += 1
                    if connections == 1 {
                        _ = try await scene.server.disconnectSockets(withCloseFrame: true, announced: true)
                    }
                    try await scene.setPrice(connections == 1 ? 20_300 : 20_400)
                case .trade(_, let tick, _): if tick.price == 20_400 { return }
                case .candle, .disconnected: break
                }
            }
        }
    }

    @Test func `wrong keys end the account's feed with words that name them`() async throws {
        try await run { (scene: Scene) async throws in
            try await scene.server.setKey(Self.key, revoked: true)
            let error = await #expect(throws: BrokerError.self) {
                for try await _ in scene.broker.accountEvents() {}
            }
            #expect(error?.code == "unauthorised")
            let balance = await #expect(throws: BrokerError.self) { try await scene.broker.balances() }
            #expect(balance?.code == "unauthorised")
        }
    }
}
