import Wording

/// An exact decimal as text, such as `-0.00001200`: how `numeric` values go in and come out without any rounding.
///
/// The digits after the point are kept as written. NaN, infinities and exponents are refused.
public struct NumericText: Sendable, Hashable, CustomStringConvertible {
    /// What PostgreSQL's `numeric` holds before and after the point.
    public static let integerDigitLimit = 131_072
    public static let fractionDigitLimit = 16_383

    public let text: String

    /// Throws `refusedValue` for a text that is not an optional minus, digits, and at most one point between digits.
    public init(_ text: String) throws(PostgresError) {
        guard Self.isDecimal(text.utf8) else {
            throw .refusedValue(
                Message(
                    "A text is no plain decimal number: expected digits with at most one point, as in -12.50",
                    fr: "Un texte n'est pas un nombre décimal simple : attendu des chiffres avec au plus un point, "
                        + "comme -12.50"))
        }
        self.text = text
    }

    /// For texts that are decimals by construction.
    init(unchecked text: String) {
        self.text = text
    }

    public init(_ integer: some BinaryInteger & Sendable) {
        text = String(integer)
    }

    public var description: String { text }

    private static func isDecimal(_ bytes: String.UTF8View) -> Bool {
        var integer = 0
        var fraction = 0
        var pointSeen = false
        for (index, byte) in bytes.enumerated() {
            switch byte {
            case UInt8(ascii: "-") where index == 0: continue
            case UInt8(ascii: ".") where !pointSeen && integer > 0: pointSeen = true
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                if pointSeen { fraction += 1 } else { integer += 1 }
            default: return false
            }
        }
        return integer > 0 && integer <= integerDigitLimit && fraction <= fractionDigitLimit
            && (!pointSeen || fraction > 0)
    }
}
