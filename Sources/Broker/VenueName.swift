/// The stable name of a venue in the store, on the command line and in candles: `binance`, `paper`.
public struct VenueName: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let text: String
    public static let longest = 32

    /// Lower-case letters, digits, `-` and `_`, at most `longest`; nil otherwise.
    public init?(_ text: String) {
        guard !text.isEmpty, text.utf8.count <= Self.longest,
            text.utf8.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || $0 == 45 || $0 == 95 })
        else { return nil }
        self.text = text
    }

    private init(known text: String) {
        self.text = text
    }

    public static let binance = VenueName(known: "binance")
    public static let paper = VenueName(known: "paper")

    public static func < (left: VenueName, right: VenueName) -> Bool { left.text < right.text }
    public var description: String { text }
}
