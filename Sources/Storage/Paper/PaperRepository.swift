import Broker
import Market
import Postgres
import Trading
import Wording

/// The paper accounts of one user.
///
/// Every commit is one transaction that begins by locking the account's row under the lease, so what one event did is
/// there whole or not at all, and whoever lost the account writes nothing.
public struct PaperRepository: PaperAccountStore {
    let pool: PostgresPool
    let user: UserID
    let now: @Sendable () -> Timestamp

    /// Opens an account for a broker of venue `paper`, with what it has to begin with. A broker has one.
    public func create(
        _ broker: BrokerID, _ settings: PaperAccountSettings, balances: [String: FixedDecimal] = [:]
    ) async throws -> PaperAccountID {
        let created = now().milliseconds
        do {
            return try await pool.transaction { connection in
                let rows = try await connection.query(
                    """
                    INSERT INTO paper_accounts (user_id, broker_id, maker_fee, taker_fee, slippage, market_fill,
                        created_at, updated_at)
                    VALUES (\(user.number), \(broker.number), \(settings.fees.maker), \(settings.fees.taker),
                        \(settings.slippage), \(settings.marketFill.rawValue), \(created), \(created))
                    RETURNING id
                    """)
                guard let row = rows.first else { throw Self.damaged }
                let account = PaperAccountID(try row.int64("id"))
                for (asset, amount) in balances.sorted(by: { $0.key < $1.key }) {
                    let balance = Balance(asset: asset, free: amount, locked: .zero)
                    try await connection.execute(PaperRow.write(balance, account.number))
                }
                return account
            }
        } catch PostgresError.checkViolation {
            throw StorageError.invalid(
                Message(
                    "an asset or amount that a paper account begins with is none: expected such as USDT and 0 or more",
                    fr: "un actif ou montant initial du compte fictif n'en est pas un : attendu comme USDT et 0 ou plus"
                ))
        } catch PostgresError.uniqueViolation(_, "paper_accounts_broker_key") {
            throw StorageError.conflict(
                Message(
                    "broker \(broker) has a paper account already", fr: "le courtier \(broker) a déjà un compte fictif")
            )
        } catch PostgresError.foreignKeyViolation {
            throw BrokerRepository.unknown
        }
    }

    /// The account of a broker; nil when it has none.
    public func find(_ broker: BrokerID) async throws -> PaperAccountID? {
        try await pool.query(
            """
            SELECT id FROM paper_accounts WHERE user_id = \(user.number) AND broker_id = \(broker.number)
            """
        ).first.map { PaperAccountID(try $0.int64("id")) }
    }

    // MARK: PaperAccountStore

    public func take(
        _ account: PaperAccountID
    ) async throws(PaperStoreError) -> (lease: PaperLease, snapshot: PaperSnapshot) {
        try await Self.explained {
            try await pool.transaction { connection in
                let rows = try await connection.query(
                    """
                    UPDATE paper_accounts SET epoch = epoch + 1,
                        updated_at = greatest(updated_at, \(now().milliseconds))
                    WHERE id = \(account.number) AND user_id = \(user.number)
                    RETURNING epoch, maker_fee, taker_fee, slippage, market_fill, next_order, next_fill
                    """)
                guard let row = rows.first else { throw PaperStoreError.unknownAccount(account) }
                let lease = PaperLease(account: account, epoch: try row.int64("epoch"))
                return (lease, try await Self.snapshot(account, row, on: connection))
            }
        }
    }

    /// The row is locked for as long as the reading takes: a commit that had begun has ended before, and none comes
    /// between the account's row and its balances and orders.
    public func read(
        _ account: PaperAccountID, under lease: PaperLease?
    ) async throws(PaperStoreError) -> PaperSnapshot {
        try await Self.explained {
            try await pool.transaction { connection in
                let rows = try await connection.query(
                    """
                    SELECT maker_fee, taker_fee, slippage, market_fill, next_order, next_fill FROM paper_accounts
                    WHERE id = \(account.number) AND user_id = \(user.number)
                        AND epoch = coalesce(\(lease?.epoch), epoch) FOR SHARE
                    """)
                guard let row = rows.first else {
                    throw lease == nil ? PaperStoreError.unknownAccount(account) : .taken(account)
                }
                return try await Self.snapshot(account, row, on: connection)
            }
        }
    }

    private static func snapshot(
        _ account: PaperAccountID, _ row: PostgresRow, on connection: PostgresConnection
    ) async throws -> PaperSnapshot {
        let balances = try await connection.query(
            "SELECT asset, free, locked FROM paper_balances WHERE account_id = \(account.number) ORDER BY asset")
        let orders = try await connection.query(
            """
            SELECT \(PaperRow.columns) FROM paper_orders o
            WHERE o.account_id = \(account.number) AND o.status IN ('open', 'partially_filled')
            ORDER BY o.number
            """)
        return PaperSnapshot(
            settings: try PaperRow.settings(row), balances: try balances.map(PaperRow.balance),
            openOrders: try orders.map(PaperRow.order), nextOrder: try row.int64("next_order"),
            nextFill: try row.int64("next_fill"))
    }

    public func commit(_ changes: PaperChanges, under lease: PaperLease) async throws(PaperStoreError) {
        let account = lease.account.number
        do {
            try await pool.transaction { connection in
                let taken = try await connection.execute(
                    """
                    UPDATE paper_accounts SET next_order = \(changes.nextOrder), next_fill = \(changes.nextFill),
                        updated_at = greatest(updated_at, \(now().milliseconds))
                    WHERE id = \(account) AND user_id = \(user.number) AND epoch = \(lease.epoch)
                    """)
                guard taken == 1 else { throw PaperStoreError.taken(lease.account) }
                var statements = changes.orders.values.sorted { $0.number < $1.number }
                    .map { PaperRow.write($0, account) }
                statements += changes.fills.map { PaperRow.write($0, account) }
                statements += changes.balances.values.sorted { $0.asset < $1.asset }
                    .map { PaperRow.write($0, account) }
                _ = try await connection.pipeline(statements)
            }
        } catch PostgresError.uniqueViolation(_, "paper_orders_client_order_id_key") {
            throw .duplicateClientID(try await duplicate(changes, account))
        } catch {
            throw Self.explained(error)
        }
    }

    public func order(
        _ reference: OrderReference, on symbol: Symbol, of account: PaperAccountID
    ) async throws(PaperStoreError) -> PaperOrder? {
        let condition: PostgresQuery
        switch reference {
        case .client(let id): condition = "o.client_order_id = \(id.text)"
        case .venue(let id):
            guard let number = Int64(id.text) else { return nil }
            condition = "o.number = \(number)"
        }
        return try await Self.explained {
            try await pool.query(
                """
                SELECT \(PaperRow.columns) FROM paper_orders o JOIN paper_accounts a ON a.id = o.account_id
                WHERE a.user_id = \(user.number) AND a.id = \(account.number)
                    AND o.symbol = \(symbol.description) AND \(condition)
                """
            ).first.map(PaperRow.order)
        }
    }

    public func fills(
        _ request: FillRequest, of account: PaperAccountID
    ) async throws(PaperStoreError) -> [FillReport] {
        let order = request.order.map { Int64($0.text) ?? 0 }
        let after = request.after.map { Int64($0.text) ?? 0 } ?? 0
        return try await Self.explained {
            try await pool.query(
                """
                SELECT f.number, f.order_number, f.symbol, f.side, f.price, f.quantity, f.fee_amount, f.fee_asset,
                    f.filled_at, f.is_maker, o.client_order_id
                FROM paper_fills f
                JOIN paper_accounts a ON a.id = f.account_id
                JOIN paper_orders o ON o.account_id = f.account_id AND o.number = f.order_number
                WHERE a.user_id = \(user.number) AND f.account_id = \(account.number)
                    AND f.symbol = \(request.symbol.description) AND f.number > \(after)
                    AND f.order_number = coalesce(\(order), f.order_number)
                    AND f.filled_at >= coalesce(\(request.since?.milliseconds), 0)
                ORDER BY f.number LIMIT \(min(max(request.limit, 1), FillRequest.largestLimit))
                """
            ).map(PaperRow.fill)
        }
    }

    // MARK: Errors

    /// Which of the new orders has a name that is taken.
    private func duplicate(_ changes: PaperChanges, _ account: Int64) async throws(PaperStoreError) -> ClientOrderID {
        let orders = changes.orders.values.sorted { $0.number < $1.number }
        let names = orders.map(\.request.clientID.text)
        let numbers = orders.map(\.number)
        let found: String? = try await Self.explained {
            try await pool.query(
                """
                SELECT client_order_id FROM paper_orders
                WHERE account_id = \(account) AND client_order_id = ANY(\(names)) AND number <> ALL(\(numbers))
                LIMIT 1
                """
            ).first?.text("client_order_id")
        }
        let order = orders.first { $0.request.clientID.text == found } ?? orders.last
        guard let order else { throw .unavailable(Self.damaged.message) }
        return order.request.clientID
    }

    private static func explained<Value>(
        _ body: () async throws -> Value
    ) async throws(PaperStoreError) -> Value {
        do {
            return try await body()
        } catch {
            throw explained(error)
        }
    }

    private static func explained(_ error: any Error) -> PaperStoreError {
        switch error {
        case let error as PaperStoreError: error
        case PostgresError.connectionLost(_, outcomeKnown: false, _), PostgresError.cancelled, is CancellationError:
            .outcomeUnknown(
                (error as? any ExplainedError)?.message
                    ?? Message("the call was cancelled", fr: "l'appel a été annulé"))
        case let error as any ExplainedError: .unavailable(error.message)
        default: .unavailable(Message("the store failed", fr: "le stockage a échoué"))
        }
    }

    private static let damaged = StorageError.damaged(
        Message("a stored paper account cannot be read", fr: "un compte fictif gardé est illisible"))
}

extension Store {
    /// The paper accounts of one user.
    public func paper(_ user: UserID) -> PaperRepository {
        PaperRepository(pool: pool, user: user, now: now)
    }
}
