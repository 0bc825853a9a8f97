import Wording

/// Bytes that no `WireWriter` wrote, or that say more than is allowed.
public struct WireError: ExplainedError, Hashable {
    public let message: Message

    init(_ english: String, fr french: String) {
        message = Message(english, fr: french)
    }

    static func short(at place: Int) -> WireError {
        WireError("the message ends at byte \(place), in mid value", fr: "le message s'arrête à l'octet \(place)")
    }

    static func beyond(_ what: String, _ found: UInt64, most: Int) -> WireError {
        WireError(
            "\(what) is \(found): expected at most \(most)", fr: "\(what) vaut \(found) : attendu au plus \(most)")
    }

    static func wrong(_ what: String, at place: Int) -> WireError {
        WireError("no \(what) at byte \(place)", fr: "pas de \(what) à l'octet \(place)")
    }
}
