import Backtest
import Glibc
import Market
import StrategyHost
import Trading

/// Measures what the command line does not show: runs at three lengths, and instances at three counts.
///
///     backtest-bench lengths STRATEGY.lua FILE.csv.gz
///     backtest-bench instances STRATEGY.lua COUNT
///
/// Prints one JSON object a line.
@main
struct BacktestBench {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 4 else {
            print("usage: backtest-bench lengths STRATEGY.lua FILE.csv.gz | instances STRATEGY.lua COUNT")
            exit(2)
        }
        let script = try StrategyScript(name: arguments[2], bytes: read(arguments[2]))
        switch arguments[1] {
        case "lengths": try lengths(script, file: arguments[3])
        default: try instances(script, count: Int(arguments[3]) ?? 1)
        }
    }

    /// The run alone over a quarter, a half and all of the candles.
    static func lengths(_ script: StrategyScript, file: String) throws {
        let candles = try CandleCSVReader(symbol: try Symbol("BTC/USD")).read(file)
        var options = BacktestOptions()
        options.timeframe = candles.timeframe
        options.fees = try FeeRates(maker: FixedDecimal("0.001") ?? .zero, taker: FixedDecimal("0.001") ?? .zero)
        for part in [4, 2, 1] {
            let series = candles.slice(0..<candles.count / part)
            let result = try Backtest.run(script, series: [series], options: options)
            print("{\"candles\":\(series.count),\"cpu\":\(result.cpuSeconds),\"trades\":\(result.trades.count)}")
        }
    }

    /// Instances over one shared feed, each asked on a thousand candles.
    static func instances(_ script: StrategyScript, count: Int) throws {
        let series = SyntheticMarket.generate(
            .init(seed: 1, symbol: try Symbol("BTC/USDT"), timeframe: .m15, count: 2000))
        let feeds = FeedSet(base: CandleFeed(series))
        let before = residentBytes()
        var live: [StrategyInstance] = []
        live.reserveCapacity(count)
        let start = processSeconds()
        for _ in 0..<count { live.append(try StrategyInstance(script: script, feeds: feeds)) }
        let made = processSeconds()
        let fresh = residentBytes()
        let account = AccountView(free: 10_000, total: 10_000, equity: 10_000, position: nil, ordersVersion: 0)
        var decisions = 0
        for _ in 0..<1000 {
            for instance in live {
                if instance.closeCandle(account, nextOrderID: OrderID(1), openOrders: []) {
                    decisions += instance.takeDecision().intents.count
                }
            }
        }
        let asked = processSeconds()
        print(
            "{\"instances\":\(count),\"create_us\":\((made - start) / Double(count) * 1e6),"
                + "\"fresh_bytes\":\((fresh - before) / count),\"used_bytes\":\((residentBytes() - before) / count),"
                + "\"candle_us\":\((asked - made) / Double(count) / 1000 * 1e6),\"decisions\":\(decisions)}")
    }

    static func processSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// From /proc, in pages.
    static func residentBytes() -> Int {
        guard let text = try? String(decoding: read("/proc/self/statm"), as: UTF8.self),
            let pages = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { return 0 }
        return pages * Int(getpagesize())
    }

    static func read(_ path: String) throws -> [UInt8] {
        guard let file = fopen(path, "r") else { throw BenchError.unreadable(path) }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
        return bytes
    }

    enum BenchError: Error {
        case unreadable(String)
    }
}
