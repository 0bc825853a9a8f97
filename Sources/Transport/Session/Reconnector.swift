/// Keeps one connection alive: when to open, to close, to try again. Pure: events in, actions out, the time (since any
/// fixed moment) an argument, randomness from outside. Never gives up, and reports every failed attempt.
///
/// A new connection is made beside the old one at a venue's notice or after `renewAfter`; the old one is closed only
/// once the new one is ready.
public struct Reconnector: Sendable {
    /// Number of a connection, from 1, never used twice.
    public typealias Link = Int

    public enum Event: Sendable, Hashable {
        case started
        case opened(Link)
        /// The opening messages are sent and, where asked for, confirmed.
        case ready(Link)
        /// An attempt failed before the connection was open; the venue may have said how long to stay away.
        case failed(Link, retryAfter: Duration?)
        case lost(Link)
        /// The venue said that it will end the connection.
        case noticeGiven(Link)
        /// `deadline` is here.
        case timeReached
        case stopped
    }

    public enum Action: Sendable, Hashable {
        case open(Link)
        /// Send the opening messages, then report `.ready`.
        case greet(Link)
        case close(Link)
        /// Another took over: take what it still brings, then close.
        case retire(Link)
        case announceConnected(Link, isRenewal: Bool)
        case announceDisconnected(Link)
        case announceRetry(attempt: Int, after: Duration)
    }

    private enum Candidate: Sendable {
        case none
        case waiting(until: Duration)
        case opening(Link)
        case opened(Link, readyBy: Duration)
    }

    private let options: ReconnectorOptions
    private var random: any RandomNumberGenerator & Sendable
    private var current: (link: Link, since: Duration)?
    private var candidate = Candidate.none
    private var failedAttempts = 0
    private var lastLink = 0
    private var isStopped = false

    public init(
        _ options: ReconnectorOptions = ReconnectorOptions(),
        random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
    ) {
        self.options = options
        self.random = random
    }

    /// When `.timeReached` should be told; nil while only the connections themselves can bring news.
    public var deadline: Duration? {
        switch candidate {
        case .waiting(let time), .opened(_, let time): return time
        case .opening: return nil
        case .none:
            guard !isStopped, let current, let renewAfter = options.renewAfter else { return nil }
            return current.since + renewAfter
        }
    }

    public mutating func handle(_ event: Event, now: Duration) -> [Action] {
        if isStopped { return afterStop(event) }
        switch event {
        case .started:
            guard current == nil, case .none = candidate else { return [] }
            return open()
        case .opened(let link):
            guard case .opening(link) = candidate else { return [.close(link)] }
            candidate = .opened(link, readyBy: now + options.readyWithin)
            return [.greet(link)]
        case .ready(let link):
            return becameReady(link, now: now)
        case .failed(let link, let retryAfter):
            return isCandidate(link) ? retry(after: retryAfter, now: now) : []
        case .lost(let link):
            return lost(link, now: now)
        case .noticeGiven(let link):
            guard current?.link == link, case .none = candidate else { return [] }
            forgetFailuresIfStable(now: now)
            return open()
        case .timeReached:
            return timeReached(now: now)
        case .stopped:
            return stop()
        }
    }

    private mutating func open() -> [Action] {
        lastLink += 1
        candidate = .opening(lastLink)
        return [.open(lastLink)]
    }

    private func isCandidate(_ link: Link) -> Bool {
        switch candidate {
        case .opening(link), .opened(link, _): true
        default: false
        }
    }

    private mutating func becameReady(_ link: Link, now: Duration) -> [Action] {
        guard case .opened(link, _) = candidate else { return [] }
        let old = current
        current = (link, now)
        candidate = .none
        return [.announceConnected(link, isRenewal: old != nil)] + (old.map { [.retire($0.link)] } ?? [])
    }

    private mutating func lost(_ link: Link, now: Duration) -> [Action] {
        if isCandidate(link) { return retry(after: nil, now: now) }
        guard current?.link == link else { return [] }
        forgetFailuresIfStable(now: now)
        self.current = nil
        // Where a renewal is under way already, it takes over.
        guard case .none = candidate else { return [.announceDisconnected(link)] }
        return [.announceDisconnected(link)] + retry(after: nil, now: now)
    }

    private mutating func retry(after asked: Duration?, now: Duration) -> [Action] {
        failedAttempts += 1
        let delay = max(backOff(), asked ?? .zero)
        candidate = .waiting(until: now + delay)
        return [.announceRetry(attempt: failedAttempts, after: delay)]
    }

    /// Only where a connection begins anew: a renewal that fails again and again must wait longer each time.
    private mutating func forgetFailuresIfStable(now: Duration) {
        if let current, now - current.since >= options.stableAfter { failedAttempts = 0 }
    }

    /// Between half and the whole of a delay that doubles up to its cap, so that clients cut off together do not come
    /// back together.
    private mutating func backOff() -> Duration {
        var whole = min(options.firstDelay, options.longestDelay)
        for _ in 1..<max(1, min(failedAttempts, 64)) where whole < options.longestDelay {
            whole = min(whole * 2, options.longestDelay)
        }
        let milliseconds = max(1, whole.wholeMilliseconds)
        return .milliseconds(Int64.random(in: (milliseconds + 1) / 2...milliseconds, using: &random))
    }

    private mutating func timeReached(now: Duration) -> [Action] {
        guard let deadline, deadline <= now else { return [] }
        switch candidate {
        case .none:
            forgetFailuresIfStable(now: now)
            return open()
        case .waiting:
            return open()
        case .opened(let link, _):
            return [.close(link)] + retry(after: nil, now: now)
        case .opening:
            return []
        }
    }

    private mutating func stop() -> [Action] {
        isStopped = true
        var actions: [Action] = current.map { [.close($0.link)] } ?? []
        switch candidate {
        case .opening(let link), .opened(let link, _): actions.append(.close(link))
        case .none, .waiting: break
        }
        current = nil
        candidate = .none
        return actions
    }

    private func afterStop(_ event: Event) -> [Action] {
        if case .opened(let link) = event { return [.close(link)] }
        return []
    }
}
