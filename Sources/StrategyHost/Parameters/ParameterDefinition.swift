import Wording

/// One declared parameter: what it is called, what it may be, and what it is unless overridden.
public struct ParameterDefinition: Sendable, Hashable {
    /// What `param.int`, `param.float`, `param.choice` and `param.bool` declare.
    public enum Domain: Sendable, Hashable {
        /// Whole numbers from `minimum` to `maximum`; `step` (above 0) is what an optimiser counts by.
        case int(minimum: Int64, maximum: Int64, step: Int64)
        /// Finite numbers from `minimum` to `maximum`; `step` is above 0, or nil where none was given.
        case float(minimum: Double, maximum: Double, step: Double?)
        /// One of these texts, at least one, at most 64.
        case choice([String])
        case bool
    }

    public let name: String
    public let domain: Domain
    public let defaultValue: ParameterValue

    public init(name: String, domain: Domain, defaultValue: ParameterValue) {
        self.name = name
        self.domain = domain
        self.defaultValue = defaultValue
    }

    /// The word after `param.` that declares the domain.
    public var kind: String {
        switch domain {
        case .int: "int"
        case .float: "float"
        case .choice: "choice"
        case .bool: "bool"
        }
    }

    /// Reads an override such as the `20` of `--param slow=20`.
    public func value(parsing text: String) throws(StrategyError) -> ParameterValue {
        let value: ParameterValue? =
            switch domain {
            case .int: Int64(text).map(ParameterValue.int)
            case .float: Double(text).flatMap { $0.isFinite ? .float($0) : nil }
            case .choice: .choice(text)
            case .bool: Self.truth(text).map(ParameterValue.bool)
            }
        guard let value, allows(value) else {
            throw StrategyError(
                code: "parameter-value",
                Message(
                    "parameter \(name): \(quoted(text)) is out of range: expected \(expectation.english)",
                    fr: "paramètre \(name) : \(quoted(text)) est hors limites : attendu \(expectation.french)"))
        }
        return value
    }

    func allows(_ value: ParameterValue) -> Bool {
        switch (domain, value) {
        case (.int(let minimum, let maximum, _), .int(let value)): value >= minimum && value <= maximum
        case (.float(let minimum, let maximum, _), .float(let value)): value >= minimum && value <= maximum
        case (.choice(let known), .choice(let value)): known.contains(value)
        case (.bool, .bool): true
        default: false
        }
    }

    /// What a value must be, for messages.
    var expectation: Message {
        switch domain {
        case .int(let minimum, let maximum, _):
            return Message(
                "a whole number\(Self.range(minimum, maximum, open: (.min, .max)).english)",
                fr: "un nombre entier\(Self.range(minimum, maximum, open: (.min, .max)).french)")
        case .float(let minimum, let maximum, _):
            let range = Self.range(minimum, maximum, open: (-Double.greatestFiniteMagnitude, .greatestFiniteMagnitude))
            return Message("a number\(range.english)", fr: "un nombre\(range.french)")
        case .choice(let known):
            let list = known.map { quoted($0) }.joined(separator: ", ")
            return Message("one of \(list)", fr: "l'un de \(list)")
        case .bool:
            return Message("true or false", fr: "true ou false")
        }
    }

    private static func range<Value: Comparable>(_ low: Value, _ high: Value, open: (Value, Value)) -> Message {
        switch (low <= open.0, high >= open.1) {
        case (true, true): Message("", fr: "")
        case (false, true): Message(" of at least \(low)", fr: " d'au moins \(low)")
        case (true, false): Message(" of at most \(high)", fr: " d'au plus \(high)")
        case (false, false): Message(" from \(low) to \(high)", fr: " de \(low) à \(high)")
        }
    }

    private static func truth(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true", "yes", "on", "1": true
        case "false", "no", "off", "0": false
        default: nil
        }
    }
}

/// A foreign text inside a message: without control characters, at most 60 characters of it.
func quoted(_ text: String) -> String {
    let shown = text.unicodeScalars.prefix(60).map { scalar in
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) ? "\u{FFFD}" : String(scalar)
    }
    return "'" + shown.joined() + (text.unicodeScalars.count > 60 ? "…'" : "'")
}
