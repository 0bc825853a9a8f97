/// Percent-encoding of query strings and form bodies (RFC 3986; a `+` in a form is a space).
enum PercentCoding {
    /// The text that was encoded; nil for a broken escape or bytes that are no UTF-8.
    static func decode(_ text: Substring.UTF8View) -> String? {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var rest = text.makeIterator()
        while let byte = rest.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.next().flatMap(nibble), let low = rest.next().flatMap(nibble) else { return nil }
                result.append(high << 4 | low)
            case UInt8(ascii: "+"): result.append(UInt8(ascii: " "))
            default: result.append(byte)
            }
        }
        return String(validating: result, as: UTF8.self)
    }

    /// Whether every byte that a URL must not hold as it is has been encoded.
    ///
    /// A payload with raw non-ASCII bytes, quotes, brackets or spaces was signed before it was encoded.
    static func isEncoded(_ payload: some Collection<UInt8>) -> Bool {
        payload.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-._~%=&+*!'(),:;@/?$".utf8.contains(byte)
            }
        }
    }

    private static func nibble(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
