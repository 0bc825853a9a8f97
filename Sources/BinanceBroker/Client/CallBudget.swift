import Broker
import Market
import Synchronization
import Transport
import Wording

/// The venue's limits for one account on one address: who may call now, and what replies tell of it.
final class CallBudget: Sendable {
    private static let weight: RateLimitUnit = "weight"
    private static let orders: RateLimitUnit = "orders"
    private static let rawRequests: RateLimitUnit = "requests"

    private struct State {
        var limits: [ExchangeInfoReply.Limit]
        /// Until when the venue asked to stay away, by the machine's clock.
        var awayUntil = Duration.zero
    }

    private let limiter: RateLimiter
    private let clock: VenueClock
    private let longestTurn: Duration
    private let state: Mutex<State>

    init(clock: VenueClock, longestTurn: Duration) {
        self.clock = clock
        self.longestTurn = longestTurn
        // What the venue states today; its own list replaces it as soon as it is read.
        let limits = [
            ExchangeInfoReply.Limit(kind: .weight, window: .seconds(60), windowName: "1M", limit: 6000),
            ExchangeInfoReply.Limit(kind: .orders, window: .seconds(10), windowName: "10S", limit: 50),
        ]
        state = Mutex(State(limits: limits))
        let machine = clock.machine
        limiter = RateLimiter(
            limits.compactMap(Self.window), reserved: [Self.orders],
            clock: TransportClock(
                now: { machine.now() + .milliseconds(clock.lastOffset?.milliseconds ?? 0) }, wait: machine.wait))
    }

    func set(_ limits: [ExchangeInfoReply.Limit]) {
        guard !limits.isEmpty, state.withLock({ $0.limits != limits }) else { return }
        state.withLock { $0.limits = limits }
        limiter.setWindows(limits.compactMap(Self.window))
    }

    func close() {
        limiter.close()
    }

    private static func window(_ limit: ExchangeInfoReply.Limit) -> RateLimitWindow? {
        RateLimitWindow(unit(limit.kind), limit: limit.limit, per: limit.window)
    }

    private static func unit(_ kind: ExchangeInfoReply.Limit.Kind) -> RateLimitUnit {
        switch kind {
        case .weight: weight
        case .orders: orders
        case .rawRequests: rawRequests
        }
    }

    /// Waits, at most `longestTurn` and not past `latest`, until the call may go; answers when it was let go.
    func turn(weight: Int, orders: Int, by latest: Duration? = nil) async throws(BrokerError) -> Duration {
        let longestTurn = max(.zero, min(longestTurn, latest.map { $0 - clock.machine.now() } ?? longestTurn))
        let away = state.withLock { $0.awayUntil } - clock.machine.now()
        guard away <= longestTurn else { throw Self.askedToWait(away) }
        let cost: RateLimitBudget.Cost = [Self.weight: weight, Self.orders: orders, Self.rawRequests: 1]
        let (limiter, wait, longest) = (limiter, clock.machine.wait, longestTurn)
        let isUrgent = CallUrgency.isUrgent
        let answer = await withTaskGroup(of: Result<Duration, RateLimitFailure>?.self) { group in
            group.addTask {
                do throws(RateLimitFailure) {
                    return .success(try await limiter.wait(for: cost, isUrgent: isUrgent))
                } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                // Ends early only because the turn has come.
                try? await wait(longest)
                return nil
            }
            var answer = Result<Duration, RateLimitFailure>.failure(.cancelled)
            // Whoever is first ends the other; a turn that came in the same moment counts.
            for await result in group {
                if let result { answer = result }
                group.cancelAll()
            }
            return answer
        }
        switch answer {
        case .success(let time): return time
        case .failure(.cancelled) where !Task.isCancelled: throw Self.askedToWait(longestTurn)
        case .failure(let failure): throw .retryable(failure.message, after: nil)
        }
    }

    private static func askedToWait(_ time: Duration) -> BrokerError {
        let seconds = max(1, time.components.seconds)
        return .retryable(
            Message(
                "Binance's limit on calls is reached: wait \(seconds) s; nothing was sent",
                fr: "la limite d'appels de Binance est atteinte : attendez \(seconds) s ; rien n'a été envoyé"),
            after: .seconds(seconds))
    }

    /// Reads what the venue has counted, and how long it wants to be left alone.
    func take(_ response: HTTPResponse, turn: Duration) {
        for limit in state.withLock({ $0.limits }) {
            let name: String
            switch limit.kind {
            case .weight: name = "X-MBX-USED-WEIGHT-\(limit.windowName)"
            case .orders: name = "X-MBX-ORDER-COUNT-\(limit.windowName)"
            case .rawRequests: continue
            }
            guard let used = response.headers[name].flatMap({ Int($0) }), used >= 0 else { continue }
            limiter.report(used: used, of: Self.unit(limit.kind), per: limit.window, askedAt: turn)
        }
        guard response.status == 429 || response.status == 418 else { return }
        let fault = VenueFault(
            status: response.status, body: response.body, retryAfter: response.headers.retryAfter)
        guard case .retryable(_, let wait?) = fault.error(effect: .none) else { return }
        if fault.code == -1015 {
            limiter.pause(Self.orders, for: wait)
        } else {
            limiter.pause(for: wait)
            let until = clock.machine.now() + wait
            state.withLock { $0.awayUntil = max($0.awayUntil, until) }
        }
    }
}
