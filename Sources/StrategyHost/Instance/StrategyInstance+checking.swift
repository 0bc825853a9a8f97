import CLuaHost
import LuaRuntime
import Wording

/// Parameters and callbacks, once the file has run.
extension StrategyInstance {
    // MARK: Parameters

    func applyParameters() throws(StrategyError) {
        parameters = declaration.parameters.map { ($0.name, $0.defaultValue) }
        var findings: [Diagnostic] = []
        for (name, text) in options.parameters.sorted(by: { $0.key < $1.key }) {
            guard let place = declaration.parameters.firstIndex(where: { $0.name == name }) else {
                findings.append(unknownParameter(name))
                continue
            }
            do throws(StrategyError) {
                parameters[place].value = try declaration.parameters[place].value(parsing: text)
            } catch {
                findings += error.diagnostics
            }
        }
        if !findings.isEmpty { throw StrategyError(findings) }
        let memory = ParameterMemory(parameters)
        parameterMemory = memory
        let record = try explained { () throws(LuaFailure) in try machine.makeRecord(memory.record) }
        try checkValidity(record)
        try explained { () throws(LuaFailure) in try setField("params", record) }
    }

    private func unknownParameter(_ name: String) -> Diagnostic {
        let names = declaration.parameters.map(\.name)
        let nearest = NearestName.among(names, to: name)
        let list = names.joined(separator: ", ")
        let shown = quoted(name)
        return Diagnostic(
            .error, line: 0, code: "unknown-parameter",
            message: Message(
                "there is no parameter \(shown): " + (names.isEmpty ? "the strategy has none" : "expected \(list)"),
                fr: "le paramètre \(shown) n'existe pas : "
                    + (names.isEmpty ? "la stratégie n'en a pas" : "attendu \(list)")),
            hint: nearest.map { Message("did you mean \($0)?", fr: "vouliez-vous dire \($0) ?") })
    }

    /// Asks `valid(p)`, where there is one: false or nil, with a reason or without, refuses the parameters.
    private func checkValidity(_ values: LuaReference) throws(StrategyError) {
        guard declaration.hasValidityRule else { return }
        let answers = try explained(in: "valid") { () throws(LuaFailure) in
            guard case .reference(let rule) = try machine.get(try table(), "valid") else { return [LuaValue]() }
            return try machine.call(rule, [.reference(values)], results: 2)
        }
        guard answers.first?.isTrue != true else { return }
        let list = parameters.map { " \($0.name)=\($0.value)" }.joined(separator: ",")
        let reason = answers.last?.text.map { ": " + ScriptVoice.clean($0, most: 200) } ?? ""
        throw StrategyError(
            line: ScriptLines(script).line(ofKey: "valid", from: 1) ?? 0, code: "invalid-parameters",
            Message(
                "the strategy refuses its parameters\(list)\(reason)",
                fr: "la stratégie refuse ses paramètres\(list)\(reason)"))
    }

    // MARK: Callbacks

    /// Finds the callbacks on the strategy's table, through a metatable if the author set one.
    func collectCallbacks() throws(StrategyError) {
        let survey = try explained { () throws(LuaFailure) in try surveyTable() }
        var findings: [Diagnostic] = []
        for name in CallbackName.allCases {
            guard let value = survey.callbacks[name] else { continue }
            if case .reference(let reference) = value, reference.isFunction {
                callbacks[name.index] = reference
                continue
            }
            findings.append(
                Diagnostic(
                    .error, line: ScriptLines(script).line(ofFunction: name.rawValue) ?? 0, code: "wrong-type",
                    message: Message(
                        "\(name.rawValue) is \(value.kindName.english): expected a function",
                        fr: "\(name.rawValue) est \(value.kindName.french) : attendu une fonction")))
        }
        declaration.callbacks = CallbackName.allCases.filter { has($0) }
        for name in survey.otherFunctions { findings += misnamed(name) }
        guard findings.isEmpty else {
            throw StrategyError(
                findings.sorted { ($0.line, $0.message.english) < ($1.line, $1.message.english) })
        }
    }

    /// Short, because every instance compiles it: the names of a table's functions, and whether it inherits others.
    private static let survey = """
        local t, o = ..., {}
        for k, v in pairs(t) do if type(k) == "string" and type(v) == "function" then o[#o + 1] = k end end
        return o, getmetatable(t) ~= nil
        """
    private static let lookup = "local t, k = ... return t[k]"

    /// What the table answers under the names of callbacks, and the names of its other functions.
    private func surveyTable() throws(LuaFailure) -> (callbacks: [CallbackName: LuaValue], otherFunctions: [String]) {
        let table = try table()
        let survey = try machine.load(Self.survey.utf8, name: "host", isHost: true)
        let answers = try machine.call(survey, [.reference(table)], results: 2, loading: true)
        guard case .reference(let functions) = answers[0] else { return ([:], []) }
        let lookup = answers[1].isTrue ? try machine.load(Self.lookup.utf8, name: "host", isHost: true) : nil
        var callbacks: [CallbackName: LuaValue] = [:]
        for name in CallbackName.allCases {
            var value = try machine.get(table, name.rawValue)
            if case .null = value, let lookup {
                value = try machine.call(lookup, [.reference(table), .string(name.rawValue)], loading: true)[0]
            }
            if case .null = value { continue }
            callbacks[name] = value
        }
        let names = try machine.open(functions).list.compactMap(\.text)
        return (callbacks, names.filter { CallbackName(rawValue: $0) == nil })
    }

    /// A function whose name is nearly that of a callback the strategy lacks was surely meant to be called; and some
    /// names are set by the host itself.
    private func misnamed(_ name: String) -> [Diagnostic] {
        var findings: [Diagnostic] = []
        func find(_ code: String, _ message: Message, hint: Message? = nil) {
            let line = ScriptLines(script).line(ofFunction: name) ?? 0
            findings.append(Diagnostic(.error, line: line, code: code, message: message, hint: hint))
        }
        if Self.hostNames.contains(name) {
            find(
                "reserved-name",
                Message(
                    "\(name) is set by the host on self: give the function another name",
                    fr: "\(name) est défini par l'hôte sur self : donnez un autre nom à la fonction"))
        }
        let missing = CallbackName.allCases.filter { !has($0) }.map(\.rawValue)
        if name != "valid", let nearest = NearestName.among(missing, to: name, slips: 2) {
            find(
                "unknown-callback",
                Message(
                    "\(quoted(name)) is no callback, it would never be called",
                    fr: "\(quoted(name)) n'est pas une fonction que l'hôte appelle"),
                hint: Message("did you mean \(nearest)?", fr: "vouliez-vous dire \(nearest) ?"))
        }
        return findings
    }

    /// What the host sets on the strategy's table.
    static let hostNames: Set<String> = [
        "open", "high", "low", "close", "volume", "time", "candles", "params", "balance", "position", "orders", "state",
        "tf", "symbol", "buy", "sell", "cancel", "set_stop", "set_target",
    ]

    /// The strategy's table; there is one from the end of loading on.
    func table() throws(LuaFailure) -> LuaReference {
        guard let receiver else { preconditionFailure("a strategy that was not loaded has no table") }
        return receiver
    }

    func setField(_ name: String, _ value: LuaReference) throws(LuaFailure) {
        try machine.set(try table(), name, value)
    }
}
