import Market
import Trading

/// One call of `RunningStrategy.handle` at work.
struct DeskTurn {
    let now: Timestamp
    /// Whether there was no position when it began.
    let wasFlat: Bool
    var output = StrategyOutput()
    /// What the core has asked for and is not looked at yet; empty between steps.
    var actions: [TradingAction] = []

    init(now: Timestamp, wasFlat: Bool) {
        self.now = now
        self.wasFlat = wasFlat
    }

    mutating func lookAt(_ time: Timestamp) {
        let wait = Duration.milliseconds(max(0, time.milliseconds - now.milliseconds))
        output.lookAfter = output.lookAfter.map { min($0, wait) } ?? wait
    }
}

extension Timestamp {
    /// Later by a length of time; at the end of time where there is no such instant.
    func later(by length: Duration) -> Timestamp {
        let (seconds, attoseconds) = length.components
        let added = seconds.multipliedReportingOverflow(by: 1000)
        guard !added.overflow else { return Timestamp(milliseconds: .max) }
        let (sum, overflow) = milliseconds.addingReportingOverflow(
            added.partialValue + attoseconds / 1_000_000_000_000_000)
        return Timestamp(milliseconds: overflow ? .max : sum)
    }
}
