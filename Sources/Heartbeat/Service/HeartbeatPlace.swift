import Broker
import Storage

/// The place of a market's heartbeat, which one process has at a time.
public protocol HeartbeatPlace: Sendable {
    /// Offers itself, or says that it still lives.
    ///
    /// - Parameter runner: what the last call answered; nil for the first one.
    func offer(_ runner: HeartbeatRunnerID?) async throws -> HeartbeatTurn
    /// Another one may take the place at once.
    func withdraw(_ runner: HeartbeatRunnerID) async throws
}

/// The place as the store has it.
public struct StoredHeartbeatPlace: HeartbeatPlace {
    private let store: Store
    private let market: VenueName
    private let name: String
    private let life: Duration

    /// - Parameters:
    ///   - name: of this process, for people.
    ///   - life: after which silence another one takes the place.
    public init(
        _ store: Store, market: VenueName, name: String, life: Duration = HeartbeatRepository.usualLife
    ) {
        self.store = store
        self.market = market
        self.name = name
        self.life = life
    }

    public func offer(_ runner: HeartbeatRunnerID?) async throws -> HeartbeatTurn {
        try await store.heartbeat.offer(runner, as: name, of: market, life: life)
    }

    public func withdraw(_ runner: HeartbeatRunnerID) async throws {
        try await store.heartbeat.withdraw(runner)
    }
}
