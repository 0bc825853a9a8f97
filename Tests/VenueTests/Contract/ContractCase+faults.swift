import Broker
import Market
import Testing
import Trading

extension ContractCase {
    static let faults: [ContractCase] = [
        lostOrder(80, "the answer to an order is lost", .orderReplyLost, isThere: true),
        lostOrder(81, "the venue does not know what became of an order", .orderStatusUnknown, isThere: true),
        lostOrder(
            82, "the connection breaks before the order is read", .orderNeverArrives, isThere: false,
            needs: [.connection]),
        lostOrder(
            83, "the answer to an order is a page of HTML", .orderAnsweredByHTML, isThere: false,
            needs: [.connection]),
        ContractCase(84, "a query that is answered by a page of HTML ends well or in words", needs: [.connection]) {
            trial async throws in
            try await trial.venue.inject(.queryAnsweredByHTML)
            let failure = await trial.failure { _ = try await trial.broker.balances() }
            #expect(failure == nil || failure == "retryable")
            #expect(try await trial.balance("BTC").free == 10)
        },
        ContractCase(85, "a query that fails is asked again", needs: [.connection]) { trial async throws in
            try await trial.venue.inject(.queryFailsTwice)
            let failure = await trial.failure { _ = try await trial.broker.balances() }
            #expect(failure == nil || failure == "retryable")
            #expect(try await trial.balance("BTC").free == 10)
        },
        ContractCase(86, "a limit that was hit is waited out", needs: [.connection]) { trial async throws in
            try await trial.venue.inject(.queryOverLimit)
            // The call that hit it may say so, with the wait; the next one has its turn after it.
            let failure = await trial.failure { _ = try await trial.broker.balances() }
            #expect(failure == nil || failure == "retryable")
            #expect(try await trial.balance("BTC").free == 10)
        },
        ContractCase(
            87, "an order over the limit is not there, and can be sent again later", needs: [.connection]
        ) { trial async throws in
            try await trial.venue.inject(.orderOverLimit)
            let request = trial.order(1, .buy, trial.limit(900), 1)
            let failure = await trial.failure { _ = try await trial.broker.place(request) }
            if failure != nil {
                #expect(failure == "retryable")
                #expect(try await trial.broker.order(.client(trial.id(1)), on: trial.symbol) == nil)
                _ = try await trial.broker.place(request)
            }
            #expect(try await trial.broker.openOrders(on: nil).count == 1)
        },
        ContractCase(88, "a clock 10 s off is noticed and allowed for", needs: [.clock]) { trial async throws in
            try await trial.venue.inject(.clockAhead(10_000))
            #expect(try await trial.broker.place(trial.order(1, .buy, trial.limit(900), 1)).status == .open)
            try await trial.venue.inject(.clockAhead(-10_000))
            #expect(try await trial.balance("USDT").locked >= 900)
        },
        ContractCase(89, "under maintenance an order is refused in words, and taken afterwards", needs: [.maintenance])
        {
            trial async throws in
            try await trial.venue.inject(.maintenance)
            let failure = await trial.failure {
                _ = try await trial.broker.place(trial.order(1, .buy, trial.limit(900), 1))
            }
            #expect(["market_closed", "retryable", "outcome_unknown"].contains(failure ?? ""), "\(failure ?? "none")")
        },
        ContractCase(90, "without keys there are markets, and no account", needs: [.keys]) { trial async throws in
            let broker = try await trial.venue.other(.none)
            #expect(!broker.capabilities.hasAccount)
            #expect(try await !broker.instruments().isEmpty)
            #expect(await trial.failure { _ = try await broker.balances() } == "unauthorised")
            await broker.close()
        },
        ContractCase(91, "a wrong secret is told as such", needs: [.keys]) { trial async throws in
            let broker = try await trial.venue.other(.wrongSecret)
            #expect(await trial.failure { _ = try await broker.balances() } == "unauthorised")
            #expect(
                await trial.failure { _ = try await broker.place(trial.order(1, .buy, trial.limit(900), 1)) }
                    == "unauthorised")
            await broker.close()
        },
        ContractCase(92, "an unknown key is told as such", needs: [.keys]) { trial async throws in
            let broker = try await trial.venue.other(.unknown)
            #expect(await trial.failure { _ = try await broker.balances() } == "unauthorised")
            await broker.close()
        },
        ContractCase(93, "a key that is revoked while it is used is told as such", needs: [.keys]) {
            trial async throws in
            #expect(try await trial.balance("BTC").free == 10)
            try await trial.venue.inject(.keysRevoked)
            #expect(await trial.failure { _ = try await trial.broker.balances() } == "unauthorised")
        },
        ContractCase(94, "what cannot be written down has not happened", needs: [.store]) { trial async throws in
            try await trial.venue.inject(.storeUnavailable)
            let request = trial.order(1, .buy, trial.limit(900), 1)
            #expect(await trial.failure { _ = try await trial.broker.place(request) } == "retryable")
            #expect(try await trial.broker.order(.client(trial.id(1)), on: trial.symbol) == nil)
            #expect(try await trial.balance("USDT").free == 10_000)
            #expect(try await trial.broker.place(request).status == .open)
        },
    ]

    /// The order's outcome is unknown, the query by client id tells it, and there are never two orders.
    private static func lostOrder(
        _ number: Int, _ title: String, _ fault: VenueFault, isThere: Bool, needs: Set<Ability> = []
    ) -> ContractCase {
        ContractCase(number, title + ": the query by client id tells, and there are never two", needs: needs) {
            trial async throws in
            try await trial.venue.inject(fault)
            let request = trial.order(1, .buy, trial.limit(900), 1)
            #expect(await trial.failure { _ = try await trial.broker.place(request) } == "outcome_unknown")
            let found = try await trial.broker.order(.client(trial.id(1)), on: trial.symbol)
            #expect((found != nil) == isThere)
            if isThere {
                #expect(found?.status == .open)
                #expect(await trial.failure { _ = try await trial.broker.place(request) } == "duplicate_order")
            } else {
                _ = try await trial.broker.place(request)
            }
            #expect(try await trial.broker.openOrders(on: nil).map(\.clientID) == [trial.id(1)])
        }
    }
}
