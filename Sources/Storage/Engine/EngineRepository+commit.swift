import Market
import Postgres
import Wording

extension EngineRepository {
    /// Strategies in one commit.
    public static let mostCommits = 100_000

    /// Writes what became of strategies of one account, in one transaction: all of it or nothing. Thousands that only
    /// decided cost a few statements in all.
    ///
    /// The same commit may be given again under the same lease, as after `.outcomeUnknown`: it is written once.
    ///
    /// - Returns: the lease for the next commit.
    public func commit(
        _ commits: [StrategyCommit], under lease: AccountLease
    ) async throws(EngineStoreError) -> AccountLease {
        var next = lease
        next.commits += 1
        guard commits.count <= Self.mostCommits else {
            throw .conflict(
                Message(
                    "\(commits.count) strategies in one commit: expected at most \(Self.mostCommits)",
                    fr: "\(commits.count) stratégies d'un coup : attendu au plus \(Self.mostCommits)"))
        }
        do {
            try await pool.transaction { connection in
                guard try await Self.advance(lease, on: connection) else { return }
                let time = now()
                let bulk = CommitBulk(user: lease.user, broker: lease.broker, time: time)
                try await bulk.write(commits, on: connection)
                let orders = CommitOrders(user: lease.user, broker: lease.broker, time: time)
                try await orders.write(commits, on: connection)
                let trades = CommitTrades(user: lease.user, broker: lease.broker, time: time)
                try await trades.write(commits, on: connection)
            }
        } catch {
            throw Self.explained(error)
        }
        return next
    }

    /// Counts the commit, and keeps the account from changing hands until the transaction ends. False: the commit of
    /// this number was written before.
    private static func advance(_ lease: AccountLease, on connection: PostgresConnection) async throws -> Bool {
        let mine: PostgresQuery = """
            broker_id = \(lease.broker.number) AND user_id = \(lease.user.number)
                AND engine_id = \(lease.engine.number) AND epoch = \(lease.epoch)
            """
        let advanced = try await connection.query(
            """
            UPDATE account_leases SET commit_number = commit_number + 1
            WHERE \(mine) AND commit_number = \(lease.commits) RETURNING \(BriefHold.begin)
            """)
        if advanced.count == 1 { return true }
        let found = try await connection.query("SELECT commit_number FROM account_leases WHERE \(mine)")
        guard let row = found.first else { throw EngineStoreError.leaseLost }
        let number = try row.int64("commit_number")
        guard number == lease.commits + 1 else {
            throw EngineStoreError.conflict(
                Message(
                    "commit \(lease.commits + 1) of account \(lease.broker) was given, \(number) are written",
                    fr: "l'écriture \(lease.commits + 1) du compte \(lease.broker) a été donnée, "
                        + "\(number) sont faites"))
        }
        return false
    }

    static func explained(_ error: any Error) -> EngineStoreError {
        switch error {
        case let error as EngineStoreError: error
        case let error as PostgresError: explained(error)
        case let error as any ExplainedError: .conflict(error.message)
        case is CancellationError: .unavailable(Message("the call was cancelled", fr: "l'appel a été annulé"))
        default: .conflict(Message("the store failed: \(error)", fr: "le stockage a échoué : \(error)"))
        }
    }

    private static func explained(_ error: PostgresError) -> EngineStoreError {
        switch error {
        case .connectionLost(_, outcomeKnown: false, _): .outcomeUnknown(error.message)
        case .uniqueViolation, .checkViolation, .foreignKeyViolation, .exclusionViolation, .notNullViolation,
            .refusedValue, .unexpectedResult, .dataException:
            .conflict(error.message)
        default: .unavailable(error.message)
        }
    }
}
