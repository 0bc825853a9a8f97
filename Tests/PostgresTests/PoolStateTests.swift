import TestSupport
import Testing

@testable import Postgres

@Suite("The pool's bookkeeping")
struct PoolStateTests {
    @Test("Slots are given out, then calls wait in order, then they are refused")
    func order() {
        var state = PoolState<String>(size: 1, maximumWaiting: 2)
        guard case .open? = state.acquireNow() else { Issue.record("no slot"); return }
        let none = state.acquireNow()
        #expect(none == nil)
        guard case .queued = state.acquire(waiter: 1), case .queued = state.acquire(waiter: 2),
            case .full = state.acquire(waiter: 3)
        else { Issue.record("queue"); return }
        guard case .handOver(1, .use("c")) = state.release("c") else { Issue.record("first"); return }
        guard case .handOver(2, .open) = state.lose() else { Issue.record("second"); return }
        guard case .parked = state.release("d"), case .use("d")? = state.acquireNow() else {
            Issue.record("idle"); return
        }
        guard case .dropped = state.lose() else { Issue.record("lost"); return }
        #expect(state.slots == 0)
    }

    @Test("Who gave up gets nothing")
    func givingUp() {
        var state = PoolState<String>(size: 1, maximumWaiting: 2)
        _ = state.acquireNow()
        _ = state.acquire(waiter: 1)
        let (first, again) = (state.giveUp(waiter: 1), state.giveUp(waiter: 1))
        #expect(first && !again)
        guard case .parked = state.release("c") else { Issue.record("not parked"); return }
    }

    @Test("A closed pool takes connections back only to drop them")
    func closing() {
        var state = PoolState<String>(size: 2, maximumWaiting: 2)
        _ = state.acquireNow()
        _ = state.acquireNow()
        _ = state.release("idle")
        let left = state.close()
        #expect(left.idle == ["idle"])
        guard case .dropped = state.release("late"), case .closed = state.acquire(waiter: 9) else {
            Issue.record("open")
            return
        }
        #expect(state.slots == 0)
    }

    @Test("Random sequences never exceed the slots nor forget a waiter")
    func random() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var numbers = SeededNumbers(seed: seed)
        var state = PoolState<Int>(size: 3, maximumWaiting: 4)
        var leased = 0
        var waiting: Set<Int> = []
        for turn in 0..<20_000 {
            switch numbers.below(5) {
            case 0, 1:
                switch state.acquire(waiter: turn) {
                case .granted: leased += 1
                case .queued: waiting.insert(turn)
                case .full, .closed: break
                }
            case 2 where leased > 0: leased += served(state.release(turn), &waiting) - 1
            case 3 where leased > 0: leased += served(state.lose(), &waiting) - 1
            case 4:
                if let one = waiting.first, state.giveUp(waiter: one) { waiting.remove(one) }
            default: break
            }
            #expect(state.slots <= 3 && state.slots == leased + state.idle.count, "seed \(seed), turn \(turn)")
            #expect(Set(state.waiters) == waiting, "seed \(seed), turn \(turn)")
            #expect(waiting.isEmpty || state.idle.isEmpty, "seed \(seed), turn \(turn)")
        }
    }

    private func served(_ release: PoolState<Int>.Release, _ waiting: inout Set<Int>) -> Int {
        guard case .handOver(let waiter, _) = release else { return 0 }
        waiting.remove(waiter)
        return 1
    }

    @Test("Pauses grow to a limit and vary by half")
    func backoff() {
        var backoff = Backoff()
        var last: Duration = .zero
        for _ in 0..<40 {
            let pause = backoff.fail(fraction: 1)
            #expect(pause >= last && pause <= Backoff.limit)
            last = pause
        }
        #expect(last == Backoff.limit)
        backoff.succeed()
        let shortest = backoff.fail(fraction: 0)
        #expect(shortest == Backoff.first / 2)
    }
}
