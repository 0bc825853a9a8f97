import Logging
import Storage
import Wording

/// Says at intervals that the engine lives, takes accounts that are free, gives back those above its fair share, and
/// notices when one was lost.
struct LeaseKeeper: Sendable {
    let wiring: EngineWiring
    let engine: EngineID
    let accounts: AccountGroup

    /// Until the task is cancelled, or the engine was declared dead: then it throws.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await renew() }
            group.addTask { try await take() }
            // The first that ends ends the other: taking goes on for ever.
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func renew() async throws {
        while !Task.isCancelled {
            let asked = ContinuousClock.now
            do {
                guard try await wiring.store.engine.renew(engine) else { throw EngineError.declaredDead }
                try await comeBack()
                wiring.fence.renewed(asked: asked)
            } catch let error as EngineError {
                wiring.fence.close()
                throw error
            } catch {
                wiring.logger.warning("the engine's lease could not be renewed", metadata: ["error": "\(error)"])
            }
            // A late answer must not make the next question late.
            let next = asked + wiring.options.renewInterval
            do { try await Task.sleep(until: max(next, .now + .milliseconds(100)), clock: .continuous) } catch {
                return
            }
        }
    }

    /// A fence that has shut opens again only when the accounts that others took meanwhile have been told of it. One
    /// that is open now was so when the engine was renewed, so nobody can have taken anything.
    private func comeBack() async throws {
        guard !wiring.fence.isOpen else { return }
        accounts.keepOnly(try await wiring.store.engine.settledLeases(of: engine))
    }

    private func take() async throws {
        while !Task.isCancelled {
            do {
                try await round()
            } catch {
                wiring.logger.warning("accounts could not be taken", metadata: ["error": "\(error)"])
            }
            do { try await Task.sleep(for: wiring.options.takeInterval) } catch { return }
        }
    }

    private func round() async throws {
        guard wiring.fence.isOpen else { return }
        let round = try await wiring.store.engine.take(engine)
        for lease in round.taken { accounts.begin(lease) }
        let others = try await wiring.store.engine.list().contains { $0.id != engine && $0.isAlive }
        wiring.fence.setAlone(!others)
        let mine = try await wiring.store.engine.leases(of: engine)
        accounts.keepOnly(mine)
        // One whose loop has ended by itself is begun again.
        for lease in mine { accounts.begin(lease) }
        // One at a time: what is given back has to be taken before the shares are known again.
        if round.held > round.share { accounts.giveBackOne() }
    }
}
