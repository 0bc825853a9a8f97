import Synchronization

/// How much is waiting or being worked on; zero means that nothing goes on by itself.
final class Activity: Sendable {
    private let count = Atomic<Int>(0)

    func add(_ change: Int) {
        count.add(change, ordering: .acquiringAndReleasing)
    }

    var isNone: Bool { count.load(ordering: .acquiring) == 0 }
}
