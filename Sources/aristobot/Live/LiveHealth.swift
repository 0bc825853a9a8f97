import Foundation
import HTTPAPI
import Market
import Storage
import Wording

/// What a process has to find right to do its work. All of it is asked of the database, whoever runs what.
struct LiveHealth: Sendable {
    let store: Store
    /// Where brokers are that name no server of their own.
    let defaultURL: String?
    /// Nil where any engine will do.
    let engineName: String?

    static let longestSilence = Duration.seconds(30)

    var database: HealthCheck {
        HealthCheck("database") {
            do {
                _ = try await store.status.now()
                return .fine("answers", fr: "répond")
            } catch {
                return Self.unknown(error)
            }
        }
    }

    /// Each market that strategies trade on has a heartbeat that was heard of just now and is connected.
    var heartbeat: HealthCheck {
        HealthCheck("heartbeat") {
            do {
                let wanted = try await store.activeStrategies.demands(defaultURL: defaultURL).map(\.market)
                let markets = try await store.status.markets()
                for market in wanted {
                    guard let standing = markets.first(where: { $0.status.market == market }) else {
                        return .wrong("\(market) has no heartbeat", fr: "\(market) n'a pas de heartbeat")
                    }
                    guard standing.silence <= Self.longestSilence else {
                        let seconds = standing.silence.components.seconds
                        return .wrong(
                            "\(market) was last heard of \(seconds) s ago", fr: "\(market) muet depuis \(seconds) s")
                    }
                    guard standing.status.isConnected else {
                        return .wrong("\(market) is disconnected", fr: "\(market) est déconnecté")
                    }
                }
                return .fine("\(wanted.count) markets in use", fr: "\(wanted.count) marchés utilisés")
            } catch {
                return Self.unknown(error)
            }
        }
    }

    /// The engine has said lately that it lives.
    var engine: HealthCheck {
        HealthCheck("engine") {
            do {
                let engines = try await store.engine.list()
                    .filter { $0.isAlive && (engineName == nil || $0.name == engineName) }
                guard !engines.isEmpty else { return .wrong("no engine is alive", fr: "aucun moteur en vie") }
                let names = engines.map(\.name).joined(separator: ", ")
                let accounts = engines.reduce(0) { $0 + $1.accountCount }
                return .fine("\(names): \(accounts) accounts", fr: "\(names) : \(accounts) comptes")
            } catch {
                return Self.unknown(error)
            }
        }
    }

    private static func unknown(_ error: any Error) -> HealthFinding {
        HealthFinding(false, (error as? any ExplainedError)?.message ?? Message("unknown", fr: "inconnu"))
    }
}
