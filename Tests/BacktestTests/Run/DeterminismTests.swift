import Dispatch
import Market
import StrategyHost
import Synchronization
import Testing
import Trading

@testable import Backtest

@Suite("The same run gives the same result")
struct DeterminismTests {
    static func market(_ count: Int, timeframe: Timeframe = .m15, seed: UInt64 = 7) throws -> CandleSeries {
        SyntheticMarket.generate(
            .init(seed: seed, symbol: try Symbol("BTC/USDT"), timeframe: timeframe, count: count, hasGaps: false))
    }

    static func options() throws -> BacktestOptions {
        var options = BacktestOptions()
        options.timeframe = .m15
        options.fees = try Scripts.fee("0.001")
        options.slippage = Scripts.decimal("0.0002")
        return options
    }

    @Test("twice, and in four threads at once")
    func repeated() throws {
        let script = try Scripts.script(Scripts.cross)
        let options = try Self.options()
        let declaration = try StrategyInstance.declaration(of: script)
        let history = try BacktestHistory(declaration, series: [Self.market(6000)], options: options)
        let first = try Backtest.run(script, history: history, options: options)
        #expect(first.trades.count > 50)
        let hashes = Mutex<[UInt64]>([])
        DispatchQueue.concurrentPerform(iterations: 4) { _ in
            do {
                let result = try Backtest.run(script, history: history, options: options)
                hashes.withLock { $0.append(result.hash) }
            } catch {
                Issue.record(error)
            }
        }
        #expect(hashes.withLock { $0 } == Array(repeating: first.hash, count: 4))
    }

    @Test("random numbers follow the seed")
    func seeds() throws {
        let source = """
            local S = Strategy { name = "dice", timeframe = "15m", warmup = 0 }
            function S:should_long() return random() < 0.2 end
            function S:should_exit() return random() < 0.2 end
            function S:calculate_position_size() return 100 end
            return S
            """
        var options = BacktestOptions()
        let candles = try Self.market(500)
        func hash(_ seed: UInt64) throws -> UInt64 {
            options.seed = seed
            return try Backtest.run(Scripts.script(source), series: [candles], options: options).hash
        }
        #expect(try hash(1) == hash(1))
        #expect(try hash(1) != hash(2))
    }

    @Test("one fill that differs changes the hash")
    func hashSeesAll() throws {
        let base = try Scripts.run(Scripts.buying(at: 2), ContractTests.rising)
        let other = try Scripts.run(Scripts.buying(at: 2), ContractTests.rising) { $0.cash = Money(10_001) }
        let third = try Scripts.run(Scripts.buying(at: 3), ContractTests.rising)
        #expect(Set([base.hash, other.hash, third.hash]).count == 3)
    }

    @Test("no look-ahead: a shorter history gives the same beginning", arguments: [500, 1100, 2999])
    func prefix(count: Int) throws {
        let script = try Scripts.script(Scripts.cross)
        let options = try Self.options()
        let all = try Self.market(3000)
        let whole = try Backtest.run(script, series: [all], options: options)
        let part = try Backtest.run(script, series: [all.slice(0..<count)], options: options)
        // The last candle is another one's end of data.
        #expect(Array(part.equity.dropLast()) == Array(whole.equity.prefix(count - 1)))
        let closed = part.trades.filter { $0.reason != "end_of_data" }
        #expect(closed == Array(whole.trades.prefix(closed.count)))
        #expect(whole.trades.count >= part.trades.count)
        #expect(closed.count > 5)
    }

    @Test("history before --from changes nothing when it only lengthens what is known")
    func longerHistory() throws {
        let all = try Self.market(2000)
        var options = try Self.options()
        options.from = all[400].openTime
        options.parameters = ["fast": "2", "slow": "3"]
        let long = try Backtest.run(Scripts.script(Scripts.cross), series: [all], options: options)
        let short = try Backtest.run(
            Scripts.script(Scripts.cross), series: [all.slice(200..<2000)], options: options)
        // An average of three forgets a hundred candles within the precision of a Double.
        #expect(long.trades.map(\.entryTime) == short.trades.map(\.entryTime))
    }
}
