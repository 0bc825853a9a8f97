import Market
import StrategyHost
import Synchronization
import Testing
import Trading

@testable import Backtest

@Suite("An optimisation")
struct OptimizerTests {
    static func optimizer(
        _ axes: [String], figure: Optimizer.Figure = .netProfit, threads: Int = 2, source: String = Scripts.cross
    ) throws -> Optimizer {
        let script = try Scripts.script(source)
        let options = try DeterminismTests.options()
        let history = try BacktestHistory(
            StrategyInstance.declaration(of: script), series: [DeterminismTests.market(1500)], options: options)
        return Optimizer(
            script, history: history, grid: try ParameterGrid(parsing: axes), options: options, figure: figure,
            threads: threads)
    }

    @Test("tries every combination once, skips and counts those that valid(p) or a range refuses")
    func grid() throws {
        let outcome = try Self.optimizer(["fast=5:30:5", "slow=10:40:10"]).run()
        // Of 24 pairs, those with fast >= slow: 10: 5 of 6, 20: 3, 30: 1, 40: 0.
        #expect(outcome.total == 24)
        #expect(outcome.skipped == 9)
        #expect(outcome.rows.count == 15)
        #expect(Set(outcome.rows.map(\.index)).count == 15)
        let beyond = try Self.optimizer(["fast=99:101"]).run()
        #expect(beyond.skipped == 3)
    }

    @Test("the rows are sorted by the figure, and one thread or three give the same table")
    func order() throws {
        let one = try Self.optimizer(["fast=4:12:4", "slow=15:35:10"], figure: .sharpe, threads: 1).run()
        let three = try Self.optimizer(["fast=4:12:4", "slow=15:35:10"], figure: .sharpe, threads: 3).run()
        #expect(one.rows.map(\.hash) == three.rows.map(\.hash))
        let scores = one.rows.compactMap(\.performance.sharpe)
        #expect(scores == scores.sorted(by: >))
        #expect(one.rows.count == 9)
    }

    @Test("a row equals the run with its parameters")
    func sameAsRun() throws {
        let outcome = try Self.optimizer(["fast=6", "slow=18,25"]).run()
        let row = try #require(outcome.rows.first)
        var options = try DeterminismTests.options()
        options.parameters = row.parameters
        let result = try Backtest.run(
            Scripts.script(Scripts.cross), series: [DeterminismTests.market(1500)], options: options)
        #expect(result.hash == row.hash)
        #expect(result.performance == row.performance)
    }

    @Test("an unknown parameter is an error, not a skipped combination")
    func unknown() throws {
        #expect(throws: StrategyError.self) { try Self.optimizer(["quick=5:10:5"]).run() }
    }

    @Test("a cancelled optimisation answers what was finished")
    func cancel() throws {
        let done = Atomic<Int>(0)
        let observer = BacktestObserver(isCancelled: { done.wrappingAdd(1, ordering: .relaxed).newValue > 300 })
        let outcome = try Self.optimizer(["fast=5:10", "slow=20:60:4"]).run(observer)
        #expect(outcome.isInterrupted)
        #expect(outcome.rows.count < outcome.total)
    }
}
