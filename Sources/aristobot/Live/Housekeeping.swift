import Logging
import Storage

/// Deletes what is older than it is to be kept, once an hour. Of several processes that do so each finds what is left.
struct Housekeeping: Sendable {
    let store: Store
    let logger: Logger

    private static let every = Duration.seconds(3600)
    /// Where one round was not enough.
    private static let again = Duration.seconds(60)

    /// Until the task is cancelled.
    func run() async throws {
        while true {
            var pause = Self.every
            do {
                let pruned = try await store.prune()
                if pruned.isUnfinished { pause = Self.again }
                if pruned.total > 0 { logger.info("old rows deleted", metadata: ["rows": "\(pruned.total)"]) }
            } catch {
                if Task.isCancelled { return }
                // The next round finds it all.
                logger.warning("old rows could not be deleted", metadata: ["error": "\(error)"])
            }
            try await Task.sleep(for: pause)
        }
    }
}
