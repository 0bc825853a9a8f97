import Foundation
import Market
import StrategyHost
import Synchronization
import Trading
import Wording

/// Tries a strategy with every combination of a grid, on all cores, over one shared history.
public struct Optimizer: Sendable {
    /// What the table is sorted by, best first.
    public enum Figure: String, Sendable, CaseIterable {
        case netProfit = "net_profit"
        case sharpe
        case sortino
        case calmar
        case profitFactor = "profit_factor"
        case maxDrawdown = "max_drawdown_pct"
        case winRate = "win_rate"
        case expectancy

        /// Larger is better.
        func score(_ report: PerformanceReport) -> Double? {
            switch self {
            case .netProfit: report.netProfit
            case .sharpe: report.sharpe
            case .sortino: report.sortino
            case .calmar: report.calmar
            case .profitFactor: report.profitFactor
            case .maxDrawdown: -report.drawdown.percent
            case .winRate: report.winRate
            case .expectancy: report.expectancy
            }
        }
    }

    /// One combination and what came of it.
    public struct Row: Sendable {
        /// Its place in the grid.
        public let index: Int
        public let parameters: [String: String]
        public let performance: PerformanceReport
        public let hash: UInt64
        /// Whether the strategy failed too often in a row.
        public let failed: Bool
    }

    public struct Outcome: Sendable {
        /// Best first; equal ones, and those without the figure, in the order of the grid.
        public var rows: [Row]
        public var figure: Figure
        /// Combinations that the parameters' ranges or the strategy's `valid(p)` refuse.
        public var skipped: Int
        /// Combinations of the grid.
        public var total: Int
        public var isInterrupted: Bool
        public var elapsedSeconds: Double
        /// Of all threads together.
        public var cpuSeconds: Double
    }

    private let script: StrategyScript
    private let history: BacktestHistory
    private let options: BacktestOptions
    private let grid: ParameterGrid
    private let figure: Figure
    private let threads: Int

    /// - Parameter threads: nil takes one for each core.
    public init(
        _ script: StrategyScript, history: BacktestHistory, grid: ParameterGrid, options: BacktestOptions,
        figure: Figure = .netProfit, threads: Int? = nil
    ) {
        self.script = script
        self.history = history
        self.options = options
        self.grid = grid
        self.figure = figure
        let cores = ProcessInfo.processInfo.activeProcessorCount
        self.threads = max(1, min(threads ?? cores, cores * 2, grid.count))
    }

    /// What one thread has come to.
    private struct Share {
        var rows: [Row] = []
        var skipped = 0
        var work: UInt64 = 0
        var failure: (index: Int, error: any Error)?
    }

    /// Runs the grid. A cancelled optimisation answers the combinations that were finished.
    ///
    /// - Throws: what `Backtest.run` throws, for the first combination of the grid that is refused for another reason
    ///   than its parameters.
    public func run(_ observer: BacktestObserver = .none) throws -> Outcome {
        let start = RunClock.wall
        let next = Atomic<Int>(0)
        let done = Atomic<Int>(0)
        let stopped = Atomic<Bool>(false)
        let shares = Mutex<[Share]>([])
        let teller = Mutex(ProgressTeller(observer, total: grid.count))
        DispatchQueue.concurrentPerform(iterations: threads) { _ in
            let began = RunClock.thread
            var share = Share()
            while !stopped.load(ordering: .relaxed) {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < grid.count else { break }
                let finished = attempt(index, observer, into: &share)
                if share.failure != nil || !finished { stopped.store(true, ordering: .relaxed) }
                let count = done.wrappingAdd(1, ordering: .relaxed).newValue
                if !(teller.withLock { $0.goesOn(after: count) }) { stopped.store(true, ordering: .relaxed) }
            }
            share.work = RunClock.thread - began
            shares.withLock { $0.append(share) }
        }
        let all = shares.withLock { $0 }
        if let failure = all.compactMap(\.failure).min(by: { $0.index < $1.index }) { throw failure.error }
        teller.withLock { $0.finish(done.load(ordering: .relaxed)) }
        return Outcome(
            rows: sorted(all.flatMap(\.rows)), figure: figure, skipped: all.reduce(0) { $0 + $1.skipped },
            total: grid.count, isInterrupted: stopped.load(ordering: .relaxed),
            elapsedSeconds: Double(RunClock.wall - start) / 1e9,
            cpuSeconds: Double(all.reduce(0) { $0 + $1.work }) / 1e9)
    }

    /// Whether the combination was tried to its end.
    private func attempt(_ index: Int, _ observer: BacktestObserver, into share: inout Share) -> Bool {
        var options = options
        options.parameters.merge(grid[index]) { _, tried in tried }
        options.keepsPlots = false
        options.journalLimit = 0
        let cancelling = BacktestObserver(isCancelled: observer.isCancelled)
        do {
            let result = try Backtest.run(script, history: history, options: options, observer: cancelling)
            guard result.ending != .interrupted else { return false }
            share.rows.append(
                Row(
                    index: index, parameters: grid[index], performance: result.performance, hash: result.hash,
                    failed: result.ending != .complete))
        } catch let error as StrategyError where error.diagnostics.allSatisfy(Self.refusesParameters) {
            share.skipped += 1
        } catch {
            share.failure = (index, error)
        }
        return true
    }

    private static func refusesParameters(_ diagnostic: Diagnostic) -> Bool {
        diagnostic.severity != .error || ["parameter-value", "invalid-parameters"].contains(diagnostic.code)
    }

    private func sorted(_ rows: [Row]) -> [Row] {
        rows.sorted { left, right in
            let scores = (figure.score(left.performance), figure.score(right.performance))
            switch scores {
            case (let first?, let second?) where first != second: return first > second
            case (_?, nil): return true
            case (nil, _?): return false
            default: return left.index < right.index
            }
        }
    }
}
