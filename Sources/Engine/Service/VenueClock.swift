import Market

/// What time it is at a venue between two questions, at whatever speed its clock runs: a test exchange that replays
/// history may be twenty times as fast.
struct VenueClock: Sendable {
    private struct Sample {
        var venue: Timestamp
        var local: ContinuousClock.Instant
    }

    private var last: Sample?
    /// Milliseconds of the venue for each of ours.
    private(set) var speed = 1.0

    /// What was measured last, and is not believed yet: a clock that jumps seems to run fast or slow once.
    private var rumour: Double?

    /// A clock that differs from ours by more than this is asked about every second.
    private static let steadiness = 0.01
    /// Answers that are nearer to each other than this tell nothing of the speed.
    private static let leastSpan = Duration.milliseconds(500)

    mutating func told(_ venue: Timestamp, at local: ContinuousClock.Instant) {
        if let last {
            let span = local - last.local
            guard span >= Self.leastSpan else { return }
            let passed = Double(venue.milliseconds - last.venue.milliseconds)
            hear(passed / (Double(span.nanoseconds) / 1_000_000))
        }
        last = Sample(venue: venue, local: local)
    }

    /// Ours is believed at once, another speed when it is measured twice.
    private mutating func hear(_ measured: Double) {
        guard (0...10_000).contains(measured) else { return }
        let isNear = { (known: Double) in abs(measured - known) <= max(0.1, known * 0.2) }
        if isNear(speed) || rumour.map(isNear) == true {
            speed = measured
            isSteady = true
            rumour = nil
        } else {
            rumour = measured
        }
    }

    /// Nil before the venue was asked.
    func time(at local: ContinuousClock.Instant) -> Timestamp? {
        guard let last else { return nil }
        let passed = Double((local - last.local).nanoseconds) / 1_000_000 * speed
        return Timestamp(milliseconds: last.venue.milliseconds + Int64(passed))
    }

    /// How long the last answer may be relied on.
    var interval: Duration { rumour != nil || abs(speed - 1) > Self.steadiness ? .seconds(1) : .seconds(30) }

    /// Whether its speed has been measured.
    private(set) var isSteady = false
}
