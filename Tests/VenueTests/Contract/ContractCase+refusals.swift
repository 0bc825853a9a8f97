import Broker
import Market
import Testing
import Trading

extension ContractCase {
    static let refusals: [ContractCase] = [
        refusal(50, "an unknown symbol is refused", "unknown_symbol") { trial in
            trial.order(1, .buy, .market, 1, on: try! Symbol("NOPE/USDT"))
        },
        refusal(51, "an order under the least value is refused", "out_of_range") { trial in
            trial.order(1, .buy, trial.limit(1000), FixedDecimal("0.001")!)
        },
        refusal(52, "an order over the largest quantity is refused", "out_of_range") { trial in
            trial.order(1, .buy, trial.limit(500), 1_000_000)
        },
        refusal(53, "a quantity off the step is refused", "off_step") { trial in
            trial.order(1, .buy, trial.limit(900), FixedDecimal("0.123456")!)
        },
        refusal(54, "a price off the tick is refused", "off_step") { trial in
            trial.order(1, .buy, trial.limit(FixedDecimal("900.001")!), 1)
        },
        refusal(55, "a buy beyond the balance is refused", "insufficient_balance") { trial in
            trial.order(1, .buy, trial.limit(900), 12)
        },
        refusal(56, "a sale beyond the holding is refused", "insufficient_balance") { trial in
            trial.order(1, .sell, trial.limit(1100), 11)
        },
        ContractCase(57, "an order on a closed market is refused, and taken when it is open again") {
            trial async throws in
            try await trial.venue.setTrading(false)
            let request = trial.order(1, .buy, trial.limit(900), 1)
            #expect(await trial.failure { _ = try await trial.broker.place(request) } == "market_closed")
            try await trial.venue.setTrading(true)
            #expect(try await trial.broker.place(request).status == .open)
        },
        ContractCase(58, "what open orders hold back cannot be spent again") { trial async throws in
            _ = try await trial.broker.place(trial.order(1, .sell, trial.limit(1100), 8))
            #expect(
                await trial.failure { _ = try await trial.broker.place(trial.order(2, .sell, trial.limit(1200), 3)) }
                    == "insufficient_balance")
            _ = try await trial.broker.cancel(.client(trial.id(1)), on: trial.symbol)
            #expect(try await trial.broker.place(trial.order(2, .sell, trial.limit(1200), 3)).status == .open)
        },
    ]

    /// The order is refused with the word, nothing is open and nothing is held back afterwards.
    private static func refusal(
        _ number: Int, _ title: String, _ code: String, _ request: @escaping @Sendable (ContractTrial) -> OrderRequest
    ) -> ContractCase {
        ContractCase(number, title) { trial async throws in
            #expect(await trial.failure { _ = try await trial.broker.place(request(trial)) } == code)
            #expect(try await trial.broker.openOrders(on: nil).isEmpty)
            #expect(try await trial.balance("USDT").free == 10_000)
            #expect(try await trial.balance("BTC").free == 10)
        }
    }
}
