import CLuaHost
import LuaRuntime
import Market
import Wording

extension StrategyInstance {
    /// Runs the file, and reads what it declares; `declaration` and `parameters` are known afterwards.
    func load() throws(StrategyError) {
        try explained { () throws(LuaFailure) in
            try installGlobals()
            try installModules()
        }
        let returned = try runFile()
        if loading.diagnostics.contains(where: { $0.severity == .error }) {
            throw StrategyError(loading.diagnostics)
        }
        receiver = try table(returned)
        guard let found = loading.declaration else { preconditionFailure("a file without a declaration is refused") }
        declaration = found
        try collectCallbacks()
        try applyParameters()
        phase = .idle
        loading = LoadingState()
    }

    /// Turns the interpreter's failures into findings.
    func explained<Result>(
        in callback: String? = nil, _ body: () throws(LuaFailure) -> Result
    ) throws(StrategyError) -> Result {
        do {
            return try body()
        } catch {
            throw StrategyError(loading.diagnostics + [error.diagnostic(in: callback, refusal: refusal)])
        }
    }

    private func runFile() throws(StrategyError) -> LuaValue {
        try explained { () throws(LuaFailure) in
            try machine.run(script.bytes, name: script.chunkName).first ?? .null
        }
    }

    /// The file must return the table that its one `Strategy { … }` made.
    private func table(_ value: LuaValue) throws(StrategyError) -> LuaReference {
        let end = ScriptLines(script).lastLine
        let hint = Message(
            "end the file with return NAME, where NAME = Strategy { … }",
            fr: "terminez le fichier par return NOM, où NOM = Strategy { … }")
        let calls = loading.strategyCalls
        if calls > 1 {
            throw StrategyError(
                line: loading.strategyLine, code: "no-strategy",
                Message(
                    "the file calls Strategy \(calls) times: expected once",
                    fr: "le fichier appelle Strategy \(calls) fois : attendu une fois"))
        }
        guard case .reference(let reference) = value, !reference.isFunction else {
            let found = value.kindName
            throw StrategyError(
                line: end, code: calls == 0 ? "no-strategy" : "wrong-return",
                Message(
                    "the file returns \(found.english): expected the table made by Strategy { … }",
                    fr: "le fichier renvoie \(found.french) : attendu la table créée par Strategy { … }"), hint: hint)
        }
        let name = try explained { () throws(LuaFailure) in try machine.get(reference, "name") }
        guard calls == 1, name.text == loading.declaration?.name else {
            throw StrategyError(
                line: end, code: calls == 0 ? "no-strategy" : "wrong-return",
                Message(
                    "the file returns a table that was not made by Strategy { … }",
                    fr: "le fichier renvoie une table qui n'a pas été créée par Strategy { … }"), hint: hint)
        }
        return reference
    }

    // MARK: Strategy { … } and param

    /// The host function `Strategy`: reads the declaration while the file runs.
    func declare(_ call: HostCall) throws(Refusal) {
        guard phase == .loading else {
            throw Refusal(
                "Strategy { … } is called once, at the top of the file",
                fr: "Strategy { … } est appelé une fois, en haut du fichier")
        }
        guard call.kind(0) == AH_TABLE else {
            let found = call.argument(0).kindName
            throw Refusal(
                "Strategy takes a table, Strategy { name = … }: got \(found.english)",
                fr: "Strategy prend une table, Strategy { name = … } : reçu \(found.french)")
        }
        loading.strategyCalls += 1
        loading.strategyLine = call.line
        guard loading.strategyCalls == 1 else { return call.answer(.argument(0)) }
        let entries = call.pairs(0).map { pair -> (key: PlainValue.Key, value: DeclaredValue) in
            let key = PlainValue.Key(pair.key) ?? .int(0)
            if key == .text(Array("params".utf8)), pair.value.type == AH_TABLE {
                let members = call.pairs(pair.value).map {
                    (key: PlainValue.Key($0.key) ?? .int(0), value: declared($0.value, call, isParameter: true))
                }
                return (key, .members(members))
            }
            return (key, declared(pair.value, call, isParameter: false))
        }
        var reader = DeclarationReader(entries, lines: ScriptLines(script), line: call.line)
        loading.declaration = reader.read()
        loading.diagnostics += reader.diagnostics
        call.answer(.argument(0))
    }

    private func declared(_ value: ah_value, _ call: HostCall, isParameter: Bool) -> DeclaredValue {
        if value.type == AH_FUNCTION { return .function }
        guard let plain = call.plain(value) else { return .other(value.kindName.english) }
        if isParameter, case .text(let bytes) = plain,
            let found = loading.parameters.first(where: { Array($0.token.utf8) == bytes })
        {
            return .parameter(found.domain, found.value)
        }
        return .plain(plain)
    }

    /// The host functions `param.int` and its like: answer a token that `Strategy` knows. What is wrong is kept as a
    /// finding, so that one run shows them all.
    func declareParameter(_ kind: String, _ call: HostCall) throws(Refusal) -> String {
        guard phase == .loading else {
            throw Refusal(
                "param.\(kind) belongs into params of Strategy { … }",
                fr: "param.\(kind) a sa place dans params de Strategy { … }")
        }
        guard loading.parameters.count < StrategyDeclaration.mostParameters else {
            let most = StrategyDeclaration.mostParameters
            throw Refusal("more than \(most) parameters", fr: "plus de \(most) paramètres")
        }
        let token = "param.\(kind) \(loading.parameters.count + 1)"
        var domain = ParameterDefinition.Domain.bool
        var value = ParameterValue.bool(false)
        do throws(StrategyError) {
            guard let argument = call.plain(0) else {
                throw StrategyError(
                    code: "parameter",
                    Message(
                        "param.\(kind) takes a table such as { 10, min = 5, max = 50 }",
                        fr: "param.\(kind) prend une table comme { 10, min = 5, max = 50 }"))
            }
            (domain, value) = try ParameterReader(kind: kind, argument: argument).read()
        } catch {
            for var finding in error.diagnostics {
                finding.line = call.line
                loading.diagnostics.append(finding)
            }
        }
        loading.parameters.append((token, domain, value))
        return token
    }
}

extension StrategyScript {
    /// What the interpreter calls the file: the last part of its name, without characters that would confuse.
    var chunkName: String {
        let last = name.split(separator: "/").last.map(String.init) ?? name
        return ScriptVoice.clean(last, most: 50)
    }
}

extension LuaValue {
    /// What the value is, for messages.
    var kindName: Message {
        switch self {
        case .null: Message("nothing", fr: "rien")
        case .reference(let reference):
            reference.isFunction ? Message("a function", fr: "une fonction") : Message("a table", fr: "une table")
        default:
            PlainValue(self)?.kindName ?? Message("a value of type \(typeName)", fr: "une valeur de type \(typeName)")
        }
    }
}
