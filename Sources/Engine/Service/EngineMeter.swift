import Metrics
import Storage

/// What an engine measures of itself: for metrics, and in full for whoever made it.
public final class EngineMeter: Sendable {
    /// From the moment a signal was read until the strategy's decision was taken in.
    public let signalToDecision = LatencyHistogram()
    /// From the same moment until the decision was committed.
    public let signalToCommit = LatencyHistogram()
    /// From the decision to the venue's answer to its order.
    public let decisionToAck = LatencyHistogram()

    private let decisionTimer = Metrics.Timer(label: "aristobot_signal_to_decision_seconds")
    private let ackTimer = Metrics.Timer(label: "aristobot_decision_to_ack_seconds")
    private let luaTimer = Metrics.Timer(label: "aristobot_lua_seconds")

    public init() {
        // Shown from the beginning, so that a first one can be seen to come.
        for outcome in DecisionRecord.Outcome.allCases { decisions(outcome.rawValue, 0) }
        for outcome in ["placed", "cancelled"] { count(order: outcome, 0) }
    }

    func decided(after duration: Duration) {
        let nanoseconds = duration.nanoseconds
        signalToDecision.record(nanoseconds: nanoseconds)
        decisionTimer.recordNanoseconds(nanoseconds)
    }

    func committed(after duration: Duration) {
        signalToCommit.record(nanoseconds: duration.nanoseconds)
    }

    func acknowledged(after duration: Duration) {
        let nanoseconds = duration.nanoseconds
        decisionToAck.record(nanoseconds: nanoseconds)
        ackTimer.recordNanoseconds(nanoseconds)
    }

    func ran(nanoseconds: Int64) {
        luaTimer.recordNanoseconds(nanoseconds)
    }

    /// What came of an order: `placed`, `cancelled`, or the code of a `BrokerError`.
    func order(_ outcome: String) {
        count(order: outcome, 1)
    }

    private func count(order outcome: String, _ count: Int) {
        Counter(label: "aristobot_orders_total", dimensions: [("outcome", outcome)]).increment(by: count)
    }

    /// What came of decisions: `nothing`, `intents`, `skipped`, `failed`.
    func decisions(_ outcome: String, _ count: Int) {
        Counter(label: "aristobot_decisions_total", dimensions: [("outcome", outcome)]).increment(by: count)
    }
}

extension Duration {
    /// Whole nanoseconds, at the ends of `Int64` where it is longer.
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, isOver) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !isOver else { return seconds > 0 ? .max : .min }
        return whole + attoseconds / 1_000_000_000
    }
}
