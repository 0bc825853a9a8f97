/// Who may send now, and who must wait until when, so that a venue's limits are kept; pure, the time is an argument:
/// since 1970-01-01T00:00:00Z by the venue's clock.
///
/// Requests that must wait do so in the order in which they came, for each unit: one that costs orders only may pass
/// one that waits for weight, never one that waits for orders. Urgent ones go before all others.
public struct RateLimitBudget: Sendable {
    /// Names a request while it waits; chosen by the caller, unique among those that wait.
    public typealias Ticket = UInt64
    /// How much of each unit a request uses up; units without a window cost nothing.
    public typealias Cost = [RateLimitUnit: Int]

    public enum Decision: Sendable, Hashable {
        case go
        /// `release` will name the ticket, not before this time.
        case wait(until: Duration)
        /// So many wait already; this one is not taken.
        case full(waiting: Int)
        /// It costs more than a whole window holds, and would wait for ever.
        case impossible(RateLimitWindow)
    }

    /// One that waited for more than a whole window now holds.
    public struct Impossible: Sendable, Hashable {
        public let ticket: Ticket
        public let window: RateLimitWindow
        public let cost: Int
    }

    private struct Meter: Sendable {
        var window: RateLimitWindow
        /// Number of the stretch since 1970 that `used` belongs to.
        var stretch: Int64 = .min
        var used = 0

        func stretch(at now: Duration) -> Int64 {
            let (quotient, rest) = now.wholeMilliseconds.quotientAndRemainder(
                dividingBy: window.length.wholeMilliseconds)
            return rest < 0 ? quotient - 1 : quotient
        }

        func end(of stretch: Int64) -> Duration {
            .milliseconds((stretch + 1) * window.length.wholeMilliseconds)
        }

        mutating func advance(to now: Duration) {
            let current = stretch(at: now)
            // A clock that was set back keeps what was used: the venue's own stretch may still run.
            if current > stretch { used = 0 }
            stretch = current
        }
    }

    private struct Waiting: Sendable {
        let ticket: Ticket
        let cost: Cost
        let isUrgent: Bool
    }

    /// Added to the end of a stretch, for what the venue's clock may be behind ours.
    public let margin: Duration
    public let maximumWaiting: Int
    private let reserved: Set<RateLimitUnit>
    private var meters: [Meter]
    private var queue: [Waiting] = []
    private var pausedUntil: Duration?
    private var unitsPausedUntil: [RateLimitUnit: Duration] = [:]

    /// - Parameter reserved: units of whose windows a tenth is left to urgent requests.
    public init(
        _ windows: [RateLimitWindow], reserved: Set<RateLimitUnit> = [], maximumWaiting: Int = 1000,
        margin: Duration = .milliseconds(100)
    ) {
        precondition(maximumWaiting >= 0 && margin >= .zero)
        meters = windows.map { Meter(window: $0) }
        self.reserved = reserved
        self.maximumWaiting = maximumWaiting
        self.margin = margin
    }

    /// Takes the windows as the venue now states them; what is used of those that stay, stays. Requests that have
    /// become impossible are answered, and wait no longer.
    public mutating func setWindows(_ windows: [RateLimitWindow], now: Duration) -> [Impossible] {
        meters = windows.map { window in
            var meter = Meter(window: window)
            if let old = meters.first(where: { $0.window.unit == window.unit && $0.window.length == window.length }) {
                meter.stretch = old.stretch
                meter.used = old.used
            }
            return meter
        }
        let impossible = queue.compactMap { waiting in
            unreachableWindow(waiting.cost, waiting.isUrgent).map {
                Impossible(ticket: waiting.ticket, window: $0, cost: waiting.cost[$0.unit] ?? 0)
            }
        }
        queue = queue.filter { unreachableWindow($0.cost, $0.isUrgent) == nil }
        return impossible
    }

    public var windows: [RateLimitWindow] { meters.map(\.window) }
    public var waitingCount: Int { queue.count }

    /// What is used of the current stretch; nil without such a window.
    public func used(_ unit: RateLimitUnit, per length: Duration, now: Duration) -> Int? {
        guard var meter = meters.first(where: { $0.window.unit == unit && $0.window.length == length }) else {
            return nil
        }
        meter.advance(to: now)
        return meter.used
    }

    // MARK: Requests

    /// - Parameter isUrgent: waits for urgent ones only, and may use what is reserved.
    public mutating func ask(_ ticket: Ticket, cost: Cost, isUrgent: Bool = false, now: Duration) -> Decision {
        advance(to: now)
        if let window = unreachableWindow(cost, isUrgent) { return .impossible(window) }
        // Urgent ones stand at the head of the queue.
        let ahead = isUrgent ? queue.firstIndex { !$0.isUrgent } ?? queue.count : queue.count
        let queued = Set(queue[..<ahead].flatMap { units($0.cost) })
        let time = earliest(cost, isUrgent, now: now)
        if queued.isDisjoint(with: units(cost)), time == nil {
            spend(cost)
            return .go
        }
        guard queue.count < maximumWaiting else { return .full(waiting: queue.count) }
        queue.insert(Waiting(ticket: ticket, cost: cost, isUrgent: isUrgent), at: ahead)
        return .wait(until: time ?? nextRelease(now: now) ?? now)
    }

    /// Those who may go now, in the order in which they came; their cost is spent.
    public mutating func release(now: Duration) -> [Ticket] {
        advance(to: now)
        var released: [Ticket] = []
        var blocked: Set<RateLimitUnit> = []
        var left: [Waiting] = []
        for waiting in queue {
            let isFree = blocked.isDisjoint(with: units(waiting.cost))
            if isFree, earliest(waiting.cost, waiting.isUrgent, now: now) == nil {
                spend(waiting.cost)
                released.append(waiting.ticket)
            } else {
                blocked.formUnion(units(waiting.cost))
                left.append(waiting)
            }
        }
        queue = left
        return released
    }

    /// The request is no longer wanted.
    public mutating func withdraw(_ ticket: Ticket) {
        queue.removeAll { $0.ticket == ticket }
    }

    /// When `release` should be asked next; nil while nobody waits.
    public func nextRelease(now: Duration) -> Duration? {
        var blocked: Set<RateLimitUnit> = []
        var soonest: Duration?
        for waiting in queue {
            if blocked.isDisjoint(with: units(waiting.cost)) {
                let time = earliest(waiting.cost, waiting.isUrgent, now: now) ?? now
                soonest = min(soonest ?? time, time)
            }
            blocked.formUnion(units(waiting.cost))
        }
        return soonest
    }

    // MARK: What the venue says

    /// The venue counted `used` so far. Only ever raises our own count, since replies overtake each other and requests
    /// under way are not in it; a reply to a request of an earlier stretch (`askedAt`) says nothing about this one.
    public mutating func report(
        used: Int, of unit: RateLimitUnit, per length: Duration, askedAt: Duration, now: Duration
    ) {
        advance(to: now)
        for index in meters.indices
        where meters[index].window.unit == unit && meters[index].window.length == length
            && meters[index].stretch(at: askedAt) == meters[index].stretch
        {
            meters[index].used = max(meters[index].used, used)
        }
    }

    /// Nothing goes before `time` (a 429 or a ban); only requests that cost `unit` when one is named. Never shortens an
    /// earlier pause.
    public mutating func pause(_ unit: RateLimitUnit? = nil, until time: Duration) {
        if let unit {
            unitsPausedUntil[unit] = max(unitsPausedUntil[unit] ?? time, time)
        } else {
            pausedUntil = max(pausedUntil ?? time, time)
        }
    }

    // MARK: Counting

    private mutating func advance(to now: Duration) {
        for index in meters.indices { meters[index].advance(to: now) }
        if let time = pausedUntil, time <= now { pausedUntil = nil }
        unitsPausedUntil = unitsPausedUntil.filter { $0.value > now }
    }

    private func units(_ cost: Cost) -> Set<RateLimitUnit> {
        Set(cost.lazy.filter { $0.value > 0 }.map(\.key))
    }

    private mutating func spend(_ cost: Cost) {
        for index in meters.indices { meters[index].used += max(0, cost[meters[index].window.unit] ?? 0) }
    }

    private func unreachableWindow(_ cost: Cost, _ isUrgent: Bool) -> RateLimitWindow? {
        meters.first { (cost[$0.window.unit] ?? 0) > limit(of: $0.window, isUrgent) }?.window
    }

    private func limit(of window: RateLimitWindow, _ isUrgent: Bool) -> Int {
        isUrgent || !reserved.contains(window.unit) ? window.limit : window.limit - window.limit / 10
    }

    /// The time before which the windows and pauses forbid this cost; nil when they allow it now. Others that wait are
    /// not looked at.
    private func earliest(_ cost: Cost, _ isUrgent: Bool, now: Duration) -> Duration? {
        var time: Duration?
        if let pausedUntil, pausedUntil > now { time = pausedUntil }
        for (unit, amount) in cost where amount > 0 {
            if let pause = unitsPausedUntil[unit], pause > now { time = max(time ?? pause, pause) }
            for var meter in meters where meter.window.unit == unit {
                meter.advance(to: now)
                guard meter.used + amount > limit(of: meter.window, isUrgent) else { continue }
                let end = meter.end(of: meter.stretch) + margin
                time = max(time ?? end, end)
            }
        }
        return time
    }
}
