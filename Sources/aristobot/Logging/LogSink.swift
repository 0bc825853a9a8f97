import Glibc
import Synchronization

/// Where log lines go: standard error, or a file while standard output is a page of its own.
final class LogSink: Sendable {
    /// Bytes of the file before it is put aside as `….1`, where it replaces the former one.
    static let largestFile = 16 << 20

    private struct State {
        var descriptor: Int32
        var size = 0
    }

    private let path: String?
    private let state: Mutex<State>

    static let standardError = LogSink()

    private init() {
        path = nil
        state = Mutex(State(descriptor: STDERR_FILENO))
    }

    /// Goes on at the end of a file; standard error, where it cannot be written.
    init(file path: String) {
        let descriptor = Self.open(path)
        self.path = descriptor >= 0 ? path : nil
        state = Mutex(State(descriptor: descriptor >= 0 ? descriptor : STDERR_FILENO))
        state.withLock { state in
            var status = stat()
            if descriptor >= 0, fstat(descriptor, &status) == 0 { state.size = Int(status.st_size) }
        }
    }

    /// One write a line, so that lines of several processes do not mix. A line that cannot be written is lost: a log
    /// must not stop what it tells of.
    func write(_ line: String) {
        var line = line + "\n"
        state.withLock { state in
            if let path, state.size > Self.largestFile { Self.turn(path, &state) }
            line.withUTF8 { bytes in
                guard let base = bytes.baseAddress else { return }
                _ = Glibc.write(state.descriptor, base, bytes.count)
                state.size += bytes.count
            }
        }
    }

    private static func turn(_ path: String, _ state: inout State) {
        rename(path, path + ".1")
        let next = open(path)
        state.size = 0
        guard next >= 0 else { return }
        Glibc.close(state.descriptor)
        state.descriptor = next
    }

    private static func open(_ path: String) -> Int32 {
        Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
    }
}
