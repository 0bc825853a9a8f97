/// Which of a market's trade numbers were seen, so that none is counted twice and a hole is known.
struct TradeNumbers: Sendable {
    enum Verdict: Equatable {
        case new
        case duplicate
        /// Numbering began anew: nothing is known of what lies between.
        case restarted
    }

    /// Numbers that were not seen, and the minutes (open times) that their trades may belong to.
    private struct Hole {
        var first: Int64
        var last: Int64
        var fromMinute: Int64
        var toMinute: Int64
    }

    /// Holes that are told apart; more are taken for one.
    static let mostHoles = 64
    private static let minute: Int64 = 60_000

    private var next: Int64?
    /// The time of the trade with the highest number.
    private var lastTime: Int64 = 0
    private var holes: [Hole] = []

    /// What comes next may begin anywhere.
    mutating func reset() {
        next = nil
        holes.removeAll(keepingCapacity: true)
    }

    @inline(__always)
    mutating func take(_ id: Int64, at time: Int64) -> Verdict {
        if id == next, id < .max {
            next = id &+ 1
            if time > lastTime { lastTime = time }
            return .new
        }
        return takeOutOfTurn(id, at: time)
    }

    private mutating func takeOutOfTurn(_ id: Int64, at time: Int64) -> Verdict {
        // The largest number has no successor; no venue gets there.
        guard id < .max else { return .duplicate }
        guard let expected = next else {
            next = id + 1
            lastTime = time
            return .new
        }
        if id > expected {
            add(Hole(first: expected, last: id - 1, fromMinute: minute(of: lastTime), toMinute: minute(of: time)))
            next = id + 1
            lastTime = max(lastTime, time)
            return .new
        }
        if fill(id) { return .new }
        // A number that falls while time goes on.
        guard time > lastTime + Self.minute else { return .duplicate }
        let from = minute(of: lastTime)
        holes = [Hole(first: .max, last: .max, fromMinute: from, toMinute: minute(of: time))]
        next = id + 1
        lastTime = time
        return .restarted
    }

    private func minute(of time: Int64) -> Int64 { time - time % Self.minute }

    private mutating func add(_ hole: Hole) {
        holes.append(hole)
        // Two trades on either side may carry times that fall.
        holes[holes.count - 1].fromMinute = min(hole.fromMinute, hole.toMinute)
        holes[holes.count - 1].toMinute = max(hole.fromMinute, hole.toMinute)
        guard holes.count > Self.mostHoles else { return }
        let merged = Hole(
            first: .max, last: .max, fromMinute: holes.map(\.fromMinute).min() ?? 0,
            toMinute: holes.map(\.toMinute).max() ?? 0)
        holes = [merged]
    }

    private mutating func fill(_ id: Int64) -> Bool {
        guard let index = holes.firstIndex(where: { $0.first <= id && id <= $0.last }) else { return false }
        let hole = holes[index]
        if hole.first == hole.last {
            holes.remove(at: index)
        } else if id == hole.first {
            holes[index].first += 1
        } else if id == hole.last {
            holes[index].last -= 1
        } else {
            holes[index].last = id - 1
            var rest = hole
            rest.first = id + 1
            add(rest)
        }
        return true
    }

    var hasHoles: Bool { !holes.isEmpty }

    /// Whether trades of the minute may be missing.
    func isDoubtful(minute: Int64) -> Bool {
        holes.contains { $0.fromMinute <= minute && minute <= $0.toMinute }
    }

    /// The minutes before this one are told: what is missing of them matters no more.
    mutating func forget(before minute: Int64) {
        guard !holes.isEmpty else { return }
        holes.removeAll { $0.toMinute < minute }
    }
}
