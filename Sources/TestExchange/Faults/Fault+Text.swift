import Foundation
import Wording

/// A fault that was described wrongly.
public struct FaultError: ExplainedError, Hashable {
    public let message: Message
}

extension Fault {
    /// Reads `SUBJECT: EFFECT` with options after semicolons, such as
    /// `POST /api/v3/order: lose-reply; skip=2; times=1`.
    ///
    /// Options are `skip`, `times`, `probability`, `seed` for any effect; `ms` of delay; `status`, `code`, `text` and
    /// `retry-after` of refuse; `status` of html and status-unknown.
    public init(parsing text: String) throws(FaultError) {
        guard let colon = text.range(of: ": ") else {
            throw FaultError(
                message: Message(
                    "\(text) is not a fault: expected 'SUBJECT: EFFECT', such as 'GET /api/v3/time: html'",
                    fr:
                        "\(text) n'est pas une panne : attendu « SUJET: EFFET », comme « GET /api/v3/time: html »"
                ))
        }
        let words = text[colon.upperBound...].split(separator: ";").map { $0.trimmingSpaces }
        var options: [String: String] = ["on": String(text[..<colon.lowerBound]), "effect": words.first ?? ""]
        for word in words.dropFirst() {
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { throw Self.badOption(word) }
            options[parts[0]] = parts[1]
        }
        try self.init(options: options)
    }

    /// Reads the same from JSON: `{"on":"POST /api/v3/order","effect":"lose-reply","times":1}`.
    init(json: JSONValue) throws(FaultError) {
        guard case .object(let members) = json else { throw Self.badOption(json.compact) }
        var options: [String: String] = [:]
        for member in members { options[member.name] = member.value.parameterText }
        try self.init(options: options)
    }

    private static let optionNames: Set<String> = [
        "on", "effect", "skip", "times", "probability", "seed", "ms", "status", "code", "text", "retry-after",
    ]

    private init(options: [String: String]) throws(FaultError) {
        for name in options.keys.sorted() where !Self.optionNames.contains(name) { throw Self.badOption(name) }
        guard let subject = options["on"], !subject.isEmpty else { throw Self.badOption("on") }
        self.init(subject, try Self.effect(options))
        skip = try Self.number(options, "skip") ?? 0
        times = try Self.number(options, "times")
        seed = UInt64(try Self.number(options, "seed") ?? 1)
        if let text = options["probability"] {
            guard let chance = Double(text), (0...1).contains(chance) else {
                throw Self.badOption("probability=\(text)")
            }
            probability = chance
        }
    }

    private static func effect(_ options: [String: String]) throws(FaultError) -> Effect {
        let status = try number(options, "status")
        switch options["effect"] {
        case "delay":
            guard let milliseconds = try number(options, "ms") else { throw badOption("ms") }
            return .delay(milliseconds: milliseconds)
        case "refuse":
            let status = status ?? 503
            let code = options["code"].flatMap(Int.init) ?? (status == 429 || status == 418 ? -1003 : -1000)
            let text = options["text"] ?? "An unknown error occurred while processing the request."
            let retry = try number(options, "retry-after") ?? (status == 429 || status == 418 ? 1 : nil)
            return .refuse(status: status, code: code, text: text, retryAfter: retry)
        case "html": return .html(status: status ?? 503)
        case "disconnect": return .disconnect
        case "never-answer": return .neverAnswer
        case "lose-reply": return .loseReply
        case "status-unknown": return .statusUnknown(status: status ?? 504)
        case "execute-and-never-answer": return .executeAndNeverAnswer
        case "half-frame": return .halfFrame
        case "lose-event": return .loseEvent
        case "duplicate-event": return .duplicateEvent
        case "hold-event": return .holdEvent
        case let other:
            let names =
                "delay refuse html disconnect never-answer lose-reply status-unknown execute-and-never-answer "
                + "half-frame lose-event duplicate-event hold-event"
            throw FaultError(
                message: Message(
                    "'\(other ?? "")' is not an effect: expected one of \(names)",
                    fr: "« \(other ?? "") » n'est pas un effet : attendu l'un de \(names)"))
        }
    }

    private static func number(_ options: [String: String], _ name: String) throws(FaultError) -> Int? {
        guard let text = options[name] else { return nil }
        guard let number = Int(text), number >= 0 else { throw badOption("\(name)=\(text)") }
        return number
    }

    private static func badOption(_ option: String) -> FaultError {
        FaultError(
            message: Message(
                "'\(option)' in a fault is missing, unknown or out of range",
                fr: "« \(option) » dans une panne est absent, inconnu ou hors limites"))
    }
}

extension StringProtocol {
    fileprivate var trimmingSpaces: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
