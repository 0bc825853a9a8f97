import Glibc
import Wording

/// Numbers and times as people of a language write them.
public struct NumberText: Sendable {
    public let language: Language
    /// What parts thousands; a narrow space that does not break the line in French.
    private var group: String { language == .french ? "\u{202f}" : "," }
    private var point: String { language == .french ? "," : "." }
    private var percentSign: String { language == .french ? "\u{202f}%" : "%" }
    /// Stands for a figure that does not exist, such as a ratio of nothing.
    public static let none = "–"

    public init(_ language: Language) {
        self.language = language
    }

    /// The number with so many decimals, 0 to 12, and its thousands parted.
    public func fixed(_ value: Double, _ decimals: Int, signed: Bool = false) -> String {
        guard value.isFinite else { return Self.none }
        var buffer = [CChar](repeating: 0, count: 400)
        let written = withVaList([Int32(decimals), Swift.abs(value)]) { vsnprintf(&buffer, buffer.count, "%.*f", $0) }
        guard written > 0, written < buffer.count else { return Self.none }
        let digits = buffer[..<Int(written)].map { UInt8(bitPattern: $0) }
        let whole = digits.prefix { $0 != UInt8(ascii: ".") }
        let isZero = digits.allSatisfy { $0 == UInt8(ascii: "0") || $0 == UInt8(ascii: ".") }
        var text = isZero ? "" : value < 0 ? "\u{2212}" : signed ? "+" : ""
        for (index, digit) in whole.enumerated() {
            if index > 0, (whole.count - index) % 3 == 0 { text.append(group) }
            text.unicodeScalars.append(UnicodeScalar(digit))
        }
        if decimals > 0 {
            text.append(point)
            text.append(String(decoding: digits[(whole.count + 1)...], as: UTF8.self))
        }
        return text
    }

    public func whole(_ value: Int) -> String { fixed(Double(value), 0) }

    public func percent(_ value: Double, _ decimals: Int = 2, signed: Bool = false) -> String {
        let text = fixed(value, decimals, signed: signed)
        return text == Self.none ? text : text + percentSign
    }

    /// The shortest text of the number, for parameters and options.
    public func plain(_ value: Double) -> String {
        var text = value == value.rounded() && Swift.abs(value) < 1e15 ? String(Int64(value)) : value.description
        if language == .french { text = text.split(separator: ".", maxSplits: 1).joined(separator: ",") }
        return text
    }
}
