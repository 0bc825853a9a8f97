import Glibc
import Wording

/// A file that appears under its name only when it is whole.
///
/// The bytes go to a temporary file in the same directory, which `commit()` renames; without a commit it is removed.
/// A name that stands for something other than a regular file (a pipe, `/dev/stdout`) is written to directly.
public final class AtomicFile {
    /// Why a file cannot be written: the path and the system's words.
    public struct Failure: ExplainedError, Hashable {
        public let path: String
        public let reason: String

        public var message: Message {
            Message("\(path): cannot be written: \(reason)", fr: "\(path) : impossible d'écrire : \(reason)")
        }
    }

    /// Bytes gathered before each write.
    private static let bufferSize = 1 << 16

    public let path: String
    private let target: String
    private let temporary: String?
    private var descriptor: Int32
    private var buffer: [UInt8] = []

    public init(_ path: String) throws(Failure) {
        self.path = path
        // Without a last part there is no name to rename to.
        guard let last = path.utf8.last, last != 47 else {
            throw Failure(path: path, reason: String(cString: strerror(ENOENT)))
        }
        var status = stat()
        let exists = stat(path, &status) == 0
        let kind = status.st_mode & S_IFMT
        if exists && kind == S_IFDIR { throw Failure(path: path, reason: String(cString: strerror(EISDIR))) }
        if exists && kind != S_IFREG {
            target = path
            temporary = nil
            descriptor = open(path, O_WRONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw Failure(path: path, reason: String(cString: strerror(errno))) }
        } else {
            // A link keeps pointing to the file that is replaced.
            target = exists ? Self.resolved(path) : path
            guard !exists || access(target, W_OK) == 0 else {
                throw Failure(path: path, reason: String(cString: strerror(errno)))
            }
            let opened = try Self.openTemporary(beside: target, for: path)
            temporary = opened.path
            descriptor = opened.descriptor
            if exists { fchmod(descriptor, status.st_mode & 0o777) }
        }
        buffer.reserveCapacity(Self.bufferSize)
    }

    deinit {
        if descriptor >= 0 {
            close(descriptor)
            if let temporary { unlink(temporary) }
        }
    }

    /// Finds out whether a file could be written there, before long work; leaves nothing behind.
    public static func check(_ path: String) throws(Failure) {
        _ = try AtomicFile(path)
    }

    /// Writes a whole file at once.
    public static func write(_ text: String, to path: String) throws(Failure) {
        let file = try AtomicFile(path)
        try file.write(text)
        try file.commit()
    }

    public func write(_ text: String) throws(Failure) {
        buffer.append(contentsOf: text.utf8)
        if buffer.count >= Self.bufferSize { try flush() }
    }

    public func write(_ bytes: UnsafeBufferPointer<UInt8>) throws(Failure) {
        buffer.append(contentsOf: bytes)
        if buffer.count >= Self.bufferSize { try flush() }
    }

    /// Puts the file in its place. Nothing can be written afterwards.
    public func commit() throws(Failure) {
        try flush()
        let closed = close(descriptor)
        let code = errno
        descriptor = -1
        guard closed == 0 else {
            if let temporary { unlink(temporary) }
            throw Failure(path: path, reason: String(cString: strerror(code)))
        }
        if let temporary, rename(temporary, target) != 0 {
            let code = errno
            unlink(temporary)
            throw Failure(path: path, reason: String(cString: strerror(code)))
        }
    }

    private func flush() throws(Failure) {
        var written = 0
        while written < buffer.count {
            let count = buffer.withUnsafeBytes { bytes in
                bytes.baseAddress.map { Glibc.write(descriptor, $0 + written, bytes.count - written) } ?? 0
            }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw Failure(path: path, reason: String(cString: strerror(errno))) }
            written += count
        }
        buffer.removeAll(keepingCapacity: true)
    }

    private static func resolved(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    private static func openTemporary(
        beside target: String, for path: String
    ) throws(Failure) -> (path: String, descriptor: Int32) {
        let directory = target.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        let prefix = target.utf8.contains(47) ? directory + "/" : ""
        // Another file of that name is left by another process at most; a few tries find a free one.
        for attempt in 0..<100 {
            let name = "\(prefix).aristobot-\(getpid())-\(attempt).tmp"
            let descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
            if descriptor >= 0 { return (name, descriptor) }
            guard errno == EEXIST else { break }
        }
        throw Failure(path: path, reason: String(cString: strerror(errno)))
    }
}
