import Market
import Synchronization
import Transport

/// The venue's clock, as far as it is known: asked now and then, and counted on by this machine's in between.
final class VenueClock: Sendable {
    /// How long an answer holds: two clocks of quartz drift apart by less than 0.2 s in this time.
    static let validity = Duration.seconds(1800)

    let machine: TransportClock
    private let state = Mutex<(offset: ClockOffset, at: Duration)?>(nil)

    /// - Parameter machine: since 1970 by this machine's clock.
    init(machine: TransportClock) {
        self.machine = machine
    }

    var machineTime: Timestamp { Self.timestamp(machine.now()) }

    /// Nil when the venue has not been asked, or too long ago.
    var offset: ClockOffset? {
        let now = machine.now()
        return state.withLock { state in
            guard let state, (now - state.at) < Self.validity, state.at <= now else { return nil }
            return state.offset
        }
    }

    /// What is known, however old.
    var lastOffset: ClockOffset? { state.withLock { $0?.offset } }

    func set(_ offset: ClockOffset) {
        let now = machine.now()
        state.withLock { $0 = (offset, now) }
    }

    static func timestamp(_ time: Duration) -> Timestamp {
        let (seconds, attoseconds) = time.components
        return Timestamp(milliseconds: seconds * 1000 + attoseconds / 1_000_000_000_000_000)
    }
}
