import Market

/// A count that starts anew at every boundary of the calendar: each full minute, each full ten seconds, midnight UTC.
struct CalendarWindow: Sendable, Equatable {
    let milliseconds: Int64
    let limit: Int
    private var bucket: Int64 = .min
    private var count = 0

    init(milliseconds: Int64, limit: Int) {
        self.milliseconds = milliseconds
        self.limit = limit
    }

    mutating func used(at now: Timestamp) -> Int {
        turn(to: now)
        return count
    }

    mutating func fits(_ more: Int, at now: Timestamp) -> Bool {
        used(at: now) + more <= limit
    }

    mutating func add(_ more: Int, at now: Timestamp) {
        turn(to: now)
        count += more
    }

    /// Takes back what was added in this window or an earlier one; never below nothing.
    mutating func giveBack(_ amount: Int, at now: Timestamp) {
        turn(to: now)
        count = max(0, count - amount)
    }

    /// Whole seconds until the next window, at least one.
    func secondsLeft(at now: Timestamp) -> Int {
        let left = milliseconds - (now.milliseconds - bucket(of: now) * milliseconds)
        return Int((left + 999) / 1000)
    }

    private mutating func turn(to now: Timestamp) {
        let current = bucket(of: now)
        guard current != bucket else { return }
        bucket = current
        count = 0
    }

    private func bucket(of now: Timestamp) -> Int64 {
        let (quotient, remainder) = now.milliseconds.quotientAndRemainder(dividingBy: milliseconds)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
