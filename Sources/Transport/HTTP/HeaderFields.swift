/// The header fields of a request or a reply, in their order; names compare without regard to case.
public struct HeaderFields: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    public struct Field: Sendable, Hashable {
        public var name: String
        public var value: String
    }

    public private(set) var fields: [Field] = []

    public init() {}

    public init(dictionaryLiteral elements: (String, String)...) {
        fields = elements.map { Field(name: $0.0, value: $0.1) }
    }

    public mutating func add(_ name: String, _ value: String) {
        fields.append(Field(name: name, value: value))
    }

    /// The first value under this name.
    public subscript(name: String) -> String? {
        fields.first { Self.equal($0.name, name) }?.value
    }

    /// Every value under this name, in order.
    public func values(_ name: String) -> [String] {
        fields.filter { Self.equal($0.name, name) }.map(\.value)
    }

    /// `Retry-After` in its form of seconds, which venues use; nil for an HTTP date, a sign or over ten digits.
    public var retryAfter: Duration? {
        guard let text = self["retry-after"], !text.isEmpty, text.utf8.count <= 10,
            text.utf8.allSatisfy({ (48...57).contains($0) }), let seconds = Int64(text)
        else { return nil }
        return .seconds(seconds)
    }

    /// ASCII only: field names have no other letters.
    private static func equal(_ left: String, _ right: String) -> Bool {
        left.utf8.count == right.utf8.count
            && zip(left.utf8, right.utf8).allSatisfy { lowered($0) == lowered($1) }
    }

    private static func lowered(_ byte: UInt8) -> UInt8 {
        (65...90).contains(byte) ? byte + 32 : byte
    }
}
