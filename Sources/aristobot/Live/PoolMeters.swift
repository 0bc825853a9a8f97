import Metrics
import Postgres
import Synchronization

/// The database pool's figures as metrics: the pool itself knows of none.
final class PoolMeters: Sendable {
    private let connections = Gauge(label: "aristobot_pool_connections")
    private let used = Gauge(label: "aristobot_pool_used_connections")
    private let idle = Gauge(label: "aristobot_pool_idle_connections")
    private let waiting = Gauge(label: "aristobot_pool_waiting")
    private let waits = Counter(label: "aristobot_pool_waits_total")
    private let waited = FloatingPointCounter(label: "aristobot_pool_wait_seconds_total")
    /// What the counters hold already.
    private let shown = Mutex((waits: 0, waited: Duration.zero))

    func show(_ figures: PoolFigures) {
        connections.record(figures.connections)
        used.record(figures.used)
        idle.record(figures.idle)
        waiting.record(figures.waiting)
        // Two readers at once: each adds what the other has not.
        shown.withLock { shown in
            waits.increment(by: max(0, figures.waits - shown.waits))
            waited.increment(by: max(.zero, figures.waited - shown.waited).inSeconds)
            shown = (max(shown.waits, figures.waits), max(shown.waited, figures.waited))
        }
    }
}
