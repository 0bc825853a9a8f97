import Foundation
import Glibc
import Wording

/// A lock on a file between processes, and between the tasks of one; it ends with the process at the latest.
final class FileLock: Sendable {
    private let descriptor: Int32

    private init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Waits for the lock, at most `seconds`; nil where somebody else still holds it then.
    static func take(_ path: String, exclusive: Bool, seconds: Int) async throws(PostgresError) -> FileLock? {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw ServerAccount.failure(path, errno) }
        let lock = FileLock(descriptor)
        let end = ContinuousClock.now + .seconds(seconds)
        while flock(descriptor, (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else { throw ServerAccount.failure(path, errno) }
            guard ContinuousClock.now < end else { return nil }
            do { try await Task.sleep(for: .milliseconds(50)) } catch { throw PostgresError.cancelled }
        }
        return lock
    }
}
