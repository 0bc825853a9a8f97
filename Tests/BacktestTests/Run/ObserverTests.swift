import Market
import Synchronization
import Testing
import Trading
import Wording

@testable import Backtest

@Suite("A run is watched and stopped")
struct ObserverTests {
    @Test("the last progress says all")
    func progress() throws {
        let seen = Mutex<[BacktestProgress]>([])
        let observer = BacktestObserver(progress: { state in seen.withLock { $0.append(state) } })
        let result = try Backtest.run(
            Scripts.script(Scripts.cross), series: [try DeterminismTests.market(2000)],
            options: DeterminismTests.options(), observer: observer)
        let states = seen.withLock { $0 }
        #expect(states.last?.done == result.range.count)
        #expect(states.last?.fraction == 1)
        #expect(states.map(\.done) == states.map(\.done).sorted())
    }

    @Test("a cancelled run ends with what is known so far, the position closed at the last close used")
    func cancel() throws {
        let asked = Atomic<Int>(0)
        let observer = BacktestObserver(isCancelled: { asked.wrappingAdd(1, ordering: .relaxed).newValue > 20 })
        let candles = try DeterminismTests.market(2000)
        let options = try DeterminismTests.options()
        let result = try Backtest.run(
            Scripts.script(Scripts.cross), series: [candles], options: options, observer: observer)
        #expect(result.ending == .interrupted)
        #expect(result.range.count > 0)
        #expect(result.range.count < 2000)
        let same = try Backtest.run(
            Scripts.script(Scripts.cross), series: [candles.slice(0..<result.range.count)], options: options)
        #expect(same.hash == result.hash)
    }

    @Test("a run that is cancelled at once is a result too")
    func cancelAtOnce() throws {
        let result = try Backtest.run(
            Scripts.script(Scripts.cross), series: [try DeterminismTests.market(2000)],
            options: DeterminismTests.options(), observer: BacktestObserver(isCancelled: { true }))
        #expect(result.ending == .interrupted)
        #expect(result.range.count == 16)
        #expect(!HTMLReport(result, language: .english).page.isEmpty)
    }
}
