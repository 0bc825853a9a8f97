import Broker
import Foundation
import Market
import Storage

/// What runs, for programs: counts and names of services, nothing that belongs to one user.
struct LiveStatus: Encodable {
    struct Market: Encodable {
        let name: String
        let connected: Bool
        let coherent: Bool
        let silenceSeconds: Double
        /// The process that is its heartbeat, and those that stand by.
        let by: String?
        let standingBy: [String]
    }

    struct Engine: Encodable {
        let name: String
        let alive: Bool
        let accounts: Int
        let strategies: Int
    }

    let version: String
    let databaseTime: String
    let markets: [Market]
    let engines: [Engine]
    /// Strategies that are not stopped.
    let strategies: Int

    static func read(_ store: Store) async throws -> Data {
        let status = LiveStatus(
            version: Aristobot.version, databaseTime: try await store.status.now().description,
            markets: try await store.status.markets().map {
                Market(
                    name: $0.status.market.text, connected: $0.status.isConnected, coherent: $0.status.isCoherent,
                    silenceSeconds: $0.silence.inSeconds, by: $0.runners.first(where: \.isAtWork)?.name,
                    standingBy: $0.runners.filter { !$0.isAtWork }.map(\.name))
            },
            engines: try await store.status.engines().map {
                Engine(
                    name: $0.engine.name, alive: $0.engine.isAlive, accounts: $0.engine.accountCount,
                    strategies: $0.strategies)
            },
            strategies: try await store.activeStrategies.counts().values.reduce(0, +))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(status)
    }
}

extension Duration {
    var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}
