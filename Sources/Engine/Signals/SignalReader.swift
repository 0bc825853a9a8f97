import Broker
import Logging
import Postgres
import Storage
import Synchronization

/// Reads signals as they are written, and what the roster's notifications tell. Notifications only wake it: what counts
/// is in the tables, so none may be lost and none is trusted.
struct SignalReader: Sendable {
    let wiring: EngineWiring
    let board: SignalBoard
    let cursor: SignalCursor

    /// Until the task is cancelled.
    func run() async {
        let wake = WorkQueue<Wake>(limit: 1_000)
        await withDiscardingTaskGroup { group in
            group.addTask { await listen(wake) }
            group.addTask { await beat(wake) }
            await read(wake)
            group.cancelAll()
        }
    }

    private enum Wake: Sendable {
        case signals
        case roster(BrokerID?)
    }

    private func read(_ wake: WorkQueue<Wake>) async {
        var pause = Duration.milliseconds(50)
        while !Task.isCancelled {
            do {
                if cursor.last == nil { cursor.last = try await wiring.store.heartbeat.latestSignal() }
                try await drain()
                pause = .milliseconds(50)
            } catch {
                wiring.logger.warning("signals cannot be read", metadata: ["error": "\(error)"])
                do { try await Task.sleep(for: pause) } catch { return }
                pause = min(pause * 2, wiring.options.longestPause)
                continue
            }
            let wakes = await wake.next(upTo: 1_000)
            if wakes.isEmpty { return }
            tellRoster(wakes)
        }
    }

    /// All that were written since, in pieces.
    private func drain() async throws {
        while let last = cursor.last {
            let signals = try await wiring.store.heartbeat.signals(after: last, limit: wiring.options.signalLimit)
            guard let newest = signals.last else { return }
            board.tell(signals, read: .now)
            cursor.last = newest.id
            if signals.count < wiring.options.signalLimit { return }
        }
    }

    private func tellRoster(_ wakes: [Wake]) {
        var brokers: Set<BrokerID> = []
        for case .roster(let broker) in wakes {
            guard let broker else { return board.rosterChanged(nil) }
            brokers.insert(broker)
        }
        for broker in brokers { board.rosterChanged(broker) }
    }

    /// The net below the notifications.
    private func beat(_ wake: WorkQueue<Wake>) async {
        var lastRoster = ContinuousClock.now
        while !Task.isCancelled {
            do { try await Task.sleep(for: wiring.options.signalInterval) } catch { return }
            wake.push(.signals)
            guard ContinuousClock.now - lastRoster >= wiring.options.rosterInterval else { continue }
            lastRoster = .now
            wake.push(.roster(nil))
        }
    }

    private func listen(_ wake: WorkQueue<Wake>) async {
        while !Task.isCancelled {
            do {
                let channels = [StoreChannel.signals, StoreChannel.roster]
                for try await notification in try await wiring.store.pool.listen(channels) {
                    switch notification {
                    case .message(StoreChannel.signals, _): wake.push(.signals)
                    case .message(_, let payload): wake.push(.roster(Int64(payload).map(BrokerID.init)))
                    case .reconnected, .overflowed:
                        wake.push(.signals)
                        wake.push(.roster(nil))
                    }
                }
            } catch {
                wiring.logger.warning("cannot listen", metadata: ["error": "\(error)"])
            }
            do { try await Task.sleep(for: wiring.options.longestPause) } catch { return }
        }
    }
}

/// Up to which signal everything was handed out.
final class SignalCursor: Sendable {
    private let state = Mutex<SignalID?>(nil)

    var last: SignalID? {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}
