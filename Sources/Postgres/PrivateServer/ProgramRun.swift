import CPostgres
import Foundation
import Glibc
import Synchronization
import Wording

/// One run of a program of PostgreSQL, without a shell; its output is kept for messages.
struct ProgramRun: Sendable {
    let status: Int32
    /// Standard output and standard error, at most the last 16 KiB.
    let output: String

    var succeeded: Bool { status == 0 }
    var diskIsFull: Bool { output.contains("No space left on device") || output.contains("Disk quota exceeded") }

    /// The last lines, for a message.
    var reason: String {
        let lines = output.split(separator: "\n").suffix(4).map { $0.trimmingCharacters(in: .whitespaces) }
        return lines.isEmpty ? "status \(status)" : lines.joined(separator: " | ")
    }

    /// Runs a program to its end, or for `seconds` at most; then it is killed and the status is -1. When the task is
    /// cancelled it is asked to end.
    static func run(
        _ path: String, _ arguments: [String], environment: [String: String] = [:], seconds: Int
    ) async throws(PostgresError) -> ProgramRun {
        let child = Child()
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation {
                (continuation: CheckedContinuation<Result<ProgramRun, PostgresError>, Never>) in
                // Starting and waiting block, so they have a thread of their own for as long as the program runs.
                Thread.detachNewThread {
                    continuation.resume(returning: child.run(path, arguments, environment, seconds))
                }
            }
        } onCancel: {
            child.stop()
        }
        return try outcome.get()
    }

    private static let outputLimit = 16 << 10

    private final class Child: Sendable {
        private struct State {
            var process: pid_t = 0
            var stopped = false
        }

        private let state = Mutex(State())

        func stop() {
            state.withLock { state in
                state.stopped = true
                if state.process > 0 { kill(state.process, SIGTERM) }
            }
        }

        func run(
            _ path: String, _ arguments: [String], _ environment: [String: String], _ seconds: Int
        ) -> Result<ProgramRun, PostgresError> {
            // A file instead of a pipe: a server that is left running would keep the pipe open.
            guard let file = tmpfile() else { return .failure(Self.cannotRun(path, errno)) }
            defer { fclose(file) }
            // Messages are looked at, so they come in one language.
            let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
                .merging(["LC_ALL": "C"]) { $1 }
            let failure: PostgresError? = state.withLock { state in
                if state.stopped { return .cancelled }
                let (process, code) = Self.spawn(path, [path] + arguments, variables, output: fileno(file))
                guard code == 0 else { return Self.cannotRun(path, code) }
                state.process = process
                return nil
            }
            if let failure { return .failure(failure) }
            let status = wait(seconds)
            if state.withLock({ $0.stopped }) { return .failure(.cancelled) }
            return .success(ProgramRun(status: status, output: Self.tail(fileno(file))))
        }

        /// The exit status; -1 for a program that was killed.
        private func wait(_ seconds: Int) -> Int32 {
            let end = ContinuousClock.now + .seconds(seconds)
            var pause: UInt32 = 500
            while true {
                var status: Int32 = 0
                // Under the lock, so that nobody signals a number that the system has given away again.
                let ended = state.withLock { state in
                    guard waitpid(state.process, &status, WNOHANG) != 0 else { return false }
                    state.process = 0
                    return true
                }
                if ended { return status & 0x7F == 0 ? (status >> 8) & 0xFF : -1 }
                if ContinuousClock.now > end { state.withLock { _ = kill($0.process, SIGKILL) } }
                usleep(pause)
                pause = min(pause * 2, 20_000)
            }
        }

        /// Only the three standard descriptors are handed on: a server that is left running must not keep others.
        private static func spawn(
            _ path: String, _ arguments: [String], _ environment: [String: String], output: Int32
        ) -> (pid_t, Int32) {
            var actions = posix_spawn_file_actions_t()
            var attributes = posix_spawnattr_t()
            posix_spawn_file_actions_init(&actions)
            posix_spawnattr_init(&attributes)
            defer {
                posix_spawn_file_actions_destroy(&actions)
                posix_spawnattr_destroy(&attributes)
            }
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
            posix_spawn_file_actions_adddup2(&actions, output, 1)
            posix_spawn_file_actions_adddup2(&actions, output, 2)
            posix_spawn_file_actions_addclosefrom_np(&actions, 3)
            var signals = sigset_t()
            sigemptyset(&signals)
            posix_spawnattr_setsigmask(&attributes, &signals)
            sigfillset(&signals)
            posix_spawnattr_setsigdefault(&attributes, &signals)
            // In a group of its own, a Ctrl-C on the terminal ends this program and not the server that it started.
            posix_spawnattr_setflags(
                &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
            var words = arguments.map { strdup($0) } + [nil]
            var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
            defer {
                for text in words + variables { free(text) }
            }
            var process: pid_t = 0
            let code = posix_spawn(&process, path, &actions, &attributes, &words, &variables)
            return (process, code)
        }

        private static func tail(_ descriptor: Int32) -> String {
            let end = lseek(descriptor, 0, SEEK_END)
            var bytes = [UInt8](repeating: 0, count: min(Int(max(end, 0)), ProgramRun.outputLimit))
            let count = pread(descriptor, &bytes, bytes.count, max(0, end - off_t(bytes.count)))
            return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        }

        private static func cannotRun(_ path: String, _ code: Int32) -> PostgresError {
            let reason = String(cString: strerror(code))
            return .program(Message("\(path) cannot be run: \(reason)", fr: "Impossible de lancer \(path) : \(reason)"))
        }
    }
}
