/// Something that a script is told with its next decision, kept until the commit of that decision.
public struct KeptEvent: Sendable, Hashable {
    /// Rises from one event of a strategy to the next; above zero.
    public var number: Int64
    /// As the engine encodes it; 1 byte to 64 KiB.
    public var bytes: [UInt8]

    public init(number: Int64, bytes: [UInt8]) {
        self.number = number
        self.bytes = bytes
    }
}
