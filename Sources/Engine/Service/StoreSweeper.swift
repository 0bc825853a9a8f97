import Logging
import Storage

/// Deletes at intervals what the store need not keep any longer. Of several engines each does so: the second finds
/// nothing left.
struct StoreSweeper: Sendable {
    let wiring: EngineWiring

    /// Until the task is cancelled. The first look is an interval after the start, which has other work.
    func run() async {
        var pause = wiring.options.sweepInterval
        while !Task.isCancelled {
            do { try await Task.sleep(for: pause) } catch { return }
            pause = wiring.options.sweepInterval
            do {
                let pruned = try await wiring.store.prune(keeping: wiring.options.retention)
                if pruned.isUnfinished { pause = min(pause, .seconds(60)) }
                guard pruned.total > 0 else { continue }
                wiring.logger.info(
                    "old rows were deleted",
                    metadata: [
                        "decisions": "\(pruned.decisions)", "signals": "\(pruned.signals)",
                        "candles": "\(pruned.heartbeatCandles)", "alerts": "\(pruned.alerts)",
                    ])
            } catch {
                wiring.logger.warning("old rows could not be deleted", metadata: ["error": "\(error)"])
            }
        }
    }
}
