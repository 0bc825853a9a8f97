import Market

/// Tells whether a clock that people and machines may set has leapt ahead, by one that nobody sets.
struct ClockLeap: Sendable {
    /// What is deleted for its age is kept for days: less does no harm.
    static let most = Duration.seconds(86_400)

    /// What the clock showed at the beginning. One that was wrong then is not found out.
    let wall: Timestamp

    /// How far it is ahead; nil while that is a day at most, or where it has gone back.
    func ahead(wall now: Timestamp, after passed: Duration) -> Duration? {
        let ahead = Duration.milliseconds(now.milliseconds) - .milliseconds(wall.milliseconds) - passed
        return ahead > Self.most ? ahead : nil
    }
}
