import Broker
import Logging
import Market
import Storage
import Synchronization
import Wording
import Worker

/// Keeps one leased account running: connects it, runs its loop, and begins again when the connection or the executor
/// has to be made anew.
final class AccountKeeper: Sendable {
    let broker: BrokerID
    /// Of its lease: the same as long as nobody else had the account.
    let epoch: Int64
    let end = LoopEnd()
    let activity = Activity()
    private let wiring: EngineWiring
    private let board: SignalBoard
    private let mailbox: WorkQueue<AccountMessage>
    private let state: Mutex<State>
    /// Of its whole life: each problem is told once, however often it is met.
    private let notices = AccountNotices()

    private struct State {
        var lease: AccountLease
        var loop: AccountLoop?
    }

    init(_ wiring: EngineWiring, _ board: SignalBoard, _ lease: AccountLease) {
        self.wiring = wiring
        self.board = board
        broker = lease.broker
        epoch = lease.epoch
        state = Mutex(State(lease: lease))
        mailbox = WorkQueue(limit: wiring.options.mailboxLimit, activity: activity)
    }

    /// Lets the loop end, whatever it is waiting for.
    func stop(_ reason: LoopEnding) {
        end.request(reason)
        mailbox.push(.wake, isBoundedElsewhere: true)
    }

    /// The loop that runs at the moment.
    var loop: AccountLoop? { state.withLock(\.loop) }

    /// Until it is stopped or the lease is lost. Answers the lease to be given back, nil when it is lost.
    func run() async -> AccountLease? {
        var pause = Duration.milliseconds(200)
        while end.reason == nil {
            let began = ContinuousClock.now
            await live()
            if ContinuousClock.now - began > .seconds(60) { pause = .milliseconds(200) }
            guard end.reason == nil else { break }
            await wait(pause)
            pause = min(pause * 2, .seconds(30))
        }
        board.remove(broker)
        return end.reason == .leaseLost ? nil : state.withLock(\.lease)
    }

    /// One connection, from its beginning to its end.
    private func live() async {
        guard let account = await account(), let connection = await connect(account) else { return }
        do {
            let executor = try await wiring.executors(account.user)
            let loop = AccountLoop(
                wiring, lease: state.withLock(\.lease), account: account, broker: connection, executor: executor,
                mailbox: mailbox, activity: activity, end: end, notices: notices)
            mailbox.removeAll()
            // From here on candles wait in the mailbox: what is loaded afterwards overlaps with them.
            board.put(mailbox, of: broker, market: loop.market)
            state.withLock { $0.loop = loop }
            let lease = await loop.run()
            board.put(mailbox, of: broker, market: nil)
            state.withLock { state in
                state.lease = lease
                state.loop = nil
            }
            await executor.close()
        } catch {
            wiring.logger.error("no executor", metadata: ["broker": "\(broker)", "error": "\(error)"])
            let problem = Self.words(error)
            await tell(
                account,
                Alert(
                    .error, "strategies_not_asked",
                    Message(
                        "the strategies of broker \(account.name) do not run: \(problem.english); it is tried again",
                        fr: "les stratégies du broker \(account.name) ne tournent pas : \(problem.french) ; nouvel "
                            + "essai en cours")))
        }
        await connection.close()
    }

    /// The broker's row as it is now.
    private func account() async -> StoredBroker? {
        let user = state.withLock(\.lease.user)
        do {
            return try await wiring.store.brokers.get(user, broker)
        } catch {
            wiring.logger.warning("the account cannot be read", metadata: ["broker": "\(broker)", "error": "\(error)"])
            return nil
        }
    }

    private func connect(_ account: StoredBroker) async -> (any Broker)? {
        do {
            return try await wiring.connectors.connect(account)
        } catch {
            wiring.logger.error("cannot connect", metadata: ["broker": "\(broker)", "error": "\(error)"])
            let problem = Self.words(error)
            await tell(
                account,
                Alert(
                    .error, "broker_unreachable",
                    Message(
                        "broker \(account.name) cannot be connected: \(problem.english); it is tried again",
                        fr: "connexion au broker \(account.name) impossible : \(problem.french) ; nouvel essai en "
                            + "cours")))
            return nil
        }
    }

    private static func words(_ error: any Error) -> Message {
        (error as? any ExplainedError)?.message ?? Message("\(error)", fr: "\(error)")
    }

    /// Told once; it is tried again all the same.
    private func tell(_ account: StoredBroker, _ alert: Alert) async {
        guard notices.isNew(alert.message.english) else { return }
        do {
            _ = try await wiring.store.alerts.add(alert, for: account.user)
        } catch {
            wiring.logger.warning("an alert could not be written", metadata: ["error": "\(error)"])
        }
    }

    /// Pieces of sleep, so that a stop is not waited for.
    private func wait(_ pause: Duration) async {
        let until = ContinuousClock.now + pause
        while end.reason == nil, ContinuousClock.now < until {
            // Only a cancelled task cuts it short; then the loop ends as well.
            try? await Task.sleep(for: min(.milliseconds(100), until - .now))
        }
    }
}
