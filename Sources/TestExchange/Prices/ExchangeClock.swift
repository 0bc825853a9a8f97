import Market

/// The exchange's time as a function of the wall clock: the time it starts with, and how many times faster it runs.
public struct ExchangeClock: Sendable, Hashable {
    /// The exchange's time at `wallStart`.
    public let start: Timestamp
    public let wallStart: Timestamp
    /// 1 is real time; 0 stands still until `start` is chosen anew.
    public let speed: Double

    /// The largest speed: a day in less than a tenth of a second.
    public static let speeds = 0.0...1_000_000.0

    /// A speed outside `speeds` or NaN is held to it.
    public init(start: Timestamp, wallStart: Timestamp, speed: Double = 1) {
        self.start = start
        self.wallStart = wallStart
        self.speed = speed.isNaN ? 0 : min(max(speed, Self.speeds.lowerBound), Self.speeds.upperBound)
    }

    /// A clock that always shows this time.
    public static func pinned(at time: Timestamp) -> ExchangeClock {
        ExchangeClock(start: time, wallStart: time, speed: 0)
    }

    /// The exchange's time when the wall clock shows that; never before `start`, never beyond the year 9999.
    public func time(wall: Timestamp) -> Timestamp {
        let elapsed = Double(max(wall.milliseconds &- wallStart.milliseconds, 0)) * speed
        let last = Timestamp.calendar.upperBound.milliseconds
        let room = Double(last - start.milliseconds)
        return Timestamp(milliseconds: elapsed >= room ? last : start.milliseconds + Int64(elapsed))
    }
}
