import Broker
import Market
import Postgres
import TestSupport
import Testing
import Trading
import Wording

@testable import Storage

/// Whether a commit was written is always known, and only who has the account writes.
@Suite(.timeLimit(.minutes(10))) struct EngineCommitOutcomeTests {
    @Test func `a commit that is given again is written once`() async throws {
        try await LiveAccount.with { store, account in
            var commit = account.empty()
            commit.decision = .sample(0)
            commit.orders = [account.order(1)]
            let lease = account.lease
            let once = try await store.engine.commit([commit], under: lease)
            #expect(try await store.engine.commits(of: lease) == lease.commits + 1)
            // As after a reply that was lost.
            let twice = try await store.engine.commit([commit], under: lease)
            #expect(once == twice)
            #expect(try await LiveAccount.count("decisions", store) == 1)
            commit = account.empty()
            commit.decision = .sample(1)
            account.lease = try await store.engine.commit([commit], under: twice)
            let newest = try await store.decisions.list(account.user, of: account.id, limit: 1)
            #expect(newest.map(\.record) == [.sample(1)])
            let rest = try await store.decisions.list(account.user, of: account.id, before: newest.first?.id)
            #expect(rest.map(\.record) == [.sample(0)])
            #expect(try await store.decisions.list(account.user, before: newest.first?.id) == rest)
            #expect(try await store.decisions.list(account.user, of: account.id, outcomes: [.failed]).isEmpty)
            // A lease from before that is no repetition but a mistake.
            let error = await #expect(throws: EngineStoreError.self) {
                _ = try await store.engine.commit([commit], under: lease)
            }
            #expect(error?.message.english == "commit 1 of account \(account.broker) was given, 2 are written")
            #expect(try await LiveAccount.count("decisions", store) == 2)
        }
    }

    @Test func `a connection that breaks while it commits leaves an unknown outcome that can be asked`() async throws {
        try await LiveAccount.with { store, account in
            // Breaks at the end of the transaction, once.
            try await store.pool.withConnection {
                try await $0.script(
                    unsafeSQL: """
                        CREATE SEQUENCE breaks;
                        CREATE FUNCTION break_off() RETURNS trigger LANGUAGE plpgsql AS $$
                        BEGIN
                            IF nextval('breaks') = 1 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
                            RETURN NULL;
                        END $$;
                        CREATE CONSTRAINT TRIGGER break_off AFTER INSERT ON decisions DEFERRABLE INITIALLY DEFERRED
                        FOR EACH ROW EXECUTE FUNCTION break_off();
                        """)
            }
            var commit = account.empty()
            commit.decision = .sample(0)
            let error = await #expect(throws: EngineStoreError.self) {
                _ = try await store.engine.commit([commit], under: account.lease)
            }
            guard case .outcomeUnknown = error else {
                Issue.record("it was \(String(describing: error))")
                return
            }
            #expect(try await store.engine.commits(of: account.lease) == account.lease.commits)
            try await account.commit([commit])
            #expect(try await LiveAccount.count("decisions", store) == 1)
        }
    }

    @Test func `whoever lost the account writes nothing`() async throws {
        try await LiveAccount.with { store, account in
            var commit = account.empty()
            commit.decision = .sample(0)
            let second = try await store.engine.register(name: "second", life: LiveAccount.life)
            try await store.pool.execute(
                "UPDATE engines SET life = 1, renewed_at = started_at WHERE id = \(account.engine.number)")
            let taken = try #require(try await store.engine.take(second).taken.first)
            #expect(taken.epoch == account.lease.epoch + 1 && taken.commits == account.lease.commits)
            await #expect(throws: EngineStoreError.leaseLost) {
                _ = try await store.engine.commit([commit], under: account.lease)
            }
            await #expect(throws: EngineStoreError.leaseLost) { _ = try await store.engine.roster(account.lease) }
            await #expect(throws: EngineStoreError.leaseLost) { _ = try await store.engine.commits(of: account.lease) }
            #expect(try await LiveAccount.count("decisions", store) == 0)
            _ = try await store.engine.commit([commit], under: taken)
            // The first one gets it back, and its old lease is still worth nothing.
            try await store.engine.leave(second)
            let again = try #require(try await store.engine.take(account.engine).taken.first)
            #expect(again.commits == 1)
            await #expect(throws: EngineStoreError.leaseLost) {
                _ = try await store.engine.commit([commit], under: account.lease)
            }
        }
    }

    @Test func `an account changes hands between commits, never within one`() async throws {
        try await LiveAccount.with { store, account in
            let lease = account.lease
            let second = try await store.engine.register(name: "second", life: LiveAccount.life)
            try await store.pool.execute(
                "UPDATE engines SET life = 1, renewed_at = started_at WHERE id = \(account.engine.number)")
            // A commit that has begun: the one who would take the account passes it by.
            try await store.pool.transaction { connection in
                try await connection.execute(
                    """
                    UPDATE account_leases SET commit_number = commit_number + 1
                    WHERE broker_id = \(lease.broker.number)
                    """)
                #expect(try await store.engine.take(second).taken.isEmpty)
            }
            // Commits against takeovers, at once: each commit that returned is there, each that failed is not. Far more
            // of both than it takes until a takeover falls between two commits.
            try await store.pool.execute(
                "UPDATE account_leases SET commit_number = 0 WHERE broker_id = \(lease.broker.number)")
            let base = account.empty()
            let written = Task { await Self.commit(base, 50_000, under: lease, store) }
            var taken: AccountLease?
            for _ in 0..<50_000 where taken == nil {
                try await store.pool.execute(
                    "UPDATE engines SET renewed_at = started_at WHERE id = \(account.engine.number)")
                taken = try await store.engine.take(second).taken.first
            }
            let (count, failure) = await written.value
            #expect(failure == .leaseLost)
            #expect(try await LiveAccount.count("decisions", store) == count)
            #expect(taken?.commits == Int64(count))
        }
    }

    /// One decision after the other, until one fails; answers how many were written.
    private static func commit(
        _ base: StrategyCommit, _ most: Int, under lease: AccountLease, _ store: Store
    ) async -> (count: Int, failure: EngineStoreError?) {
        var current = lease
        for count in 0..<most {
            var commit = base
            commit.decision = .sample(count)
            do throws(EngineStoreError) {
                current = try await store.engine.commit([commit], under: current)
            } catch {
                return (count, error)
            }
        }
        return (most, nil)
    }
}
