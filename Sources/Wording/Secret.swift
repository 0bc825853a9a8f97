/// A text that must never be shown: printing, interpolating, dumping or reflecting it gives `<redacted>`.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The text itself; what asks for it must neither log it nor send it back to a user.
    public let exposed: String

    public init(_ text: String) {
        exposed = text
    }

    public var description: String { "<redacted>" }
    public var debugDescription: String { "<redacted>" }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
