import Synchronization
import Testing

@testable import Transport

@Suite("A queue with a bound", .timeLimit(.minutes(5)))
struct BoundedQueueTests {
    private typealias Queue = BoundedQueue<Int, String>

    private func next(_ queue: Queue) async -> String {
        switch await queue.next() {
        case .element(let number): "\(number)"
        case .ended(let ending): ending
        case .cancelled: "cancelled"
        }
    }

    @Test func `elements come in order, then the end again and again`() async {
        let queue = Queue(maximumCount: 10)
        for number in 0..<5 { #expect(!queue.push(number)) }
        queue.finish("end")
        queue.finish("second end")
        #expect(!queue.push(9))
        var taken: [String] = []
        for _ in 0..<7 { taken.append(await next(queue)) }
        #expect(taken == ["0", "1", "2", "3", "4", "end", "end"])
    }

    @Test func `at the bound the producer is told to stop, and once half is taken to go on`() async {
        let queue = Queue(maximumCount: 4)
        let relieved = Mutex(0)
        queue.whenThereIsRoom { relieved.withLock { $0 += 1 } }
        #expect((0..<6).map { queue.push($0) } == [false, false, false, true, true, true])
        for left in [5, 4, 3] {
            _ = await next(queue)
            #expect(relieved.withLock { $0 } == 0, "\(left) left")
        }
        _ = await next(queue)
        #expect(relieved.withLock { $0 } == 1)
        #expect(!queue.push(6))
    }

    @Test func `sizes count as well as elements`() async {
        let queue = Queue(maximumCount: 100, maximumSize: 10)
        #expect(!queue.push(1, size: 9))
        #expect(queue.push(2, size: 1))
    }

    @Test func `a producer that waits goes on when there is room, or at the end`() async {
        let queue = Queue(maximumCount: 2)
        _ = queue.push(1)
        let went = Signals<Int>()
        async let first: Void = {
            await queue.pushAndWait(2)
            went.tell(2)
        }()
        #expect(await next(queue) == "1")
        #expect(await went.next() == 2)
        _ = queue.push(3)
        async let second: Void = {
            await queue.pushAndWait(4)
            went.tell(4)
        }()
        queue.finish("end", droppingTheRest: true)
        #expect(await went.next() == 4)
        #expect(await next(queue) == "end")
        _ = await (first, second)
    }

    @Test func `a cancelled consumer takes nothing`() async {
        let queue = Queue(maximumCount: 2)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await next(queue)
        }
        #expect(await task.value == "cancelled")
        _ = queue.push(1)
        #expect(await next(queue) == "1")
    }
}
