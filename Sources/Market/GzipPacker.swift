import CZlib

/// Packs bytes as gzip, the same bytes always into the same file: no name and no date are kept.
final class GzipPacker {
    private let stream: UnsafeMutablePointer<z_stream>
    private let room: UnsafeMutablePointer<UInt8>
    private static let roomSize = 1 << 16

    /// Nothing when zlib has no memory.
    init?() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        room = .allocate(capacity: Self.roomSize)
        // Level 6, 15 bits of window plus 16 for a gzip wrapper, zlib's usual memory.
        let status = deflateInit2_(
            stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else { return nil }
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
        room.deallocate()
    }

    /// Packs the text and writes what is ready; `last` ends the stream.
    func pack(_ text: String, last: Bool, into file: AtomicFile) throws(AtomicFile.Failure) {
        var bytes = Array(text.utf8)
        var used = 0
        // Each turn fills the room or ends: deflate answers with room left only when it has taken everything.
        while true {
            let (written, left) = bytes.withUnsafeMutableBufferPointer { buffer -> (Int, Int) in
                stream.pointee.next_in = buffer.baseAddress.map { $0 + used }
                stream.pointee.avail_in = UInt32(buffer.count - used)
                stream.pointee.next_out = room
                stream.pointee.avail_out = UInt32(Self.roomSize)
                deflate(stream, last ? Z_FINISH : Z_NO_FLUSH)
                return (Self.roomSize - Int(stream.pointee.avail_out), Int(stream.pointee.avail_in))
            }
            used = bytes.count - left
            try file.write(UnsafeBufferPointer(start: room, count: written))
            if written < Self.roomSize { return }
        }
    }
}
