import Heartbeat
import Postgres
import Storage
import Synchronization
import Wording

/// The place of one market's heartbeat in memory, with a life that ends when a test says so.
final class HandPlaces: Sendable {
    private struct Runner {
        var id: HeartbeatRunnerID
        var name: String
        var isAtWork = false
    }

    private struct State {
        var runners: [Runner] = []
        var last: Int64 = 0
        var cut: Set<String> = []
        var told: [String: String] = [:]
    }

    private let state = Mutex(State())
    /// What happened: `one: at work`, `two: stands by`, `one: cannot ask`, `one: withdrawn`; of the same again and
    /// again only the first, and what a test adds.
    let events: AsyncStream<String>
    private let output: AsyncStream<String>.Continuation

    init() {
        (events, output) = AsyncStream.makeStream()
    }

    func add(_ event: String) { output.yield(event) }

    /// A process of that name does not reach the store any more, or does again.
    func cut(_ name: String, _ isCut: Bool) {
        state.withLock { state in
            if isCut { state.cut.insert(name) } else { state.cut.remove(name) }
        }
    }

    /// It was not heard of for longer than its life, and another one has asked.
    func bury(_ name: String) {
        state.withLock { state in state.runners.removeAll { $0.name == name } }
    }

    func link(_ name: String) -> any HeartbeatPlace { Link(places: self, name: name) }

    private func note(_ name: String, _ event: String) {
        let isNew = state.withLock { $0.told.updateValue(event, forKey: name) != event }
        if isNew { add("\(name): \(event)") }
    }

    private struct Link: HeartbeatPlace {
        let places: HandPlaces
        let name: String

        func offer(_ runner: HeartbeatRunnerID?) throws -> HeartbeatTurn {
            let turn: HeartbeatTurn? = places.state.withLock { state in
                guard !state.cut.contains(name) else { return nil }
                if !state.runners.contains(where: { $0.id == runner }) {
                    state.last += 1
                    state.runners.append(Runner(id: HeartbeatRunnerID(state.last), name: name))
                }
                if !state.runners.contains(where: \.isAtWork),
                    let own = state.runners.firstIndex(where: { $0.name == name })
                {
                    state.runners[own].isAtWork = true
                }
                guard let own = state.runners.first(where: { $0.name == name }) else { return nil }
                let worker = state.runners.first { $0.isAtWork && $0.id != own.id }
                return HeartbeatTurn(runner: own.id, isAtWork: own.isAtWork, other: worker?.name)
            }
            guard let turn else {
                places.note(name, "cannot ask")
                throw PostgresError.unreachable(server: "test", reason: Message("away", fr: "absent"))
            }
            places.note(name, turn.isAtWork ? "at work" : "stands by")
            return turn
        }

        func withdraw(_ runner: HeartbeatRunnerID) {
            places.state.withLock { state in state.runners.removeAll { $0.id == runner } }
            places.note(name, "withdrawn")
        }
    }
}
