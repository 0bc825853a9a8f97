import Broker
import Market
import Postgres
import Storage
import Synchronization
import TestSupport
import Trading

/// One database with the program's schema for all paper accounts of the tests, each of a user of its own.
enum PaperDatabase {
    private static let users = Atomic<Int>(0)

    private static let store = Task {
        var configuration = try await ScratchPostgres.database()
        configuration.poolSize = 16
        let store = Store(PostgresPool(configuration))
        try await store.migrate()
        return store
    }

    static func account(
        _ settings: PaperAccountSettings, balances: [String: FixedDecimal] = [:]
    ) async throws -> (PaperRepository, PaperAccountID) {
        try await account(settings, balances: balances, in: try await store.value)
    }

    static func account(
        _ settings: PaperAccountSettings, balances: [String: FixedDecimal] = [:], in store: Store
    ) async throws -> (PaperRepository, PaperAccountID) {
        let number = users.add(1, ordering: .relaxed).newValue
        let user = try await store.users.add("trader-\(number)")
        let broker = try await store.brokers.add(user.id, name: "paper", venue: .paper)
        let accounts = store.paper(user.id)
        return (accounts, try await accounts.create(broker.id, settings, balances: balances))
    }
}
