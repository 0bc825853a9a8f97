import Market
import Wording

/// A reply that is JSON but not what the venue's documentation says.
struct UnreadableReply: Error, Hashable {
    /// Empty for the reply itself.
    let field: String
    let expected: String

    var message: Message {
        let name = field.isEmpty ? Message("the whole", fr: "l'ensemble") : Message("\(field)", fr: "\(field)")
        return Message(
            "its answer cannot be read at \(name.english): expected \(expected)",
            fr: "sa réponse est illisible à \(name.french) : attendu \(expected)")
    }

    static let notJSON = UnreadableReply(field: "", expected: "JSON")
}

/// Members that have to be there.
extension JSONValue {
    func member(_ name: StaticString) throws(UnreadableReply) -> JSONValue {
        guard let value = self[name] else { throw UnreadableReply(field: "\(name)", expected: "a value") }
        return value
    }

    func text(_ name: StaticString) throws(UnreadableReply) -> String {
        guard let value = self[name]?.text else { throw UnreadableReply(field: "\(name)", expected: "a text") }
        return value
    }

    func int64(_ name: StaticString) throws(UnreadableReply) -> Int64 {
        guard let value = self[name]?.int64 else {
            throw UnreadableReply(field: "\(name)", expected: "a whole number")
        }
        return value
    }

    func bool(_ name: StaticString) throws(UnreadableReply) -> Bool {
        guard let value = self[name]?.bool else { throw UnreadableReply(field: "\(name)", expected: "true or false") }
        return value
    }

    func decimal(_ name: StaticString) throws(UnreadableReply) -> FixedDecimal {
        guard let value = self[name]?.decimal else {
            throw UnreadableReply(field: "\(name)", expected: "a decimal number")
        }
        return value
    }

    func double(_ name: StaticString) throws(UnreadableReply) -> Double {
        guard let value = self[name]?.double, value.isFinite else {
            throw UnreadableReply(field: "\(name)", expected: "a decimal number")
        }
        return value
    }

    /// Milliseconds; the venue counts microseconds only where it is asked to, and nobody asks here.
    func time(_ name: StaticString) throws(UnreadableReply) -> Timestamp {
        let time = Timestamp(milliseconds: try int64(name))
        guard Timestamp.calendar.contains(time) else {
            throw UnreadableReply(field: "\(name)", expected: "a time in milliseconds")
        }
        return time
    }

    func array(_ name: StaticString) throws(UnreadableReply) -> JSONElements {
        guard let value = self[name], value.isArray else {
            throw UnreadableReply(field: "\(name)", expected: "a list")
        }
        return value.elements
    }

    /// The elements of a reply that is a list.
    func list() throws(UnreadableReply) -> JSONElements {
        guard isArray else { throw UnreadableReply(field: "", expected: "a list") }
        return elements
    }
}
