import Foundation
import Glibc
import Synchronization

/// Ctrl-C as a wish: the first one is remembered and asked for at the next good moment, the second ends the process.
enum Interruption {
    private static let requested = Atomic<Bool>(false)
    /// When the first one came, by the monotonic clock.
    private static let first = Atomic<UInt64>(0)
    /// Within so many nanoseconds another one is taken for the same: a terminal and whoever started the program may
    /// both pass it on.
    private static let echo: UInt64 = 300_000_000
    /// The end of a pipe that the handler writes to; -1 before anybody listens.
    private static let bell = Atomic<Int32>(-1)
    private static let listeners = Mutex<(isListening: Bool, reactions: [@Sendable () -> Void])>((false, []))

    static var isRequested: Bool {
        requested.load(ordering: .relaxed)
    }

    /// From here on SIGINT, SIGTERM and SIGHUP, a terminal that is closed, are remembered instead of ending the
    /// process. A SIGHUP that the parent has had ignored, as nohup does, stays so.
    static func listen() {
        let isFirst = listeners.withLock { state in
            defer { state.isListening = true }
            return !state.isListening
        }
        guard isFirst else { return }
        waitForBell()
        // A parent may have handed down a mask that holds them back.
        var names = sigset_t()
        sigemptyset(&names)
        sigaddset(&names, SIGINT)
        sigaddset(&names, SIGTERM)
        sigaddset(&names, SIGHUP)
        pthread_sigmask(SIG_UNBLOCK, &names, nil)
        for name in [SIGINT, SIGTERM] + (isIgnored(SIGHUP) ? [] : [SIGHUP]) {
            // A handler may do little: it stores a flag and rings, or gives the signal its usual effect.
            signal(name) { number in
                let now = MonotonicClock.nanoseconds
                guard Interruption.requested.exchange(true, ordering: .relaxed) else {
                    Interruption.first.store(now, ordering: .relaxed)
                    var byte: UInt8 = 0
                    _ = write(Interruption.bell.load(ordering: .relaxed), &byte, 1)
                    return
                }
                guard now &- Interruption.first.load(ordering: .relaxed) > Interruption.echo else { return }
                signal(number, SIG_DFL)
                raise(number)
            }
        }
    }

    private static func isIgnored(_ name: Int32) -> Bool {
        // The only way to see it is to take it, and to put it back.
        let found = signal(name, SIG_IGN)
        signal(name, found)
        return unsafeBitCast(found, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    /// Calls `reaction` once the first signal comes, on a thread of its own; at once where it has come.
    static func onRequest(_ reaction: @escaping @Sendable () -> Void) {
        listeners.withLock { $0.reactions.append(reaction) }
        if isRequested { react() }
    }

    /// Until the first signal, or until the task is cancelled, which the first signal does to a command.
    static func wait() async {
        let (signals, arrival) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        onRequest { arrival.finish() }
        for await _ in signals {}
    }

    private static func react() {
        let reactions = listeners.withLock { state in
            defer { state.reactions = [] }
            return state.reactions
        }
        for reaction in reactions { reaction() }
    }

    /// One thread waits for the bell until the process ends.
    private static func waitForBell() {
        var ends: [Int32] = [-1, -1]
        // Without a pipe the flag alone is looked at, as long work does anyway.
        guard pipe(&ends) == 0 else { return }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        bell.store(ends[1], ordering: .relaxed)
        let end = ends[0]
        Thread.detachNewThread {
            var byte: UInt8 = 0
            while true {
                let count = read(end, &byte, 1)
                if count < 0 && errno == EINTR { continue }
                guard count == 1 else { return }
                react()
            }
        }
    }
}
