import Testing

@testable import Worker

@Suite("Pace of restarts")
struct RestartPaceTests {
    private let second: Int64 = 1_000_000_000

    @Test("the first deaths cost nothing, then the wait doubles up to half a minute")
    func doubles() {
        var pace = RestartPace()
        for _ in 0..<RestartPace.free { pace.died(at: 0) }
        #expect(pace.delay(at: 0) == 0)
        var waits: [Int64] = []
        for _ in 0..<10 {
            pace.died(at: 0)
            waits.append(pace.delay(at: 0))
        }
        #expect(waits.prefix(4) == [second / 4, second / 2, second, 2 * second])
        #expect(waits.last == RestartPace.longest)
        #expect(pace.delay(at: 29 * second) == second)
    }

    @Test("a minute without a death forgives all of them")
    func forgives() {
        var pace = RestartPace()
        for _ in 0..<20 { pace.died(at: 0) }
        #expect(pace.delay(at: 0) > 0)
        pace.died(at: 61 * second)
        #expect(pace.delay(at: 61 * second) == 0)
    }
}
