import Market
import Storage

/// What time it is, by this machine.
enum SystemClock {
    static var now: Timestamp { Store.systemTime() }
}
