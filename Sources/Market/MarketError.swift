import Wording

/// A market word that cannot be understood: a symbol, a timeframe, a time, a number.
public struct MarketError: ExplainedError, Hashable {
    public let message: Message

    public init(_ message: Message) {
        self.message = message
    }
}

/// Text from outside, shortened and cleaned so that it can stand inside a message on one line.
///
/// At most 40 characters are kept; control characters and anything outside printable ASCII become `?`.
public func quotedForMessage(_ text: some StringProtocol) -> String {
    var result = "\""
    for (index, scalar) in text.unicodeScalars.enumerated() {
        if index == 40 {
            result += "..."
            break
        }
        if scalar.value >= 32 && scalar.value < 127 {
            result.unicodeScalars.append(scalar)
        } else {
            result += "?"
        }
    }
    return result + "\""
}
