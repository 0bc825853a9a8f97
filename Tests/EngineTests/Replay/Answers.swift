import Synchronization
import Worker

/// Collects answers from a thread of an executor.
final class Answers: Sendable {
    private let kept = Mutex<[DecisionAnswer]>([])

    func put(_ answer: DecisionAnswer) { kept.withLock { $0.append(answer) } }
    var all: [DecisionAnswer] { kept.withLock { $0 } }
}
