import Wording

/// What is traded, `BASE/QUOTE`: an amount of the base is bought with the quote.
///
/// A venue's own spelling (`BTCUSDT`, `XBT-USD`) never leaves its adapter.
public struct Symbol: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The longest name of one asset, in characters.
    public static let longestAsset = 24

    public let base: String
    public let quote: String

    /// Reads `BTC/USDT`; small letters are raised.
    ///
    /// An asset is 1 to 24 ASCII letters, digits or dots, beginning with a letter or a digit.
    public init(_ text: String) throws(MarketError) {
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.count == 2, let base = Self.asset(parts[0]), let quote = Self.asset(parts[1]) else {
            let shown = quotedForMessage(text)
            throw MarketError(
                Message(
                    "\(shown) is not a symbol: expected BASE/QUOTE in letters and digits, such as BTC/USDT",
                    fr: "\(shown) n'est pas un symbole : attendu BASE/QUOTE en lettres et chiffres, comme BTC/USDT"))
        }
        self.base = base
        self.quote = quote
    }

    private static func asset(_ bytes: Substring.UTF8View.SubSequence) -> String? {
        guard (1...longestAsset).contains(bytes.count) else { return nil }
        var name: [UInt8] = []
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): name.append(byte)
            case UInt8(ascii: "a")...UInt8(ascii: "z"): name.append(byte - 32)
            case UInt8(ascii: ".") where !name.isEmpty: name.append(byte)
            default: return nil
            }
        }
        return String(decoding: name, as: UTF8.self)
    }

    public var description: String { "\(base)/\(quote)" }

    public static func < (left: Symbol, right: Symbol) -> Bool {
        (left.base, left.quote) < (right.base, right.quote)
    }
}
