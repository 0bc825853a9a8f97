import Broker
import Market
import Storage
import Trading
import Wording

/// Paper accounts of the store, traded by hand on the prices of a venue.
enum PaperAccounts {
    /// Takes the account of a broker, or only reads it, which leaves it to whoever has it. Orders that wait meet prices
    /// only while something runs the account.
    static func open(
        _ stored: StoredBroker, onlyReads: Bool = false, prices: any MarketDataSource, _ services: Services
    ) async throws -> PaperBroker {
        let repository = services.store.paper(stored.user)
        guard let id = try await repository.find(stored.id) else {
            throw CommandFailure(
                .environment, "broker \(stored.name) has no paper account: remove it and add it again",
                fr: "le broker \(stored.name) n'a pas de compte fictif : supprimez-le et ajoutez-le à nouveau")
        }
        return try await connect(id, onlyReads: onlyReads, repository, prices)
    }

    /// Opens an account with what it starts with.
    static func make(
        _ stored: StoredBroker, fee: FixedDecimal, balances: [(asset: String, amount: FixedDecimal)],
        prices: any MarketDataSource, _ services: Services
    ) async throws {
        let repository = services.store.paper(stored.user)
        let settings = try PaperAccountSettings(fees: try FeeRates(maker: fee, taker: fee), marketFill: .lastPrice)
        let broker = try await connect(try await repository.create(stored.id, settings), repository, prices)
        do {
            for balance in balances { try await broker.credit(balance.amount, of: balance.asset) }
        } catch {
            await broker.close()
            throw error
        }
        await broker.close()
    }

    private static func connect(
        _ id: PaperAccountID, onlyReads: Bool = false, _ repository: PaperRepository, _ prices: any MarketDataSource
    ) async throws -> PaperBroker {
        try await PaperBroker(
            account: id, in: repository, prices: prices,
            options: PaperBrokerOptions(onlyReads: onlyReads, closesMarketData: false) { SystemClock.now })
    }
}
