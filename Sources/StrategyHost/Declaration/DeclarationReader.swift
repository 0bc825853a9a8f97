import Market
import Trading
import Wording

/// What stands behind a key of `Strategy { … }`.
enum DeclaredValue {
    case plain(PlainValue)
    case function
    /// What `param.int` and its like answered, without the name yet.
    case parameter(ParameterDefinition.Domain, ParameterValue)
    /// A table whose values are not all plain: `params`.
    case members([(key: PlainValue.Key, value: DeclaredValue)])
    /// Anything that never belongs into a declaration, by the name of its type.
    case other(String)

    var kindName: Message {
        switch self {
        case .plain(let value): value.kindName
        case .function: Message("a function", fr: "une fonction")
        case .parameter: Message("a parameter", fr: "un paramètre")
        case .members: Message("a table", fr: "une table")
        case .other(let type): Message("a value of type \(type)", fr: "une valeur de type \(type)")
        }
    }
}

/// Checks every key of a `Strategy { … }` and reads them into a `StrategyDeclaration`, collecting all that is wrong.
struct DeclarationReader {
    static let keys = [
        "name", "version", "timeframe", "warmup", "history", "uses", "symbols", "params", "valid", "market",
        "description",
    ]
    static let longestName = 80
    static let longestVersion = 32
    static let longestDescription = 2_000
    static let longestParameterName = 40

    private(set) var diagnostics: [Diagnostic] = []
    /// Known keys that an unknown one was taken for: that they are missing is no news.
    private var misspelt: Set<String> = []
    private let entries: [(key: PlainValue.Key, value: DeclaredValue)]
    private let lines: ScriptLines
    private let line: Int

    /// - Parameter line: where `Strategy {` stands.
    init(_ entries: [(key: PlainValue.Key, value: DeclaredValue)], lines: ScriptLines, line: Int) {
        self.entries = entries
        self.lines = lines
        self.line = line
    }

    /// The declaration, unless `diagnostics` holds an error. Callbacks are known later.
    mutating func read() -> StrategyDeclaration? {
        checkKeys()
        let name = text("name", longest: Self.longestName, required: true)
        let timeframe = readTimeframe()
        let version = text("version", longest: Self.longestVersion, required: false)
        let description = text("description", longest: Self.longestDescription, required: false)
        let warmup = integer("warmup", 0...StrategyDeclaration.largestWarmup)
        let history = integer("history", 1...StrategyDeclaration.largestHistory)
        let uses = readUses()
        let symbols = readSymbols()
        let parameters = readParameters()
        let market = readMarket()
        let hasValidityRule = readValidity()
        diagnostics.sort { ($0.line, $0.code) < ($1.line, $1.code) }
        guard diagnostics.isEmpty, let name, let timeframe else { return nil }
        return StrategyDeclaration(
            name: name, timeframe: timeframe, version: version ?? "", description: description ?? "", warmup: warmup,
            history: history ?? StrategyDeclaration.defaultHistory, uses: uses.filter { $0 != timeframe },
            symbols: symbols, market: market, parameters: parameters, hasValidityRule: hasValidityRule, callbacks: [])
    }

    private func value(_ key: String) -> DeclaredValue? {
        entries.first { $0.key == .text(Array(key.utf8)) }?.value
    }

    private mutating func report(_ key: String, _ code: String, _ message: Message, hint: Message? = nil) {
        diagnostics.append(
            Diagnostic(
                .error, line: lines.line(ofKey: key, from: line) ?? line, code: code, message: message, hint: hint))
    }

    private mutating func checkKeys() {
        let callbacks = CallbackName.allCases.map(\.rawValue)
        for entry in entries {
            guard case .text(let bytes) = entry.key else {
                report(
                    "", "unknown-key",
                    Message(
                        "Strategy holds a value without a key: expected key = value pairs",
                        fr: "Strategy contient une valeur sans clé : attendu des paires clé = valeur"))
                continue
            }
            let key = String(decoding: bytes, as: UTF8.self)
            if Self.keys.contains(key) { continue }
            if callbacks.contains(key), case .function = entry.value { continue }
            let nearest = NearestName.among(Self.keys + callbacks, to: key)
            let known = Self.keys.joined(separator: ", ")
            if let nearest { misspelt.insert(nearest) }
            report(
                key, "unknown-key",
                Message(
                    "unknown key \(quoted(key)) in Strategy: expected one of \(known)",
                    fr: "clé inconnue \(quoted(key)) dans Strategy : attendu l'une de \(known)"),
                hint: nearest.map { Message("did you mean \($0)?", fr: "vouliez-vous dire \($0) ?") })
        }
    }

    private mutating func wrongKind(_ key: String, _ value: DeclaredValue, _ english: String, fr french: String) {
        report(
            key, "wrong-type",
            Message(
                "\(key) is \(value.kindName.english): expected \(english)",
                fr: "\(key) est \(value.kindName.french) : attendu \(french)"))
    }

    private mutating func text(_ key: String, longest: Int, required: Bool) -> String? {
        guard let value = value(key) else {
            if required, !misspelt.contains(key) { reportMissing(key) }
            return nil
        }
        guard case .plain(.text(let bytes)) = value, bytes.count <= longest, !(required && bytes.isEmpty) else {
            wrongKind(
                key, value, "a text of at most \(longest) bytes", fr: "un texte d'au plus \(longest) octets")
            return nil
        }
        let text = String(decoding: bytes, as: UTF8.self)
        // It goes to terminals, logs and the database; a description may have several lines.
        let isPlain = text.unicodeScalars.allSatisfy { scalar in
            scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value) || key == "description" && scalar == "\n"
        }
        guard isPlain else {
            report(
                key, "wrong-type",
                Message(
                    "\(key) is \(quoted(text)): expected a text without control characters",
                    fr: "\(key) vaut \(quoted(text)) : attendu un texte sans caractère de contrôle"))
            return nil
        }
        return text
    }

    private mutating func reportMissing(_ key: String) {
        report(
            "", "missing-key",
            Message(
                "Strategy has no \(key): it is required, as in \(key) = \(key == "name" ? "\"EMA cross\"" : "\"15m\"")",
                fr: "Strategy n'a pas de \(key) : il est obligatoire, comme "
                    + "\(key) = \(key == "name" ? "\"EMA cross\"" : "\"15m\"")"))
    }

    private mutating func integer(_ key: String, _ range: ClosedRange<Int>) -> Int? {
        guard let value = value(key) else { return nil }
        let whole: Int? =
            switch value {
            case .plain(.int(let value)): Int(value)
            case .plain(.float(let value)): Int(exactly: value)
            default: nil
            }
        guard let whole, range.contains(whole) else {
            wrongKind(
                key, value, "a whole number from \(range.lowerBound) to \(range.upperBound)",
                fr: "un nombre entier de \(range.lowerBound) à \(range.upperBound)")
            return nil
        }
        return whole
    }

    private static let timeframes = Timeframe.allCases.map(\.rawValue).joined(separator: ", ")

    private mutating func readTimeframe() -> Timeframe? {
        guard let value = value("timeframe") else {
            if !misspelt.contains("timeframe") { reportMissing("timeframe") }
            return nil
        }
        guard let timeframe = Self.timeframe(value) else {
            wrongKind("timeframe", value, "one of \(Self.timeframes)", fr: "l'une de \(Self.timeframes)")
            return nil
        }
        return timeframe
    }

    private static func timeframe(_ value: DeclaredValue) -> Timeframe? {
        guard case .plain(.text(let bytes)) = value else { return nil }
        return Timeframe(rawValue: String(decoding: bytes, as: UTF8.self))
    }

    /// A list of plain values; a single text is a list of one.
    private mutating func list(_ key: String, _ english: String, fr french: String) -> [DeclaredValue] {
        guard let value = value(key) else { return [] }
        let items: [DeclaredValue]
        switch value {
        case .plain(.text): items = [value]
        case .plain(.table(let entries)) where entries.allSatisfy({ if case .int = $0.key { true } else { false } }):
            items = entries.map { .plain($0.value) }
        default:
            wrongKind(key, value, english, fr: french)
            return []
        }
        guard items.count <= StrategyDeclaration.mostFeeds else {
            let most = StrategyDeclaration.mostFeeds
            report(
                key, "out-of-range",
                Message(
                    "\(key) has \(items.count) entries: expected at most \(most)",
                    fr: "\(key) a \(items.count) entrées : attendu au plus \(most)"))
            return []
        }
        return items
    }

    private mutating func readUses() -> [Timeframe] {
        var found: [Timeframe] = []
        let example = "{ \"1h\", \"4h\" }"
        for item in list("uses", "a list of timeframes, \(example)", fr: "une liste d'unités de temps, \(example)") {
            guard let timeframe = Self.timeframe(item) else {
                wrongKind("uses", item, "timeframes of \(Self.timeframes)", fr: "des unités parmi \(Self.timeframes)")
                continue
            }
            if !found.contains(timeframe) { found.append(timeframe) }
        }
        return found.sorted()
    }

    private mutating func readSymbols() -> [Symbol] {
        var found: [Symbol] = []
        let example = "{ \"ETH/USDT\" }"
        for item in list("symbols", "a list of symbols, \(example)", fr: "une liste de symboles, \(example)") {
            guard case .plain(.text(let bytes)) = item else {
                wrongKind("symbols", item, "texts such as \"ETH/USDT\"", fr: "des textes comme \"ETH/USDT\"")
                continue
            }
            do {
                let symbol = try Symbol(String(decoding: bytes, as: UTF8.self))
                if !found.contains(symbol) { found.append(symbol) }
            } catch {
                report(
                    "symbols", "wrong-type",
                    Message("symbols: \(error.message.english)", fr: "symbols : \(error.message.french)"))
            }
        }
        return found
    }

    private mutating func readMarket() -> MarketKind {
        guard let value = value("market") else { return .spot }
        if case .plain(.text(let bytes)) = value,
            let market = MarketKind(rawValue: String(decoding: bytes, as: UTF8.self))
        {
            return market
        }
        wrongKind("market", value, "\"spot\" or \"futures\"", fr: "\"spot\" ou \"futures\"")
        return .spot
    }

    private mutating func readValidity() -> Bool {
        guard let value = value("valid") else { return false }
        if case .function = value { return true }
        wrongKind("valid", value, "a function of the parameters", fr: "une fonction des paramètres")
        return false
    }

    private mutating func readParameters() -> [ParameterDefinition] {
        guard let value = value("params") else { return [] }
        let members: [(key: PlainValue.Key, value: DeclaredValue)]
        switch value {
        case .members(let found): members = found
        case .plain(.table(let entries)): members = entries.map { ($0.key, .plain($0.value)) }
        default:
            let example = "{ fast = param.int { 10, min = 2 } }"
            wrongKind("params", value, "a table, \(example)", fr: "une table, \(example)")
            return []
        }
        var found: [ParameterDefinition] = []
        for member in members {
            if let parameter = readParameter(member.key, member.value) { found.append(parameter) }
        }
        guard found.count <= StrategyDeclaration.mostParameters else {
            let most = StrategyDeclaration.mostParameters
            report(
                "params", "out-of-range",
                Message(
                    "params has \(found.count) entries: expected at most \(most)",
                    fr: "params a \(found.count) entrées : attendu au plus \(most)"))
            return []
        }
        return found.sorted { $0.name < $1.name }
    }

    private mutating func readParameter(_ key: PlainValue.Key, _ value: DeclaredValue) -> ParameterDefinition? {
        guard case .text(let bytes) = key, let first = bytes.first,
            PlainText.isLetter(first), bytes.count <= Self.longestParameterName,
            bytes.allSatisfy({ PlainText.isLetter($0) || PlainText.isDigit($0) })
        else {
            report(
                "params", "wrong-type",
                Message(
                    "params has a key that is not a name: expected letters, digits and _, such as fast",
                    fr: "params a une clé qui n'est pas un nom : attendu lettres, chiffres et _, comme fast"))
            return nil
        }
        let name = String(decoding: bytes, as: UTF8.self)
        guard case .parameter(let domain, let fallback) = value else {
            let kinds = "param.int { … }, param.float { … }, param.choice { … }"
            report(
                name, "wrong-type",
                Message(
                    "parameter \(name) is \(value.kindName.english): expected \(kinds) or param.bool { … }",
                    fr: "le paramètre \(name) est \(value.kindName.french) : attendu \(kinds) ou param.bool { … }"))
            return nil
        }
        return ParameterDefinition(name: name, domain: domain, defaultValue: fallback)
    }
}
