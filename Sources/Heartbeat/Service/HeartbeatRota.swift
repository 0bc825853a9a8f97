import Broker
import Logging
import Storage

/// Lets one of several processes be the heartbeat of a market: this one stands by until it is its turn, and again when
/// another one has its place.
///
/// While the store cannot be asked everything stays as it is: whoever is at work goes on, since what it makes waits for
/// the store as well, and whoever stands by stands by.
public struct HeartbeatRota: Sendable {
    private let place: any HeartbeatPlace
    private let every: Duration
    private let clock: HeartbeatClock
    private let logger: Logger

    /// What is known of the own place.
    private struct Seat {
        var runner: HeartbeatRunnerID?
        var isAtWork = false
        /// Who is at work, as far as it was logged.
        var other: String?
        var failures = 0
    }

    /// How long signing off is waited for at the end; beyond that the others find out by themselves.
    private static let patience = Duration.seconds(2)

    /// - Parameter every: how often it says that it lives, or looks whether the place is free; well below the life
    ///   that the place gives it.
    public init(
        market: VenueName, place: any HeartbeatPlace, every: Duration = .seconds(3), clock: HeartbeatClock = .system,
        logger: Logger
    ) {
        self.place = place
        self.every = every
        self.clock = clock
        var logger = logger
        logger[metadataKey: "market"] = "\(market)"
        self.logger = logger
    }

    /// Until the task is cancelled.
    ///
    /// - Parameter beat: is the heartbeat until its task is cancelled; called anew for each turn.
    public func run(_ beat: @escaping @Sendable () async -> Void) async {
        var seat = Seat()
        repeat {
            await offer(&seat)
            if seat.isAtWork { await work(&seat, beat) }
        } while await rest()
        await withdraw(seat)
    }

    private func work(_ seat: inout Seat, _ beat: @escaping @Sendable () async -> Void) async {
        logger.notice("this process is the market's heartbeat")
        let beating = Task { await beat() }
        while seat.isAtWork, await rest() { await offer(&seat) }
        beating.cancel()
        // Before anybody is told that the place is free.
        await beating.value
    }

    private func offer(_ seat: inout Seat) async {
        do {
            let turn = try await place.offer(seat.runner)
            if let former = turn.successorOf {
                logger.warning("the former heartbeat is not heard of any more", metadata: ["former": "\(former)"])
            }
            if let other = turn.other, other != seat.other {
                logger.notice("another process is the market's heartbeat: standing by", metadata: ["it": "\(other)"])
            }
            seat = Seat(runner: turn.runner, isAtWork: turn.isAtWork, other: turn.other)
        } catch {
            guard !Task.isCancelled else { return }
            seat.failures += 1
            if seat.failures == 1 || seat.failures % 20 == 0 {
                logger.warning("whose turn it is cannot be asked", metadata: ["reason": "\(error)"])
            }
        }
    }

    /// False when the task is cancelled.
    private func rest() async -> Bool {
        do {
            try await clock.sleep(every)
            return !Task.isCancelled
        } catch {
            return false
        }
    }

    private func withdraw(_ seat: Seat) async {
        guard let runner = seat.runner else { return }
        let place = place
        // This one is cancelled, and what it asked would be too.
        let leaving = Task { try await place.withdraw(runner) }
        let limit = Task {
            try await Task.sleep(for: Self.patience)
            leaving.cancel()
        }
        defer { limit.cancel() }
        do {
            try await leaving.value
        } catch {
            logger.debug("could not sign off: another one takes over later", metadata: ["reason": "\(error)"])
        }
    }
}
