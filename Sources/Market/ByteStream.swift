import CZlib
import Glibc

/// The bytes of a file from the first to the last, unpacked on the way when the file is gzip (by its content, not
/// by its name), through buffers of a fixed size.
final class ByteStream {
    /// Bytes read from the file at once.
    private static let inputSize = 1 << 17

    let path: String
    /// The size of the file, for progress; 0 where it is not known (a pipe).
    let fileSize: Int64
    /// Bytes of the file used up so far.
    private(set) var consumed: Int64 = 0

    private let descriptor: Int32
    private let input: UnsafeMutablePointer<UInt8>
    private var available: Range<Int> = 0..<0
    private var atFileEnd = false
    private var format = Format.unknown
    private let inflater: UnsafeMutablePointer<z_stream>
    private var isInsideMember = false

    private enum Format {
        case unknown, plain, gzip
    }

    init(path: String) throws(CandleFileError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.openingFailure(path, errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let code = errno
            close(descriptor)
            throw Self.openingFailure(path, code)
        }
        guard status.st_mode & S_IFMT != S_IFDIR else {
            close(descriptor)
            throw CandleFileError(file: path, reason: .isDirectory)
        }
        self.path = path
        self.descriptor = descriptor
        fileSize = status.st_mode & S_IFMT == S_IFREG ? Int64(status.st_size) : 0
        input = .allocate(capacity: Self.inputSize)
        inflater = .allocate(capacity: 1)
        inflater.initialize(to: z_stream())
    }

    deinit {
        if format == .gzip { inflateEnd(inflater) }
        close(descriptor)
        input.deallocate()
        inflater.deallocate()
    }

    /// Writes up to `room` bytes and answers how many; 0 only at the end.
    func read(into output: UnsafeMutablePointer<UInt8>, room: Int) throws(CandleFileError) -> Int {
        if format == .unknown { try recogniseFormat() }
        guard format == .gzip else {
            if available.isEmpty { try fill() }
            let count = min(room, available.count)
            output.update(from: input + available.lowerBound, count: count)
            take(count)
            return count
        }
        return try unpack(into: output, room: room)
    }

    private func recogniseFormat() throws(CandleFileError) {
        try fill()
        // A pipe may give one byte at first; two are needed to know gzip from text.
        while available.count == 1 && !atFileEnd { try fill() }
        guard !available.isEmpty else { throw CandleFileError(file: path, reason: .empty) }
        guard startsMember else {
            format = .plain
            return
        }
        // 15 bits of window, plus 16 for a gzip wrapper.
        guard inflateInit2_(inflater, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw CandleFileError(file: path, reason: .unreadable("zlib cannot start"))
        }
        format = .gzip
        isInsideMember = true
    }

    private var startsMember: Bool {
        available.count >= 2 && input[available.lowerBound] == 0x1f && input[available.lowerBound + 1] == 0x8b
    }

    private func unpack(into output: UnsafeMutablePointer<UInt8>, room: Int) throws(CandleFileError) -> Int {
        var written = 0
        // Each turn writes output, uses up input, or ends the loop.
        while written < room {
            if !isInsideMember, try !openNextMember() { break }
            if available.isEmpty { try fill() }
            if available.isEmpty { throw CandleFileError(file: path, reason: .truncatedGzip) }
            inflater.pointee.next_in = input + available.lowerBound
            inflater.pointee.avail_in = UInt32(available.count)
            inflater.pointee.next_out = output + written
            inflater.pointee.avail_out = UInt32(min(room - written, Int(Int32.max)))
            let before = Int(inflater.pointee.avail_out)
            let status = inflate(inflater, Z_NO_FLUSH)
            written += before - Int(inflater.pointee.avail_out)
            take(available.count - Int(inflater.pointee.avail_in))
            switch status {
            case Z_OK, Z_BUF_ERROR: break
            case Z_STREAM_END: isInsideMember = false
            default:
                let text = inflater.pointee.msg.map { String(cString: $0) } ?? "zlib error \(status)"
                throw CandleFileError(file: path, reason: .corruptGzip(text))
            }
        }
        return written
    }

    /// After one gzip member: another one, zeros for padding, or the end.
    private func openNextMember() throws(CandleFileError) -> Bool {
        while true {
            if available.count < 2 && !atFileEnd { try fill() }
            guard let first = available.first else { return false }
            if startsMember {
                inflateReset(inflater)
                isInsideMember = true
                return true
            }
            guard input[first] == 0 else {
                throw CandleFileError(file: path, reason: .corruptGzip("other data follows the end"))
            }
            take(1)
        }
    }

    private func take(_ count: Int) {
        available = available.lowerBound + count..<available.upperBound
        consumed += Int64(count)
    }

    /// Adds to `available` what one read gives.
    private func fill() throws(CandleFileError) {
        guard !atFileEnd else { return }
        if available.lowerBound > 0 {
            input.update(from: input + available.lowerBound, count: available.count)
            available = 0..<available.count
        }
        guard available.upperBound < Self.inputSize else { return }
        while true {
            let count = Glibc.read(descriptor, input + available.upperBound, Self.inputSize - available.upperBound)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else {
                throw CandleFileError(file: path, reason: .unreadable(String(cString: strerror(errno))))
            }
            if count == 0 { atFileEnd = true }
            available = available.lowerBound..<available.upperBound + count
            return
        }
    }

    private static func openingFailure(_ path: String, _ code: Int32) -> CandleFileError {
        switch code {
        case ENOENT, ENOTDIR: CandleFileError(file: path, reason: .missing)
        case EACCES, EPERM: CandleFileError(file: path, reason: .permissionDenied)
        case EISDIR: CandleFileError(file: path, reason: .isDirectory)
        default: CandleFileError(file: path, reason: .unreadable(String(cString: strerror(code))))
        }
    }
}
