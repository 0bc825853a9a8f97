import Logging
import Storage

/// Deletes at intervals what the store need not keep any longer. Of several engines each does so: the second finds
/// nothing left. While the clock has leapt ahead nothing is deleted: all would look old.
struct StoreSweeper: Sendable {
    let wiring: EngineWiring

    /// Until the task is cancelled. The first look is an interval after the start, which has other work.
    func run() async {
        let leap = ClockLeap(wall: wiring.now())
        let start = ContinuousClock.now
        var pause = wiring.options.sweepInterval
        while !Task.isCancelled {
            do { try await Task.sleep(for: pause) } catch { return }
            pause = wiring.options.sweepInterval
            if let ahead = leap.ahead(wall: wiring.now(), after: start.duration(to: .now)) {
                wiring.logger.error(
                    "the clock has leapt ahead: no old rows are deleted until it is right or the engine starts again",
                    metadata: ["ahead": "\(ahead)"])
                continue
            }
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
