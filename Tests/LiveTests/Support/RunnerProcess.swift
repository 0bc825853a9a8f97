import Foundation
import Glibc
import Synchronization
import TestSupport

/// A program of the package in a process of its own, which ends with this one, however that ends.
final class RunnerProcess: Sendable {
    let id: pid_t
    /// Where its output goes.
    let log: String
    /// The program reads from it: a byte asks it to stop, and it ends itself when nobody can write any more.
    private let lifeline: Int32
    private let ended = Mutex<Ending?>(nil)

    enum Ending: Sendable, Equatable {
        case exited(Int32)
        case signalled(Int32)
    }

    /// - Parameters:
    ///   - program: its name beside this process's own program, or its path.
    ///   - environment: all that the program gets of an environment.
    init(_ program: String, _ arguments: [String], environment: [String: String], log: String) throws {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Self.failure(errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(ends[0]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // A socket of this process that stays open there would hide from its other end that it was closed here.
        for descriptor in 3..<(try Self.firstFree()) { posix_spawn_file_actions_addclose(&actions, descriptor) }
        let path = program.contains("/") ? program : try Self.besideThisProcess(program)
        var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + variables { free(text) } }
        var child: pid_t = 0
        let failure = posix_spawn(&child, path, &actions, nil, &words, &variables)
        guard failure == 0 else {
            close(ends[1])
            throw Self.failure(failure)
        }
        id = child
        self.log = log
        lifeline = ends[1]
    }

    deinit {
        kill()
        var status: Int32 = 0
        // Already waited for where it has been seen to end.
        if ended.withLock({ $0 }) == nil { waitpid(id, &status, 0) }
        close(lifeline)
    }

    /// How it ended; nil while it runs.
    var ending: Ending? {
        ended.withLock { known in
            if known == nil {
                var status: Int32 = 0
                if waitpid(id, &status, WNOHANG) == id {
                    let signal = status & 0x7f
                    known = signal == 0 ? .exited((status >> 8) & 0xff) : .signalled(signal)
                }
            }
            return known
        }
    }

    /// As a power failure would.
    func kill() {
        // A process that was waited for is not there any more, and its number may be another's.
        ended.withLock { if $0 == nil { Glibc.kill(id, SIGKILL) } }
    }

    /// Asks it to end in good order.
    func stop() {
        guard ending == nil else { return }
        withUnsafeBytes(of: UInt8(1)) { _ = write(lifeline, $0.baseAddress, 1) }
    }

    func hasEnded(within limit: Duration = .seconds(20)) async throws -> Bool {
        try await eventually(within: limit) { ending != nil }
    }

    /// What it has said last, for messages.
    var lastWords: String {
        // A log that cannot be read has nothing to say.
        String(decoding: ((try? Data(contentsOf: URL(filePath: log))) ?? Data()).suffix(8000), as: UTF8.self)
    }

    /// A program built beside the one that runs now.
    static func besideThisProcess(_ name: String) throws -> String {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return URL(filePath: own).deletingLastPathComponent().appending(path: name).path
    }

    /// Above all descriptors that this process has open, and some that others open meanwhile.
    private static func firstFree() throws -> Int32 {
        let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap(Int32.init)
        return (open.max() ?? 0) + 64
    }

    private static func failure(_ code: Int32) -> POSIXError { POSIXError(POSIXError.Code(rawValue: code) ?? .EIO) }
}
