import Broker
import Market
import Postgres
import TestSupport
import Testing
import Trading
import Wording

@testable import Storage

@Suite struct AccountTests {
    @Test func `the initial users are made once`() async throws {
        try await ScratchStore.with { store in
            #expect(try await store.users.addMissing().map(\.name) == ["dev", "dac"])
            #expect(try await store.users.addMissing().isEmpty)
            #expect(try await store.users.list().map(\.name) == ["dac", "dev"])
            let dev = try #require(try await store.users.find("dev"))
            #expect(dev.language == .french && dev.isActive && dev.displayTimezone == "UTC")
            await #expect(throws: StorageError.self) { try await store.users.add("dev") }
            try await store.users.setActive(false, dev.id)
            #expect(try await store.users.get(dev.id).isActive == false)
            await #expect(throws: StorageError.self) { try await store.users.get(UserID(99)) }
        }
    }

    @Test(arguments: [
        "", "a", "Dev", "1dev", "-dev", "dev ", "d\u{e9}v", "de/v", "dev\n", "dev'--",
        String(repeating: "a", count: 33),
    ])
    func `a name that is none is refused before the database sees it`(name: String) {
        #expect(throws: StorageError.self) { try User.checkName(name) }
    }

    @Test func `the first broker is the default, and another one may become it`() async throws {
        try await ScratchStore.with { store in
            let user = try await store.users.add("dev").id
            let one = try await store.brokers.add(user, name: "one", venue: .binance)
            let two = try await store.brokers.add(
                user, name: "two", venue: .paper,
                settings: BrokerSettings(isTestnet: true, baseURL: "http://127.0.0.1:1", options: ["fee": "0.001"]))
            #expect(one.isDefault && !two.isDefault)
            #expect(two.settings.options["fee"] == "0.001")
            #expect(try await store.brokers.list(user).map(\.name) == ["one", "two"])
            try await store.brokers.setDefault(user, two.id)
            #expect(try await store.brokers.list(user).map(\.name) == ["two", "one"])
            #expect(try await store.brokers.find(user, name: "two")?.settings == two.settings)
            try await store.brokers.rename(user, one.id, to: "dépôt n° 1")
            let taken = await #expect(throws: StorageError.self) {
                try await store.brokers.rename(user, two.id, to: "dépôt n° 1")
            }
            #expect(taken?.message.english == "there is a broker 'dépôt n° 1' already")
            for name in ["", " x", "x ", "a\nb", String(repeating: "a", count: 101)] {
                await #expect(throws: StorageError.self) {
                    try await store.brokers.add(user, name: name, venue: .binance)
                }
            }
        }
    }

    @Test func `brokers that are entered at once have one default among them`() async throws {
        try await ScratchStore.with(size: 4) { store in
            let user = try await store.users.add("dev").id
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<8 {
                    group.addTask { _ = try await store.brokers.add(user, name: "b\(number)", venue: .binance) }
                }
                try await group.waitForAll()
            }
            #expect(try await store.brokers.list(user).filter(\.isDefault).count == 1)
        }
    }

    @Test func `keys come back to their broker only, and are nowhere else to be seen`() async throws {
        try await ScratchStore.with { store in
            let user = try await store.users.add("dev").id
            let credentials = BrokerCredentials(key: "public part", secret: Secret("the secret"))
            let broker = try await store.brokers.add(user, name: "b", venue: .binance, credentials: credentials)
            let bare = try await store.brokers.add(user, name: "c", venue: .binance)
            #expect(broker.hasCredentials && !bare.hasCredentials)
            #expect(try await store.brokers.credentials(user, broker.id) == credentials)
            #expect(try await store.brokers.credentials(user, bare.id) == nil)
            #expect(!"\(broker) \(credentials)".contains("the secret"))
            let stored = try await store.pool.query("SELECT brokers::text AS whole FROM brokers")
            for row in stored { #expect(!(try row.text("whole").contains("secret"))) }

            // Moved to another row by whoever can write to the database.
            try await store.pool.execute(
                """
                UPDATE brokers SET credentials = (SELECT credentials FROM brokers WHERE id = \(broker.id.number))
                WHERE id = \(bare.id.number)
                """)
            await #expect(throws: KeyVaultError.damaged) { try await store.brokers.credentials(user, bare.id) }

            try await store.brokers.setCredentials(nil, user, broker.id)
            #expect(try await store.brokers.credentials(user, broker.id) == nil)
            for wrong in [
                BrokerCredentials(key: "", secret: Secret("a")), BrokerCredentials(key: "a", secret: Secret("")),
                BrokerCredentials(key: "a", secret: Secret(String(repeating: "x", count: 8193))),
            ] {
                await #expect(throws: StorageError.self) {
                    try await store.brokers.setCredentials(wrong, user, broker.id)
                }
            }
            let without = Store(store.pool)
            await #expect(throws: KeyVaultError.missingSecret) {
                try await without.brokers.setCredentials(credentials, user, broker.id)
            }
        }
    }

    @Test func `a broker with a history is retired without its keys, others are deleted`() async throws {
        try await ScratchStore.with { store in
            let user = try await store.users.add("dev").id
            let credentials = BrokerCredentials(key: "k", secret: Secret("s"))
            let used = try await store.brokers.add(user, name: "used", venue: .binance, credentials: credentials)
            let fresh = try await store.brokers.add(user, name: "fresh", venue: .binance)
            #expect(try await store.brokers.remove(user, fresh.id) == .deleted)
            let order = try await store.orders.add(try Orders.market(1), user, used.id)
            let refused = await #expect(throws: StorageError.self) { try await store.brokers.remove(user, used.id) }
            #expect(refused?.message.english.contains("orders that are not over") == true)
            try await store.orders.setState(.cancelled(nil), user, order.id)
            #expect(try await store.brokers.remove(user, used.id) == .retired)
            #expect(try await store.brokers.list(user).isEmpty)
            await #expect(throws: StorageError.self) { try await store.brokers.credentials(user, used.id) }
            await #expect(throws: StorageError.self) { try await store.brokers.remove(user, used.id) }
            #expect(try await store.orders.list(user).count == 1)
            // Its name is free again, but nothing can be sent through it.
            _ = try await store.brokers.add(user, name: "used", venue: .binance)
            await #expect(throws: StorageError.self) {
                try await store.orders.add(try Orders.market(2), user, used.id)
            }
        }
    }

    @Test func `a venue's instruments are replaced as a whole and found again`() async throws {
        let clock = ScratchClock()
        try await ScratchStore.with(clock: clock) { store in
            func instrument(_ symbol: String, _ step: String) throws -> Instrument {
                let rules = InstrumentRules(
                    quantityStep: Quantity(try #require(FixedDecimal(step))),
                    priceTick: Price(try #require(FixedDecimal("0.01"))),
                    minimumNotional: Money(5), maximumNotional: Money(9_000_000))
                return Instrument(
                    symbol: try Symbol(symbol), rules: rules, isTrading: symbol != "DOGE/USDT",
                    orderKinds: [.market, .limit], hasOrderPairs: true)
            }
            let list = try [("BTC/USDT", "0.00001"), ("ETH/BTC", "0.0001"), ("DOGE/USDT", "1")].map(instrument)
            try await store.instruments.refresh(list, of: .binance)
            #expect(try await store.instruments.list(.binance) == list.sorted { $0.symbol < $1.symbol })
            #expect(try await store.instruments.find(list[0].symbol, at: .binance) == list[0])
            #expect(try await store.instruments.list(.binance, quote: "usdt").count == 2)
            #expect(try await store.instruments.list(.binance, search: "btc").count == 2)
            #expect(try await store.instruments.list(.binance, search: "%").isEmpty)
            #expect(try await store.instruments.list(.binance, after: list[0].symbol, limit: 1) == [list[2]])
            #expect(try await store.instruments.refreshedAt(.binance) == clock.now)
            clock.advance(5)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 { group.addTask { try await store.instruments.refresh([list[1]], of: .binance) } }
                try await group.waitForAll()
            }
            #expect(try await store.instruments.list(.binance) == [list[1]])
            #expect(try await store.instruments.refreshedAt(.binance) == clock.now)
            #expect(try await store.instruments.refreshedAt(.paper) == nil)
        }
    }
}
