import CWorkerWalls
import Foundation
import Glibc
import Synchronization
import Wording

/// What a `JobThread` owns and works with; used by that thread alone.
protocol JobOwner: AnyObject, SendableMetatype {
    /// A descriptor whose becoming readable wakes the thread when it has no jobs; negative for none.
    var watched: Int32 { get }
    /// Does one small piece of work that waits. Answers milliseconds until it wants to be called again: 0 at once,
    /// negative when nothing but a job or the descriptor gives it work.
    func idle() -> Int32
    /// The last call.
    func end()
}

/// A thread of its own that works off jobs one after the other, in the order in which they came: the interpreter
/// blocks, and so does talking to a worker process.
///
/// It lives until `close`; a child that it starts lives no longer than it.
final class JobThread<Owner: JobOwner>: Sendable {
    typealias Job = @Sendable (Owner) -> Void

    private struct State {
        var jobs: [Job] = []
        var isClosed = false
        /// Who waits for the thread's end.
        var leavers: [@Sendable () -> Void] = []
        var hasEnded = false
    }

    /// Jobs that may wait at once; what they carry belongs to callers that wait for them.
    static var mostWaiting: Int { 100_000 }

    /// Milliseconds between two looks at the queue where nothing can wake the thread.
    private static var blindPause: Int32 { 10 }

    private let state = Mutex(State())
    /// Becomes readable when there are jobs; -1 where the process had no descriptor left: then they are looked for.
    private let wake: Int32

    /// - Parameters:
    ///   - stackBytes: an interpreter needs 1 MiB.
    ///   - make: called on the thread, first.
    init(name: String, stackBytes: Int = 8 << 20, make: @escaping @Sendable () -> Owner) {
        wake = aw_make_event()
        let thread = Thread { [self] in work(make()) }
        thread.name = name
        thread.stackSize = stackBytes
        thread.start()
    }

    /// Puts a job at the end of the queue; false when the thread is closed or too much waits.
    func add(_ job: @escaping Job) -> Bool {
        let added = state.withLock { state in
            guard !state.isClosed, state.jobs.count < Self.mostWaiting else { return false }
            state.jobs.append(job)
            return true
        }
        if added { rouse() }
        return added
    }

    /// Runs a job and waits for what comes of it.
    func run<Answer: Sendable>(
        _ job: @escaping @Sendable (Owner) -> Result<Answer, ExecutorError>
    ) async throws(ExecutorError) -> Answer {
        try await result(job).get()
    }

    /// The same as a result.
    func result<Answer: Sendable>(
        _ job: @escaping @Sendable (Owner) -> Result<Answer, ExecutorError>
    ) async -> Result<Answer, ExecutorError> {
        await withCheckedContinuation { (continuation: CheckedContinuation<_, Never>) in
            let isAdded = add { continuation.resume(returning: job($0)) }
            if !isAdded { continuation.resume(returning: .failure(Self.refusal)) }
        }
    }

    /// Lets the jobs that wait be worked off, then ends the thread; returns when it has ended.
    func close() async {
        await withCheckedContinuation { continuation in
            let hasEnded = state.withLock { state in
                state.isClosed = true
                if !state.hasEnded { state.leavers.append { continuation.resume() } }
                return state.hasEnded
            }
            if hasEnded { continuation.resume() } else { rouse() }
        }
    }

    /// The same for whoever cannot wait.
    func closeWithoutWaiting() {
        state.withLock { $0.isClosed = true }
        rouse()
    }

    private static var refusal: ExecutorError {
        .unavailable(
            Message(
                "the executor is closed, or too many calls wait",
                fr: "l'exécuteur est fermé, ou trop d'appels attendent"))
    }

    // MARK: On the thread

    private func work(_ owner: Owner) {
        while true {
            let (jobs, isClosed) = state.withLock { state in
                let jobs = state.jobs
                state.jobs = []
                return (jobs, state.isClosed)
            }
            for job in jobs { job(owner) }
            if !jobs.isEmpty { continue }
            if isClosed { break }
            let pause = owner.idle()
            if pause != 0 { wait(owner.watched, pause) }
        }
        owner.end()
        let leavers = state.withLock { state in
            state.hasEnded = true
            Glibc.close(wake)
            return state.leavers
        }
        for leaver in leavers { leaver() }
    }

    private func wait(_ watched: Int32, _ milliseconds: Int32) {
        let pause = wake >= 0 ? milliseconds : Self.blindPause
        // A negative descriptor is passed over.
        var places = [pollfd(fd: wake, events: Int16(POLLIN), revents: 0)]
        if watched >= 0 { places.append(pollfd(fd: watched, events: Int16(POLLIN), revents: 0)) }
        poll(&places, nfds_t(places.count), pause)
        var count: UInt64 = 0
        read(wake, &count, 8)
    }

    private func rouse() {
        // The descriptor is closed under the lock, by a thread that then has ended.
        state.withLock { state in
            guard !state.hasEnded else { return }
            var one: UInt64 = 1
            write(wake, &one, 8)
        }
    }
}
