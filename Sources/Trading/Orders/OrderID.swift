/// The number of an order within one `TradingCore`: 1, 2, 3 …, never used twice.
public struct OrderID: Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    public let number: Int

    public init(_ number: Int) {
        self.number = number
    }

    public static func < (left: OrderID, right: OrderID) -> Bool { left.number < right.number }

    public var description: String { String(number) }
}

/// The name under which an order is sent, and by which a broker is asked about it after a restart.
///
/// It follows from the core's prefix and the order's number alone, so the same history gives the same names.
public struct ClientOrderID: Hashable, Sendable, CustomStringConvertible {
    /// Letters, digits, `-` and `_`; at most `maximumPrefixLength` bytes, so that venues that take 36 accept the whole.
    public let prefix: String
    public let number: Int
    /// How often the order was amended: an amended order is a new one to most venues and needs a name of its own.
    public let revision: Int

    public static let maximumPrefixLength = 20

    public init(prefix: String, number: Int, revision: Int = 0) {
        self.prefix = prefix
        self.number = number
        self.revision = revision
    }

    /// The name that reads so; nil for any text that `text` never prints.
    public init?(_ text: String) {
        var parts = text.split(separator: "-", omittingEmptySubsequences: false)
        var numbers: [Int] = []
        while numbers.count < 2, parts.count > 1, let number = Int(parts[parts.count - 1]), number >= 0 {
            numbers.insert(number, at: 0)
            parts.removeLast()
        }
        guard let number = numbers.first else { return nil }
        self.init(
            prefix: parts.joined(separator: "-"), number: number, revision: numbers.count == 2 ? numbers[1] : 0)
        guard self.text == text, prefix.utf8.count <= Self.maximumPrefixLength else { return nil }
    }

    /// `prefix-17`, amended twice `prefix-17-2`.
    public var text: String {
        revision == 0 ? "\(prefix)-\(number)" : "\(prefix)-\(number)-\(revision)"
    }

    public var description: String { text }

    // By text, which is all that a venue gives back: `a-1-2` reads as amended, whatever it was made of.
    public static func == (left: ClientOrderID, right: ClientOrderID) -> Bool { left.text == right.text }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(text)
    }
}

/// The number of the order that opened a lot: an order opens at most one.
public struct LotID: Hashable, Comparable, Codable, Sendable {
    public let order: OrderID

    public init(_ order: OrderID) {
        self.order = order
    }

    public static func < (left: LotID, right: LotID) -> Bool { left.order < right.order }
}

extension OrderID {
    public init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(Int.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var field = encoder.singleValueContainer()
        try field.encode(number)
    }
}

extension LotID {
    public init(from decoder: any Decoder) throws {
        self.init(try OrderID(from: decoder))
    }

    public func encode(to encoder: any Encoder) throws {
        try order.encode(to: encoder)
    }
}

/// By its text, which is all there is to know.
extension ClientOrderID: Codable {
    public init(from decoder: any Decoder) throws {
        let field = try decoder.singleValueContainer()
        let text = try field.decode(String.self)
        guard let id = ClientOrderID(text) else {
            throw DecodingError.dataCorruptedError(in: field, debugDescription: "expected a client order id")
        }
        self = id
    }

    public func encode(to encoder: any Encoder) throws {
        var field = encoder.singleValueContainer()
        try field.encode(text)
    }
}
