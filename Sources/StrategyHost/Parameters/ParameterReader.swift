import Wording

/// Reads what is written behind `param.int`, `param.float`, `param.choice` and `param.bool`.
struct ParameterReader {
    /// The longest list of a choice.
    static let mostChoices = 64

    let kind: String
    /// The table's pairs, or the single value that stood there instead of a table.
    private let entries: [PlainValue.Entry]

    init(kind: String, argument: PlainValue) {
        self.kind = kind
        if case .table(let entries) = argument {
            self.entries = entries
        } else {
            entries = [PlainValue.Entry(.int(1), argument)]
        }
    }

    /// The domain and the default, or what is wrong with them.
    func read() throws(StrategyError) -> (domain: ParameterDefinition.Domain, value: ParameterValue) {
        try checkKeys()
        switch kind {
        case "int": return try readInt()
        case "float": return try readFloat()
        case "choice": return try readChoice()
        default: return try readBool()
        }
    }

    private var known: [String] {
        switch kind {
        case "int", "float": ["default", "min", "max", "step", "description"]
        case "choice": ["default", "choices", "description"]
        default: ["default", "description"]
        }
    }

    private func checkKeys() throws(StrategyError) {
        for entry in entries {
            switch entry.key {
            case .int(1): continue
            case .int(let place) where kind == "choice" && place >= 1: continue
            case .int(let place):
                throw failure(
                    Message(
                        "has \(place) values in a row: expected one, the default",
                        fr: "a \(place) valeurs à la suite : attendu une seule, la valeur par défaut"))
            case .text(let bytes):
                let key = String(decoding: bytes, as: UTF8.self)
                guard !known.contains(key) else { continue }
                let nearest = NearestName.among(known, to: key)
                throw failure(
                    Message(
                        "has an unknown key \(quoted(key)): expected \(known.joined(separator: ", "))",
                        fr: "a une clé inconnue \(quoted(key)) : attendu \(known.joined(separator: ", "))"),
                    hint: nearest.map { Message("did you mean \($0)?", fr: "vouliez-vous dire \($0) ?") })
            }
        }
    }

    private func value(_ key: String) -> PlainValue? {
        entries.first { $0.key == .text(Array(key.utf8)) }?.value
    }

    private var first: PlainValue? {
        value("default") ?? entries.first { $0.key == .int(1) }?.value
    }

    private func readInt() throws(StrategyError) -> (ParameterDefinition.Domain, ParameterValue) {
        let fallback = try whole(first, "default")
        let minimum = try value("min").map { (found) throws(StrategyError) in try whole(found, "min") } ?? .min
        let maximum = try value("max").map { (found) throws(StrategyError) in try whole(found, "max") } ?? .max
        let step = try value("step").map { (found) throws(StrategyError) in try whole(found, "step") } ?? 1
        guard step > 0 else { throw stepFailure("\(step)") }
        guard minimum <= maximum else { throw rangeFailure("\(minimum)", "\(maximum)") }
        guard fallback >= minimum, fallback <= maximum else {
            throw defaultFailure("\(fallback)", .int(minimum: minimum, maximum: maximum, step: step))
        }
        return (.int(minimum: minimum, maximum: maximum, step: step), .int(fallback))
    }

    private func readFloat() throws(StrategyError) -> (ParameterDefinition.Domain, ParameterValue) {
        let largest = Double.greatestFiniteMagnitude
        let fallback = try number(first, "default")
        let minimum = try value("min").map { (found) throws(StrategyError) in try number(found, "min") } ?? -largest
        let maximum = try value("max").map { (found) throws(StrategyError) in try number(found, "max") } ?? largest
        let step = try value("step").map { (found) throws(StrategyError) in try number(found, "step") }
        if let step, step <= 0 { throw stepFailure("\(step)") }
        guard minimum <= maximum else { throw rangeFailure("\(minimum)", "\(maximum)") }
        guard fallback >= minimum, fallback <= maximum else {
            throw defaultFailure("\(fallback)", .float(minimum: minimum, maximum: maximum, step: step))
        }
        return (.float(minimum: minimum, maximum: maximum, step: step), .float(fallback))
    }

    /// `{ "sma", "ema" }` takes the first as the default; `{ "ema", choices = { "sma", "ema" } }` names it.
    private func readChoice() throws(StrategyError) -> (ParameterDefinition.Domain, ParameterValue) {
        var list: [PlainValue] = entries.filter { if case .int = $0.key { true } else { false } }.map(\.value)
        if let named = value("choices") {
            guard case .table(let entries) = named else {
                throw failure(
                    Message("choices: expected a list of texts", fr: "choices : attendu une liste de textes"))
            }
            list = entries.map(\.value)
        }
        var choices: [String] = []
        for item in list {
            guard case .text(let bytes) = item, !bytes.isEmpty else {
                throw failure(
                    Message(
                        "holds \(item.kindName.english): expected texts in quotes",
                        fr: "contient \(item.kindName.french) : attendu des textes entre guillemets"))
            }
            let text = String(decoding: bytes, as: UTF8.self)
            guard text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }) else {
                throw failure(
                    Message(
                        "holds \(quoted(text)): expected texts without control characters",
                        fr: "contient \(quoted(text)) : attendu des textes sans caractère de contrôle"))
            }
            choices.append(String(decoding: bytes, as: UTF8.self))
        }
        guard (1...Self.mostChoices).contains(choices.count) else {
            throw failure(
                Message(
                    "has \(choices.count) choices: expected 1 to \(Self.mostChoices)",
                    fr: "a \(choices.count) choix : attendu de 1 à \(Self.mostChoices)"))
        }
        guard case .text(let bytes)? = first ?? list.first else {
            throw failure(Message("the default: expected a text", fr: "la valeur par défaut : attendu un texte"))
        }
        let fallback = String(decoding: bytes, as: UTF8.self)
        guard choices.contains(fallback) else {
            throw failure(
                Message(
                    "the default \(quoted(fallback)) is not one of its choices",
                    fr: "la valeur par défaut \(quoted(fallback)) n'est pas l'un de ses choix"))
        }
        return (.choice(choices), .choice(fallback))
    }

    private func readBool() throws(StrategyError) -> (ParameterDefinition.Domain, ParameterValue) {
        guard case .bool(let fallback)? = first else { throw kindFailure("default", first, "true or false") }
        return (.bool, .bool(fallback))
    }

    private func whole(_ value: PlainValue?, _ key: String) throws(StrategyError) -> Int64 {
        switch value {
        case .int(let value)?: return value
        case .float(let number)?:
            if let exact = Int64(exactly: number) { return exact }
            fallthrough
        default: throw kindFailure(key, value, "a whole number")
        }
    }

    private func number(_ value: PlainValue?, _ key: String) throws(StrategyError) -> Double {
        switch value {
        case .int(let value)?: return Double(value)
        case .float(let value)? where value.isFinite: return value
        default: throw kindFailure(key, value, "a finite number")
        }
    }

    private static let french = [
        "a whole number": "un nombre entier", "a finite number": "un nombre fini", "true or false": "true ou false",
    ]

    private func kindFailure(_ key: String, _ value: PlainValue?, _ expected: String) -> StrategyError {
        let found = value?.kindName ?? Message("nothing", fr: "rien")
        return failure(
            Message(
                "\(key) is \(found.english): expected \(expected)",
                fr: "\(key) est \(found.french) : attendu \(Self.french[expected] ?? expected)"))
    }

    private func stepFailure(_ step: String) -> StrategyError {
        failure(
            Message(
                "step is \(step): expected a number above 0", fr: "step vaut \(step) : attendu un nombre supérieur à 0")
        )
    }

    private func rangeFailure(_ minimum: String, _ maximum: String) -> StrategyError {
        failure(
            Message(
                "min is \(minimum) and max is \(maximum): expected min <= max",
                fr: "min vaut \(minimum) et max vaut \(maximum) : attendu min <= max"))
    }

    private func defaultFailure(_ value: String, _ domain: ParameterDefinition.Domain) -> StrategyError {
        let expected = ParameterDefinition(name: "", domain: domain, defaultValue: .bool(false)).expectation
        return failure(
            Message(
                "the default is \(value): expected \(expected.english)",
                fr: "la valeur par défaut est \(value) : attendu \(expected.french)"))
    }

    private func failure(_ message: Message, hint: Message? = nil) -> StrategyError {
        StrategyError(
            code: "parameter",
            Message("param.\(kind) \(message.english)", fr: "param.\(kind) \(message.french)"), hint: hint)
    }
}

extension PlainValue {
    /// What the value is, for messages, with its value where that is short.
    var kindName: Message {
        switch self {
        case .bool(let value): Message("the boolean \(value)", fr: "le booléen \(value)")
        case .int(let value): Message("the number \(value)", fr: "le nombre \(value)")
        case .float(let value): Message("the number \(shortNumber(value))", fr: "le nombre \(shortNumber(value))")
        case .text(let bytes):
            Message(
                "the text \(quoted(String(decoding: bytes, as: UTF8.self)))",
                fr: "le texte \(quoted(String(decoding: bytes, as: UTF8.self)))")
        case .table: Message("a table", fr: "une table")
        }
    }
}
