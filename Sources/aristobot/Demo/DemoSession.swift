import Broker
import Market
import Storage
import StrategyHost
import TestExchange
import Wording

/// One run of the demonstration: examples that trade on a test exchange of this process, for the user `demo`.
struct DemoSession: Sendable {
    let services: Services
    let user: User
    let broker: StoredBroker
    let strategies: [ActiveStrategy]

    /// How long the engine of a session that was killed is waited for: until it counts as dead, and some more.
    private static let patience = 20
    private static let reason = Message(
        "the demonstration has ended, and its exchange with it",
        fr: "la démonstration est finie, et sa bourse avec elle")

    static let needsSecret = CommandFailure(
        .usage, "the demonstration needs an HMAC secret in \(ExchangeSetup.secretVariable), or none",
        fr: "la démonstration demande un secret HMAC dans \(ExchangeSetup.secretVariable), ou aucun")

    static let standsStill = CommandFailure(
        .usage, "--speed 0: the demonstration needs a market that moves: expected above 0",
        fr: "--speed 0 : la démonstration demande un marché qui bouge : attendu au-dessus de 0")

    /// Whether `up` shows it where nothing was said: as long as nobody else has strategies that run.
    static func isUsual(_ services: Services) async throws -> Bool {
        let demo = try await services.store.users.find(DemoPlan.user)
        return try await services.store.activeStrategies.counts().allSatisfy { $0.key == demo?.id || $0.value == 0 }
    }

    /// Ends what former sessions have left: their exchanges are gone.
    ///
    /// - Parameters:
    ///   - sparesLive: whether another demonstration that runs is left alone; no second one may begin beside it.
    ///   - log: told when an engine has to be waited for, and when a session is left alone.
    /// - Throws: a `CommandFailure` when another demonstration runs and is not spared.
    static func clear(_ services: Services, sparesLive: Bool, log: ServiceLog) async throws {
        guard let user = try await services.store.users.find(DemoPlan.user) else { return }
        for broker in try await services.store.brokers.list(user.id) where isDemo(broker) {
            guard try await !isEnded(broker, services, sparesLive: sparesLive, log: log) else { continue }
            guard sparesLive else { throw anotherRuns }
            log.say(
                Message(
                    "another demonstration runs on this database: it is left alone",
                    fr: "une autre démonstration tourne sur cette base : elle reste en place"))
        }
        do {
            try await forgetMarkets(services)
        } catch {
            // It hinders nobody: the next start tries again.
            log.say(
                Message(
                    "candles of former demonstrations could not be deleted: \(error)",
                    fr: "les bougies de démonstrations passées n'ont pu être effacées : \(error)"))
        }
    }

    private static let anotherRuns = CommandFailure(
        .input, "another demonstration runs on this database: stop it first, or add --no-demo",
        fr: "une autre démonstration tourne sur cette base : arrêtez-la d'abord, ou ajoutez --no-demo")

    /// False: a live engine trades on the account. One that was killed counts as alive for a while, and is waited for,
    /// at most `patience` seconds; where live ones are spared, only until it was heard of once more.
    private static func isEnded(
        _ broker: StoredBroker, _ services: Services, sparesLive: Bool, log: ServiceLog
    ) async throws -> Bool {
        let engines = services.store.engine
        var firstSign: Timestamp?
        for round in 0..<patience {
            do {
                try await engines.abandon(broker.user, broker.id, reason: reason)
                return true
            } catch StorageError.conflict {
                let sign = try await engines.lastSign(broker.user, broker.id)
                if round == 0 {
                    firstSign = sign
                    log.say(
                        Message(
                            "waiting for the former demonstration to end",
                            fr: "attente de la fin de la démonstration précédente"))
                } else if sparesLive, let sign, sign != firstSign {
                    return false
                }
                try await Task.sleep(for: .seconds(1))
            }
        }
        return false
    }

    /// Markets that are forgotten at one start, so that it is not held up; the next one goes on.
    private static let mostForgotten = 20

    /// Nobody trades on an invented market again once its exchange has ended.
    private static func forgetMarkets(_ services: Services) async throws {
        let heartbeat = services.store.heartbeat
        let former = try await heartbeat.unusedMarkets(prefix: DemoPlan.marketPrefix)
        for market in former.filter(DemoPlan.isMarketName).prefix(mostForgotten) {
            _ = try await heartbeat.forget(market)
        }
    }

    private static func isDemo(_ broker: StoredBroker) -> Bool {
        broker.settings.options["market"].flatMap(VenueName.init).map(DemoPlan.isMarketName) ?? false
    }

    /// Enters the account and lets the examples run on it.
    init(_ services: Services, at address: String, key: String, secret: Secret) async throws {
        self.services = services
        let store = services.store
        let known = try await store.users.find(DemoPlan.user)
        let user =
            if let known { known } else { try await store.users.add(DemoPlan.user, language: Console.language) }
        let name = DemoPlan.marketName(at: SystemClock.now)
        self.user = user
        let broker = try await store.brokers.add(
            user.id, name: name, venue: .binance,
            settings: BrokerSettings(baseURL: address, options: ["market": name]),
            credentials: BrokerCredentials(key: key, secret: secret))
        self.broker = broker
        var running: [ActiveStrategy] = []
        for entry in DemoPlan.entries {
            let strategy = try await Self.keep(entry.example, user, store)
            running.append(
                try await store.activeStrategies.activate(
                    user.id,
                    NewActiveStrategy(
                        name: entry.name, strategy: strategy.id, broker: broker.id, symbol: try Symbol(entry.symbol),
                        timeframe: entry.timeframe, parameters: entry.parameters,
                        capital: Money(FixedDecimal(DemoPlan.capital)), seed: DemoPlan.seed)))
        }
        strategies = running
    }

    /// The example as a strategy of the user's, in the version that this program has.
    private static func keep(_ example: String, _ user: User, _ store: Store) async throws -> StoredStrategy {
        guard let bytes = ExampleStrategies.source(example) else {
            preconditionFailure("no example \(example)")
        }
        let script = try StrategyScript(name: example + ".lua", bytes: bytes)
        let declaration = try StrategyInstance.declaration(of: script)
        if let known = try await store.strategies.find(user.id, name: example) {
            return try await store.strategies.addVersion(
                user.id, known.id, timeframe: declaration.timeframe, source: script.source)
        }
        return try await store.strategies.add(
            user.id, name: example, timeframe: declaration.timeframe, description: declaration.description,
            source: script.source)
    }

    /// Leaves nothing that a later engine would take up; after the engine has let the account go.
    func end() async throws {
        try await services.store.engine.abandon(user.id, broker.id, reason: Self.reason)
    }
}
