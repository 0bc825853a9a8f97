import Glibc
import Synchronization

/// Ctrl-C as a wish: the first one is remembered and asked for at the next good moment, the second ends the process.
enum Interruption {
    private static let requested = Atomic<Bool>(false)

    static var isRequested: Bool {
        requested.load(ordering: .relaxed)
    }

    /// From here on SIGINT and SIGTERM are remembered instead of ending the process.
    static func listen() {
        // A parent may have handed down a mask that holds them back.
        var names = sigset_t()
        sigemptyset(&names)
        sigaddset(&names, SIGINT)
        sigaddset(&names, SIGTERM)
        pthread_sigmask(SIG_UNBLOCK, &names, nil)
        for name in [SIGINT, SIGTERM] {
            // A handler may do little: it stores a flag, and gives the signal its usual effect back.
            signal(name) { number in
                Interruption.requested.store(true, ordering: .relaxed)
                signal(number, SIG_DFL)
            }
        }
    }
}
