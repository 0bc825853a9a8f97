import Synchronization

/// `RateLimitBudget` for tasks: waits until a request may go. At most `maximumWaiting` tasks wait.
public final class RateLimiter: Sendable {
    private typealias Answer = Result<Duration, RateLimitFailure>

    private struct State {
        var budget: RateLimitBudget
        var nextTicket: RateLimitBudget.Ticket = 1
        var waiting: [RateLimitBudget.Ticket: CheckedContinuation<Answer, Never>] = [:]
        var timer: (due: Duration, task: Task<Void, Never>)?
        var isClosed = false
    }

    private let state: Mutex<State>
    /// Since 1970 by the venue's clock.
    private let clock: TransportClock

    /// - Parameter reserved: units of whose windows a tenth is left to urgent requests.
    public init(
        _ windows: [RateLimitWindow], reserved: Set<RateLimitUnit> = [], maximumWaiting: Int = 1000,
        clock: TransportClock = .wall()
    ) {
        let budget = RateLimitBudget(windows, reserved: reserved, maximumWaiting: maximumWaiting)
        state = Mutex(State(budget: budget))
        self.clock = clock
    }

    deinit {
        state.withLock { $0.timer?.task.cancel() }
    }

    /// Returns when the request may go, with the time at which it was let go: `report` wants it back.
    ///
    /// - Parameter isUrgent: it goes before others, and may use what is reserved.
    @discardableResult
    public func wait(
        for cost: RateLimitBudget.Cost, isUrgent: Bool = false
    ) async throws(RateLimitFailure) -> Duration {
        let ticket = state.withLock { state in
            defer { state.nextTicket += 1 }
            return state.nextTicket
        }
        let answer: Answer = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                ask(ticket, cost, isUrgent, continuation)
                // The handler below may have run before the request was there to be withdrawn.
                if Task.isCancelled { withdraw(ticket) }
            }
        } onCancel: {
            withdraw(ticket)
        }
        return try answer.get()
    }

    private func ask(
        _ ticket: RateLimitBudget.Ticket, _ cost: RateLimitBudget.Cost, _ isUrgent: Bool,
        _ continuation: CheckedContinuation<Answer, Never>
    ) {
        let now = clock.now()
        let answer: Answer? = state.withLock { state in
            if state.isClosed { return .failure(.closed) }
            switch state.budget.ask(ticket, cost: cost, isUrgent: isUrgent, now: now) {
            case .go:
                return .success(now)
            case .full(let waiting):
                return .failure(.full(waiting: waiting))
            case .impossible(let window):
                return .failure(.impossible(window, cost: cost[window.unit] ?? 0))
            case .wait:
                state.waiting[ticket] = continuation
                setTimer(&state, now: now)
                return nil
            }
        }
        if let answer { continuation.resume(returning: answer) }
    }

    private func withdraw(_ ticket: RateLimitBudget.Ticket) {
        let now = clock.now()
        let continuation = state.withLock { state in
            state.budget.withdraw(ticket)
            return state.waiting.removeValue(forKey: ticket)
        }
        continuation?.resume(returning: .failure(.cancelled))
        // It may have stood in the way of others.
        if continuation != nil { release(now: now) }
    }

    // MARK: What the venue says

    /// The venue's own count, from the header of a reply; `askedAt` is what `wait` returned for that request.
    public func report(used: Int, of unit: RateLimitUnit, per length: Duration, askedAt: Duration) {
        let now = clock.now()
        state.withLock { state in
            state.budget.report(used: used, of: unit, per: length, askedAt: askedAt, now: now)
            setTimer(&state, now: now)
        }
    }

    /// The venue refused: nothing goes for so long, or nothing that costs `unit`.
    public func pause(_ unit: RateLimitUnit? = nil, for duration: Duration) {
        let now = clock.now()
        state.withLock { state in
            state.budget.pause(unit, until: now + duration)
            setTimer(&state, now: now)
        }
    }

    /// The venue's own windows, once they are known.
    public func setWindows(_ windows: [RateLimitWindow]) {
        let now = clock.now()
        let refused = state.withLock { state in
            state.budget.setWindows(windows, now: now).compactMap { impossible in
                state.waiting.removeValue(forKey: impossible.ticket).map { ($0, impossible) }
            }
        }
        for (continuation, impossible) in refused {
            continuation.resume(returning: .failure(.impossible(impossible.window, cost: impossible.cost)))
        }
        release(now: now)
    }

    public func used(_ unit: RateLimitUnit, per length: Duration) -> Int? {
        let now = clock.now()
        return state.withLock { $0.budget.used(unit, per: length, now: now) }
    }

    /// Whoever waits gets `.closed`, and whoever asks from now on.
    public func close() {
        let waiting = state.withLock { state in
            state.isClosed = true
            state.timer?.task.cancel()
            state.timer = nil
            defer { state.waiting = [:] }
            return state.waiting
        }
        for continuation in waiting.values { continuation.resume(returning: .failure(.closed)) }
    }

    // MARK: The timer

    private func release(now: Duration) {
        let released = state.withLock { state in
            let tickets = state.budget.release(now: now)
            setTimer(&state, now: now)
            return tickets.compactMap { state.waiting.removeValue(forKey: $0) }
        }
        for continuation in released { continuation.resume(returning: .success(now)) }
    }

    /// One timer, for the moment at which the first who waits may go.
    private func setTimer(_ state: inout State, now: Duration) {
        let due = state.isClosed ? nil : state.budget.nextRelease(now: now)
        if let due, state.timer?.due == due { return }
        state.timer?.task.cancel()
        state.timer = due.map { due in
            let clock = clock
            let task = Task { [weak self] in
                do {
                    try await clock.wait(max(.zero, due - now))
                } catch {
                    return
                }
                self?.timerRang(due)
            }
            return (due, task)
        }
    }

    private func timerRang(_ due: Duration) {
        state.withLock { state in
            if state.timer?.due == due { state.timer = nil }
        }
        release(now: clock.now())
    }
}
