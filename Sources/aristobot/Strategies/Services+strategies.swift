import Storage
import Wording

extension Services {
    /// A strategy that a user keeps, by its name.
    func strategy(_ name: String, of user: User) async throws -> StoredStrategy {
        if let strategy = try await store.strategies.find(user.id, name: name) { return strategy }
        let ending = Suggestion.ending(
            name, among: try await store.strategies.list(user.id).map(\.name),
            none: Message(
                "there is none yet, 'aristobot strategies add FILE' keeps one",
                fr: "il n'y en a pas encore, 'aristobot strategies add FICHIER' en garde une"))
        throw CommandFailure(
            .input, "user \(user.name) has no strategy '\(name)': \(ending.english)",
            fr: "l'utilisateur \(user.name) n'a pas de stratégie '\(name)' : \(ending.french)")
    }

    /// The version that is meant: one that exists, or the newest.
    func version(_ wanted: Int?, of strategy: StoredStrategy) throws -> Int {
        let newest = strategy.currentVersion
        let version = wanted ?? newest
        guard version <= newest else {
            throw CommandFailure(
                .input, "strategy \(strategy.name) has no version \(version): the newest is \(newest)",
                fr: "la stratégie \(strategy.name) n'a pas de version \(version) : la dernière est \(newest)")
        }
        return version
    }

    /// A strategy that runs or has run, by its number.
    func active(_ id: ActiveStrategyID, of user: User) async throws -> ActiveStrategy {
        do {
            return try await store.activeStrategies.get(user.id, id)
        } catch StorageError.notFound {
            let known = try await store.activeStrategies.list(user.id).map(\.id.description).reversed()
            let ending =
                known.isEmpty
                ? Message(
                    "there is none, 'aristobot strategies activate' makes one",
                    fr: "il n'y en a pas, 'aristobot strategies activate' en crée une")
                : Message(
                    "known: \(known.prefix(12).joined(separator: ", "))",
                    fr: "connues : \(known.prefix(12).joined(separator: ", "))")
            throw CommandFailure(
                .input, "user \(user.name) has no active strategy \(id): \(ending.english)",
                fr: "l'utilisateur \(user.name) n'a pas de stratégie active \(id) : \(ending.french)")
        }
    }
}

extension Services {
    /// Whether any engine is alive, by the database's clock.
    func hasLiveEngine() async throws -> Bool {
        try await store.engine.list().contains(where: \.isAlive)
    }
}
