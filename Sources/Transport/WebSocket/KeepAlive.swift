/// When to ping and when to give a connection up; pure. Times are since any fixed moment.
struct KeepAlive: Sendable {
    enum Action: Sendable, Hashable {
        case ping
        case giveUp(silentFor: Duration)
    }

    private let pingAfter: Duration
    private let answerWithin: Duration
    private var lastHeard: Duration
    private var pingedAt: Duration?
    private var isPaused = false

    init(pingAfter: Duration, answerWithin: Duration, now: Duration) {
        self.pingAfter = pingAfter
        self.answerWithin = answerWithin
        lastHeard = now
    }

    var isAwaitingAnswer: Bool { pingedAt != nil }

    /// Nil while reading is paused: an answer could not be seen.
    var deadline: Duration? {
        if isPaused { return nil }
        return pingedAt.map { $0 + answerWithin } ?? lastHeard + pingAfter
    }

    /// A whole frame came, of whatever kind.
    mutating func heard(now: Duration) {
        lastHeard = now
        pingedAt = nil
    }

    mutating func paused() {
        isPaused = true
    }

    /// Reading goes on: the silence begins anew.
    mutating func resumed(now: Duration) {
        isPaused = false
        heard(now: now)
    }

    mutating func timeReached(now: Duration) -> Action? {
        guard let deadline, deadline <= now else { return nil }
        if pingedAt != nil { return .giveUp(silentFor: now - lastHeard) }
        pingedAt = now
        return .ping
    }
}
