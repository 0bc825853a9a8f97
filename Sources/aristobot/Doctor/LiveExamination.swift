import Broker
import Storage
import Wording

/// What runs on a database: heartbeats and engines, wherever they are.
struct LiveExamination {
    let store: Store
    /// Where brokers are that name no server of their own.
    let defaultURL: String?

    /// Nothing where nothing is to be said: no strategy is active and nobody runs.
    func findings() async -> [Examination.Finding] {
        do {
            let strategies = try await store.activeStrategies.counts().values.reduce(0, +)
            let engines = try await store.status.engines()
            let used = Set(try await store.activeStrategies.demands(defaultURL: defaultURL).map(\.market))
            // What is neither in use nor alive is of a former session.
            let markets = try await store.status.markets().filter {
                used.contains($0.status.market) || $0.silence <= LiveHealth.longestSilence
            }
            guard strategies > 0 || !engines.isEmpty else { return [] }
            return [engine(engines, strategies)] + markets.map(heartbeat)
        } catch {
            // What is wrong with the database is told above.
            return []
        }
    }

    private func engine(_ engines: [EngineStanding], _ strategies: Int) -> Examination.Finding {
        let name = say("engine", fr: "moteur")
        let alive = engines.filter(\.engine.isAlive)
        guard !alive.isEmpty else {
            return Examination.Finding(
                name: name, verdict: strategies > 0 ? .doubtful : .fine,
                detail: say(
                    "none is alive, \(strategies) strategies wait: 'aristobot up' or 'aristobot engine'",
                    fr: "aucun en vie, \(strategies) stratégies attendent : 'aristobot up' ou 'aristobot engine'"))
        }
        let names = alive.map { standing in
            let (accounts, count) = (standing.engine.accountCount, standing.strategies)
            return say(
                "\(standing.engine.name) (accounts \(accounts), strategies \(count))",
                fr: "\(standing.engine.name) (comptes \(accounts), stratégies \(count))")
        }
        return Examination.Finding(name: name, verdict: .fine, detail: names.joined(separator: ", "))
    }

    private func heartbeat(_ market: MarketStanding) -> Examination.Finding {
        let seconds = market.silence.components.seconds
        let isHeard = market.silence <= LiveHealth.longestSilence
        let words =
            isHeard
            ? market.status.isConnected ? say("connected", fr: "connecté") : say("disconnected", fr: "déconnecté")
            : say("silent for \(seconds) s", fr: "muet depuis \(seconds) s")
        let coherence =
            market.status.isCoherent
            ? "" : say(", not coherent: see the alerts", fr: ", non cohérent : voir les alertes")
        return Examination.Finding(
            name: "heartbeat", verdict: isHeard && market.status.isConnected ? .fine : .doubtful,
            detail: "\(market.status.market) \(words)\(coherence)\(runners(market))")
    }

    private func runners(_ market: MarketStanding) -> String {
        let others = market.runners.filter { !$0.isAtWork }.map(\.name).joined(separator: ", ")
        guard let worker = market.runners.first(where: \.isAtWork)?.name, !others.isEmpty else { return "" }
        return say(", by \(worker); standing by: \(others)", fr: ", par \(worker) ; en attente : \(others)")
    }
}
