/// One message with its length: 4 bytes of length, least first, then as many bytes.
enum Frame {
    static let headBytes = 4

    /// The message as it goes over the socket.
    static func bytes(_ message: some WireValue) -> [UInt8] {
        var writer = WireWriter()
        writer.fixedHead(0)
        message.write(to: &writer)
        return close(&writer)
    }

    /// Fills in the length of a message that was written after an empty head.
    static func close(_ writer: inout WireWriter) -> [UInt8] {
        writer.setHead(UInt32(clamping: writer.bytes.count - headBytes))
        return writer.bytes
    }
}

extension WireWriter {
    mutating func fixedHead(_ value: UInt32) {
        for shift in [0, 8, 16, 24] as [UInt32] { byte(UInt8(truncatingIfNeeded: value >> shift)) }
    }
}

/// Cuts a stream of bytes into frames; holds at most one frame and what was read with it.
struct FrameBuffer {
    private var bytes: [UInt8] = []
    private var start = 0

    /// Bytes that wait.
    var count: Int { bytes.count - start }

    mutating func append(_ more: some Collection<UInt8>) {
        bytes += more
    }

    /// The next whole message; nil while it is not all there. Refuses one that says it is longer than allowed, or
    /// empty.
    mutating func next() throws(WireError) -> ArraySlice<UInt8>? {
        guard count >= Frame.headBytes else {
            compact()
            return nil
        }
        var length = 0
        for place in 0..<Frame.headBytes { length |= Int(bytes[start + place]) << (8 * place) }
        guard length > 0, length <= WireBounds.frame else {
            throw .beyond("the length of a frame", UInt64(length), most: WireBounds.frame)
        }
        guard count >= Frame.headBytes + length else {
            compact()
            return nil
        }
        let first = start + Frame.headBytes
        start = first + length
        return bytes[first..<start]
    }

    /// Forgets what was taken out.
    private mutating func compact() {
        guard start > 0 else { return }
        bytes.removeSubrange(0..<start)
        start = 0
    }
}
