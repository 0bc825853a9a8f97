import Glibc

/// Whole lines of a text file, handed out a buffer at a time.
final class LineStream {
    /// The longest line, in bytes; also the size of the buffer.
    static let longestLine = 1 << 17

    let bytes: ByteStream
    private let buffer: UnsafeMutablePointer<UInt8>
    /// What is left of the buffer behind the lines handed out: the beginning of the next line.
    private var rest: Range<Int> = 0..<0
    private var atEnd = false
    private var isFirst = true

    init(path: String) throws(CandleFileError) {
        bytes = try ByteStream(path: path)
        // One byte more for the newline that a last line may lack.
        buffer = .allocate(capacity: Self.longestLine + 1)
    }

    deinit {
        buffer.deallocate()
    }

    /// The next lines, of which the last one ends in a newline too; nil at the end.
    ///
    /// The bytes are valid until the next call. `line` is the number of the first of them, for messages.
    func nextLines(line: Int) throws(CandleFileError) -> UnsafeBufferPointer<UInt8>? {
        guard !atEnd else { return nil }
        if rest.lowerBound > 0 {
            buffer.update(from: buffer + rest.lowerBound, count: rest.count)
            rest = 0..<rest.count
        }
        var filled = rest.count
        while true {
            let count = try bytes.read(into: buffer + filled, room: Self.longestLine - filled)
            if count == 0 {
                guard filled < Self.longestLine else { throw tooLong(line) }
                atEnd = true
                guard filled > 0 else { return nil }
                if buffer[filled - 1] != 10 {
                    buffer[filled] = 10
                    filled += 1
                }
                return lines(upTo: filled)
            }
            let end = filled + count
            var used = end
            while used > filled, buffer[used - 1] != 10 { used -= 1 }
            let foundNewline = used > filled
            filled = end
            if foundNewline {
                rest = used..<filled
                return lines(upTo: used)
            }
        }
    }

    private func tooLong(_ line: Int) -> CandleFileError {
        let isBinary = memchr(buffer, 0, Self.longestLine) != nil
        return CandleFileError(
            file: bytes.path, line: isBinary ? nil : line,
            reason: isBinary ? .binary : .lineTooLong(limit: Self.longestLine))
    }

    /// Leaves out the byte order mark that some programs put before the header.
    private func lines(upTo end: Int) -> UnsafeBufferPointer<UInt8> {
        var start = 0
        if isFirst, end >= 3, buffer[0] == 0xEF, buffer[1] == 0xBB, buffer[2] == 0xBF { start = 3 }
        isFirst = false
        return UnsafeBufferPointer(start: buffer + start, count: end - start)
    }
}
