import Market

/// The parameters of one request, and which of them were read: what is left over is an error of the caller.
struct RequestParameters {
    /// Parameters of one request; more are refused.
    static let most = 100

    private var values: [String: String] = [:]
    private var read: Set<String> = []

    /// Of a query string and a form body; a name in both has the query's value.
    init(query: Substring, body: Substring) throws(VenueRefusal) {
        values = try Self.pairs(of: body)
        values.merge(try Self.pairs(of: query)) { $1 }
    }

    /// Of the `params` of a WebSocket request.
    init(members: [(name: String, value: JSONValue)]) throws(VenueRefusal) {
        guard members.count <= Self.most else {
            throw VenueRefusal(-1101, "Too many parameters sent for this endpoint.")
        }
        for member in members {
            // A parameter that is null counts as not sent.
            if case .null = member.value { continue }
            guard values.updateValue(member.value.parameterText, forKey: member.name) == nil else {
                throw .duplicate(member.name)
            }
        }
    }

    private static func pairs(of text: Substring) throws(VenueRefusal) -> [String: String] {
        var values: [String: String] = [:]
        for pair in text.split(separator: "&") {
            let split = pair.firstIndex(of: "=") ?? pair.endIndex
            let encoded = split < pair.endIndex ? pair[pair.index(after: split)...] : ""
            guard let name = PercentCoding.decode(pair[..<split].utf8), let value = PercentCoding.decode(encoded.utf8)
            else { throw VenueRefusal(-1100, "Illegal characters found in a parameter.") }
            guard values.count < most else {
                throw VenueRefusal(-1101, "Too many parameters sent for this endpoint.")
            }
            guard values.updateValue(value, forKey: name) == nil else { throw .duplicate(name) }
        }
        return values
    }

    var count: Int { values.count }

    func isSent(_ name: String) -> Bool {
        values[name] != nil
    }

    /// The value of a parameter that may be missing; an empty one is an error.
    mutating func optional(_ name: String) throws(VenueRefusal) -> String? {
        guard let value = values[name] else { return nil }
        read.insert(name)
        guard !value.isEmpty else { throw .empty(name) }
        return value
    }

    mutating func required(_ name: String) throws(VenueRefusal) -> String {
        guard let value = values[name], !value.isEmpty else { throw .missing(name) }
        read.insert(name)
        return value
    }

    /// A whole number from 0 up.
    mutating func integer(_ name: String) throws(VenueRefusal) -> Int64? {
        guard let text = try optional(name) else { return nil }
        guard text.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }), let number = Int64(text) else {
            throw .illegal(name, range: "^[0-9]{1,20}$")
        }
        return number
    }

    mutating func decimal(_ name: String) throws(VenueRefusal) -> FixedDecimal? {
        guard let text = try optional(name) else { return nil }
        return try Self.decimal(text, of: name)
    }

    mutating func requiredDecimal(_ name: String) throws(VenueRefusal) -> FixedDecimal {
        try Self.decimal(try required(name), of: name)
    }

    private static func decimal(_ text: String, of name: String) throws(VenueRefusal) -> FixedDecimal {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let legal = parts.allSatisfy { part in
            (1...20).contains(part.utf8.count) && part.utf8.allSatisfy { $0 >= 48 && $0 <= 57 }
        }
        guard legal else { throw .illegal(name, range: #"^([0-9]{1,20})(\.[0-9]{1,20})?$"#) }
        guard let value = FixedDecimal(text) else {
            throw VenueRefusal(-1111, "Parameter '\(name)' has too much precision.")
        }
        return value
    }

    mutating func flag(_ name: String) throws(VenueRefusal) -> Bool? {
        guard let text = try optional(name) else { return nil }
        switch text.lowercased() {
        case "true": return true
        case "false": return false
        default: throw .invalid(name)
        }
    }

    /// A time, in milliseconds or microseconds.
    mutating func time(_ name: String) throws(VenueRefusal) -> Timestamp? {
        guard let number = try integer(name) else { return nil }
        return Timestamp(milliseconds: WireTime.milliseconds(of: number))
    }

    /// How many rows: `normal` where nothing is said, never more than `most`.
    mutating func limit(normal: Int, most: Int) throws(VenueRefusal) -> Int {
        guard let limit = try integer("limit") else { return normal }
        guard limit > 0 else { throw VenueRefusal(-1130, "Data sent for parameter 'limit' is not valid.") }
        return Int(min(limit, Int64(most)))
    }

    /// A client's own name for an order or a list.
    mutating func clientID(_ name: String) throws(VenueRefusal) -> String? {
        guard let text = try optional(name) else { return nil }
        let legal = text.utf8.allSatisfy { byte in
            switch byte {
            case 48...57, 65...90, 97...122: true
            default: ".:/_-".utf8.contains(byte)
            }
        }
        guard legal, text.utf8.count <= 36 else { throw .illegal(name, range: #"^[\.A-Z\:/a-z0-9_-]{1,36}$"#) }
        return text
    }

    /// The symbols of `symbols=["A","B"]`, or of `symbol`; nil where neither is sent.
    mutating func symbols() throws(VenueRefusal) -> (names: [String], isList: Bool)? {
        let one = try optional("symbol")
        guard let list = try optional("symbols") else { return one.map { ([$0], false) } }
        guard one == nil else { throw .badCombination }
        guard let parsed = try? JSONParser.parse(list),  // any broken list is the same refusal
            case .array(let items) = parsed, !items.isEmpty
        else { throw .illegal("symbols", range: #"^\[("[A-Z0-9-_.]{1,20}"(,"[A-Z0-9-_.]{1,20}"){0,}){0,1}\]$"#) }
        var names: [String] = []
        for item in items {
            guard let name = item.text else { throw .invalid("symbols") }
            names.append(name)
        }
        return (names, true)
    }

    /// Counts a parameter as read whose meaning does not matter here.
    mutating func ignore(_ names: String...) {
        for name in names where values[name] != nil { read.insert(name) }
    }

    /// An error when something was sent that nobody asked for.
    func checkAllRead() throws(VenueRefusal) {
        guard read.count == values.count else { throw .unread(read: read.count, sent: values.count) }
    }

    /// What the signature of a WebSocket request covers: all but the signature, by name, as `name=value&…`.
    var sortedPayload: String {
        values.filter { $0.key != "signature" }.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            .joined(separator: "&")
    }
}
