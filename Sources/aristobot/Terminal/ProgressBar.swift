import Glibc
import Synchronization

/// How far a long work is, on one line of standard error, when that is a terminal; otherwise nothing is drawn.
///
/// May be told from several threads.
final class ProgressBar: Sendable {
    private struct State {
        var lastDrawn: UInt64 = 0
        var isDrawn = false
    }

    private static let columns = 30
    /// Ten drawings a second are enough for the eye.
    private static let interval: UInt64 = 100_000_000

    private let label: String
    private let isActive: Bool
    private let started: UInt64
    private let state = Mutex(State())

    init(_ label: String, isActive: Bool = Console.errorIsTerminal && Console.environment("TERM") != "dumb") {
        self.label = label
        self.isActive = isActive
        started = MonotonicClock.nanoseconds
    }

    /// Shows a part from 0 to 1; `detail` is asked for only when a drawing is due.
    func show(_ part: Double, detail: () -> String = { "" }) {
        guard isActive else { return }
        let now = MonotonicClock.nanoseconds
        state.withLock { state in
            guard now - state.lastDrawn >= Self.interval, now - started >= 2 * Self.interval else { return }
            state.lastDrawn = now
            state.isDrawn = true
            let part = min(max(part, 0), 1)
            let filled = Int(part * Double(Self.columns))
            let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: Self.columns - filled)
            Console.write("\r\u{1B}[K\(label) [\(bar)] \(Int(part * 100)) % \(detail())", to: STDERR_FILENO)
        }
    }

    /// Wipes the line.
    func clear() {
        guard isActive else { return }
        state.withLock { state in
            if state.isDrawn { Console.write("\r\u{1B}[K", to: STDERR_FILENO) }
            state.isDrawn = false
        }
    }
}
