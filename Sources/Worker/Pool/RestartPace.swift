/// How soon a worker that died is started again: at once after a few deaths, then ever later, at most every half
/// minute, until it has lived for a while.
struct RestartPace {
    /// Deaths within `memory` that cost nothing: finding a culprit takes two, and it is banned after three.
    static let free = 6
    static let first: Int64 = 250_000_000
    static let longest: Int64 = 30_000_000_000
    /// A death is forgotten after this many nanoseconds.
    static let memory: Int64 = 60_000_000_000
    /// Deaths that are remembered at most.
    private static let most = 16

    private var deaths: [Int64] = []

    /// - Parameter now: nanoseconds of a clock that never goes back.
    mutating func died(at now: Int64) {
        deaths.removeAll { now - $0 > Self.memory }
        if deaths.count == Self.most { deaths.removeFirst() }
        deaths.append(now)
    }

    /// Nanoseconds until it may be started.
    func delay(at now: Int64) -> Int64 {
        let recent = deaths.filter { now - $0 <= Self.memory }
        guard let last = recent.last, recent.count > Self.free else { return 0 }
        let doublings = min(recent.count - Self.free - 1, 10)
        return max(0, last + min(Self.longest, Self.first << Int64(doublings)) - now)
    }
}
