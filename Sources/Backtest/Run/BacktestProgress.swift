import Glibc

/// How far a run is.
public struct BacktestProgress: Sendable, Hashable {
    public let done: Int
    /// Candles, or runs of an optimisation.
    public let total: Int
    /// Seconds since the start, by the wall's clock.
    public let elapsedSeconds: Double

    public var fraction: Double { total > 0 ? Double(done) / Double(total) : 1 }
}

/// Watches a run: tells how far it is, at most ten times a second, and asks whether to stop.
public struct BacktestObserver: Sendable {
    /// Called on the thread that runs.
    let progress: (@Sendable (BacktestProgress) -> Void)?
    /// Asked every few candles, so it must be quick.
    let isCancelled: (@Sendable () -> Bool)?

    public init(
        progress: (@Sendable (BacktestProgress) -> Void)? = nil, isCancelled: (@Sendable () -> Bool)? = nil
    ) {
        self.progress = progress
        self.isCancelled = isCancelled
    }

    /// Nobody watches.
    public static let none = BacktestObserver()
}

/// The clocks of a run.
enum RunClock {
    /// Nanoseconds of the wall's clock, which never goes back.
    static var wall: UInt64 { clock_gettime_nsec(CLOCK_MONOTONIC) }
    /// Nanoseconds of work of the calling thread.
    static var thread: UInt64 { clock_gettime_nsec(CLOCK_THREAD_CPUTIME_ID) }

    private static func clock_gettime_nsec(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}

/// Calls an observer at a bounded rate.
struct ProgressTeller {
    private let observer: BacktestObserver
    private let total: Int
    private let start = RunClock.wall
    private var next: UInt64

    /// A tenth of a second.
    private static let interval: UInt64 = 100_000_000

    init(_ observer: BacktestObserver, total: Int) {
        self.observer = observer
        self.total = total
        next = start + Self.interval
    }

    /// Whether the run is to go on after `done` of its steps.
    mutating func goesOn(after done: Int) -> Bool {
        if let isCancelled = observer.isCancelled, isCancelled() { return false }
        guard observer.progress != nil else { return true }
        let now = RunClock.wall
        if now >= next {
            next = now + Self.interval
            tell(done, now)
        }
        return true
    }

    /// Tells the last state, whenever the one before was told.
    func finish(_ done: Int) {
        tell(done, RunClock.wall)
    }

    private func tell(_ done: Int, _ now: UInt64) {
        observer.progress?(
            BacktestProgress(done: done, total: total, elapsedSeconds: Double(now - start) / 1e9))
    }
}
