import CPostgres
import Foundation
import Glibc
import Synchronization

/// Tells the thread of a connection, which sleeps in `poll`, that the task of an operation was cancelled.
final class Interruption: Sendable {
    private let requested = Atomic<UInt64>(0)
    /// Readable after `request`; -1 where the system has no descriptor left: then cancelling waits for the statement.
    let descriptor: Int32 = aristobot_pg_wake_descriptor()

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Operations are numbered from 1; a late request for an earlier one harms none after it.
    func request(_ operation: UInt64) {
        requested.max(operation, ordering: .releasing)
        var one: UInt64 = 1
        _ = write(descriptor, &one, 8)
    }

    func isRequested(_ operation: UInt64) -> Bool {
        requested.load(ordering: .acquiring) == operation
    }

    func drain() {
        var count: UInt64 = 0
        _ = read(descriptor, &count, 8)
    }
}

/// One request to the server to stop the running statement. It opens a connection of its own and can block, so it has
/// a short-lived thread; its end is waited for before the connection is used again, or it could hit the next statement.
final class CancelRequest: Sendable {
    private let done = DispatchSemaphore(value: 0)

    init(_ connection: OpaquePointer) {
        guard let handle = PQgetCancel(connection) else {
            done.signal()
            return
        }
        let address = UInt(bitPattern: handle)
        let done = done
        Thread.detachNewThread {
            let handle = OpaquePointer(bitPattern: address)
            // What went wrong here shows in the statement's own deadline.
            var reason = [CChar](repeating: 0, count: 256)
            _ = PQcancel(handle, &reason, Int32(reason.count))
            PQfreeCancel(handle)
            done.signal()
        }
    }

    /// False where the request is still under way after `milliseconds`.
    func finished(within milliseconds: Int) -> Bool {
        guard done.wait(timeout: .now() + .milliseconds(milliseconds)) == .success else { return false }
        // For whoever asks next.
        done.signal()
        return true
    }
}
