import Wording

extension StrategyLint {
    /// `undefined-global` and `accidental-global`, each name once of each kind.
    static func globals(_ facts: SourceFacts) -> [Diagnostic] {
        guard !facts.mentionsEnvironment else { return [] }
        let assigned = Set(facts.globals.lazy.filter(\.isWrite).map(\.name))
        let own = assigned.union(facts.locals.lazy.map(\.name))
        let candidates = own.count > candidateLimit ? SandboxNames.globals : SandboxNames.globals.union(own)
        var seen: Set<String> = []
        var found: [Diagnostic] = []
        for global in facts.globals where found.count < findingLimit {
            let name = global.name
            guard seen.insert("\(global.isWrite) \(name)").inserted else { continue }
            if global.isWrite {
                found.append(accidental(global))
            } else if !SandboxNames.globals.contains(name), !assigned.contains(name) {
                found.append(undefined(global, candidates))
            }
        }
        return found
    }

    private static func undefined(_ global: SourceFacts.Global, _ candidates: Set<String>) -> Diagnostic {
        let name = global.name
        if SandboxNames.withheld.contains(name) { return withheld(global) }
        return warning(
            "undefined-global", at: global.place,
            Message("\(name) is not defined: it reads nil", fr: "\(name) n'est pas défini : sa valeur est nil"),
            hint: SandboxNames.hint(for: name) ?? didYouMean(nearest(name, candidates)))
    }

    private static func withheld(_ global: SourceFacts.Global) -> Diagnostic {
        warning(
            "undefined-global", at: global.place,
            Message(
                "\(global.name) is not available to a strategy",
                fr: "\(global.name) n'est pas disponible dans une stratégie"),
            hint: Message(
                "a strategy has no files, no clock and no network; now() gives the time of the candle, and require "
                    + "loads the standard modules",
                fr: "une stratégie n'a ni fichiers, ni horloge, ni réseau ; now() donne l'heure de la bougie, et "
                    + "require charge les modules standard"))
    }

    private static func accidental(_ global: SourceFacts.Global) -> Diagnostic {
        let name = global.name
        if SandboxNames.globals.contains(name) {
            return warning(
                "accidental-global", at: global.place,
                Message("this replaces the standard name \(name)", fr: "ceci remplace le nom standard \(name)"),
                hint: Message("choose another name, or write local", fr: "prenez un autre nom, ou écrivez local"))
        }
        let hint =
            global.isFunctionDeclaration
            ? Message("write local function \(name)", fr: "écrivez local function \(name)")
            : Message(
                "write local \(name), or self.\(name) to keep it from candle to candle",
                fr: "écrivez local \(name), ou self.\(name) pour la garder d'une bougie à l'autre")
        return warning(
            "accidental-global", at: global.place,
            Message("\(name) becomes a global variable", fr: "\(name) devient une variable globale"), hint: hint)
    }

    /// `unused-local`: a variable or function that nothing reads. A name that begins with `_` is meant to be unused.
    static func unusedLocals(_ facts: SourceFacts) -> [Diagnostic] {
        facts.locals.compactMap { local in
            guard local.readCount <= 0, !local.name.hasPrefix("_"), local.kind == .variable || local.kind == .function
            else { return nil }
            let name = local.name
            let message =
                local.kind == .function
                ? Message("the function \(name) is never used", fr: "la fonction \(name) n'est jamais utilisée")
                : Message("\(name) is never used", fr: "\(name) n'est jamais utilisé")
            return warning(
                "unused-local", at: local.place, message,
                hint: Message("remove it, or name it _\(name)", fr: "supprimez-le, ou nommez-le _\(name)"))
        }
    }

    /// `unused-param`: a declared parameter that nothing reads.
    static func unusedParams(_ facts: SourceFacts) -> [Diagnostic] {
        guard facts.escapedParams <= 0 else { return [] }
        return facts.declaredParams.compactMap { entry in
            guard !facts.readParams.contains(entry.name) else { return nil }
            return warning(
                "unused-param", at: entry.place,
                Message("the parameter \(entry.name) is never read", fr: "le paramètre \(entry.name) n'est jamais lu"),
                hint: Message(
                    "read it as self.params.\(entry.name), or remove it",
                    fr: "lisez-le par self.params.\(entry.name), ou supprimez-le"))
        }
    }

    /// `undefined-field`: names that a standard table, a module or `self` does not have. `dot-call`: `self.buy{…}`.
    static func fields(_ facts: SourceFacts) -> [Diagnostic] {
        let own = ownFields(facts)
        let isSelfFollowed = !facts.locals.indices.contains { id in
            facts.locals[id].isStrategySelf && facts.escapedRoots.contains(.local(id))
        }
        let assigned = Set(facts.globals.lazy.filter(\.isWrite).map(\.name))
        var seen: Set<String> = []
        var found: [Diagnostic] = []
        for field in facts.fields where !field.isWrite && found.count < findingLimit {
            if facts.isStrategySelf(field.root) {
                if field.isCalled, !field.isMethodCall, SandboxNames.strategyMethods.contains(field.name) {
                    found.append(dotCall(field))
                } else if !own.contains(field.name), seen.insert("self.\(field.name)").inserted {
                    let near = own.count > candidateLimit ? nil : nearest(field.name, own)
                    if isSelfFollowed || near != nil { found.append(undefinedSelfField(field, near: near)) }
                }
            } else if let (table, known) = knownFields(of: field.root, facts, assigned: assigned),
                !known.contains(field.name), seen.insert("\(table).\(field.name)").inserted
            {
                found.append(undefinedField(field, of: table, known: known))
            }
        }
        return found
    }

    /// `overwritten-field`: `self.close = …` replaces what the host gives. `self.state` may be set anew.
    static func overwrittenFields(_ facts: SourceFacts) -> [Diagnostic] {
        let given = SandboxNames.strategyFields.subtracting(["state"])
        return facts.fields.lazy.filter { field in
            field.isWrite && given.contains(field.name)
                && (facts.isStrategySelf(field.root) || facts.isStrategy(field.root))
        }.prefix(findingLimit).map { field in
            warning(
                "overwritten-field", at: field.place,
                Message(
                    "this replaces the host's self.\(field.name)", fr: "ceci remplace le self.\(field.name) de l'hôte"),
                hint: Message("choose another name", fr: "prenez un autre nom"))
        }
    }

    /// `always-true`: the host's objects are there at any time, with a position or without.
    static func alwaysTrue(_ facts: SourceFacts) -> [Diagnostic] {
        facts.fields.lazy.filter { $0.isTested && $0.name == "position" && facts.isStrategySelf($0.root) }
            .prefix(findingLimit).map { field in
                warning(
                    "always-true", at: field.place,
                    Message("self.position is never nil or false", fr: "self.position n'est jamais nil ni false"),
                    hint: Message("ask self.position.is_open", fr: "demandez self.position.is_open"))
            }
    }

    /// What `self` has: the host's fields, the strategy's functions, and whatever the file assigns to a field.
    private static func ownFields(_ facts: SourceFacts) -> Set<String> {
        var names = SandboxNames.strategyFields
        names.formUnion(facts.methods.lazy.compactMap(\.name))
        names.formUnion(facts.fields.lazy.filter(\.isWrite).map(\.name))
        if let id = facts.declaration { names.formUnion(facts.tables[id].entries.lazy.map(\.name)) }
        return names
    }

    /// The fields of a standard table or module that is reached through `root`, where nothing replaces it.
    private static func knownFields(
        of root: SourceFacts.Root, _ facts: SourceFacts, assigned: Set<String>
    ) -> (table: String, fields: Set<String>)? {
        switch root {
        case .global(let name):
            assigned.contains(name) ? nil : SandboxNames.fields[name].map { (name, $0) }
        case .local(let id):
            facts.locals[id].module.flatMap { ModuleNames.fields(of: $0) }.map { (facts.locals[id].name, $0) }
        }
    }

    private static func undefinedField(
        _ field: SourceFacts.Field, of table: String, known: Set<String>
    ) -> Diagnostic {
        let near = nearest(field.name, known).map { "\(table).\($0)" }
        return warning(
            "undefined-field", at: field.place,
            Message("\(table) has no \(field.name)", fr: "\(table) n'a pas de \(field.name)"),
            hint: fieldHint(table: table, field: field.name) ?? didYouMean(near))
    }

    private static func fieldHint(table: String, field: String) -> Message? {
        switch (table, field) {
        case ("math", "pow"):
            Message("in Lua this is written x ^ y", fr: "en Lua, cela s'écrit x ^ y")
        case ("math", "randomseed"):
            Message(
                "random numbers are seeded by the host, so that a decision can be run again",
                fr: "les nombres aléatoires sont initialisés par l'hôte, pour pouvoir rejouer une décision")
        default: nil
        }
    }

    private static func undefinedSelfField(_ field: SourceFacts.Field, near: String?) -> Diagnostic {
        let written = field.isMethodCall ? "self:\(field.name)()" : "self.\(field.name)"
        return warning(
            "undefined-field", at: field.place,
            Message("\(written) is never assigned: it is nil", fr: "\(written) ne reçoit jamais de valeur : c'est nil"),
            hint: didYouMean(near.map { field.isMethodCall ? "self:\($0)()" : "self.\($0)" }))
    }

    private static func dotCall(_ field: SourceFacts.Field) -> Diagnostic {
        warning(
            "dot-call", at: field.place,
            Message("self.\(field.name) is called with a dot", fr: "self.\(field.name) est appelé avec un point"),
            hint: Message(
                "write self:\(field.name) with a colon", fr: "écrivez self:\(field.name) avec deux-points"))
    }
}
