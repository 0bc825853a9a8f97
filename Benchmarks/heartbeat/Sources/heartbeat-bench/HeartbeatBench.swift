import Glibc
import Heartbeat
import Market

/// Trades a second of processor time that one core takes from trades to candles of every timeframe.
@main
struct HeartbeatBench {
    /// What the heartbeat is to keep up with.
    static let demanded = 50_000.0

    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let millions = Double(arguments[2]), millions > 0 else {
            print("usage: heartbeat-bench TRADES.csv.gz MILLIONS")
            exit(2)
        }
        let count = Int(millions * 1_000_000)
        let real = try realTrades(arguments[1], count: count)
        report("real trades of one quiet market, more candles than every second trade", real)
        report("20 symbols, 50,000 trades a second together", try synthetic(symbols: 20, count: count))
        report("500 symbols, 50,000 trades a second together", try synthetic(symbols: 500, count: count))
    }

    struct Result {
        let trades: Int
        let candles: Int
        let seconds: Double
    }

    private static func report(_ name: String, _ result: Result) {
        let rate = Double(result.trades) / result.seconds
        let text =
            "\(name): \(result.trades) trades, \(result.candles) candles, "
            + "\(rounded(rate / 1_000_000)) million trades a second, "
            + "\(rounded(rate / demanded)) times \(Int(demanded))"
        print(text)
    }

    private static func rounded(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }

    /// The file again and again, each time some days later.
    private static func realTrades(_ path: String, count: Int) throws -> Result {
        var ticks: [Tick] = []
        try TickCSVReader().read(path) { tick in
            ticks.append(tick)
            return true
        }
        guard let first = ticks.first, let last = ticks.last else { return Result(trades: 0, candles: 0, seconds: 1) }
        let day: Int64 = 86_400_000
        let span = (last.time.milliseconds - first.time.milliseconds) / day * day + day
        let symbol = try Symbol("XRP/ETH")
        var run = Run([symbol])
        var id: Int64 = 0
        let start = processorTime()
        while id < count {
            let shift = id / Int64(ticks.count) * span
            for tick in ticks where id < count {
                var moved = tick
                moved.time.milliseconds += shift
                run.trade(symbol, moved, id: id)
                id += 1
            }
        }
        return Result(trades: Int(id), candles: run.candles, seconds: processorTime() - start)
    }

    private static func synthetic(symbols count: Int, count trades: Int) throws -> Result {
        let symbols = try (0..<count).map { try Symbol("S\($0)/USDT") }
        var run = Run(symbols)
        var ids = [Int64](repeating: 0, count: count)
        var random = RandomNumbers(state: 1)
        let begin: Int64 = 1_700_000_040_000
        let start = processorTime()
        for number in 0..<trades {
            let bits = random.next()
            let place = Int(bits % UInt64(count))
            ids[place] += 1
            // Fifty in a millisecond.
            let tick = Tick(
                time: Timestamp(milliseconds: begin + Int64(number / 50)), price: 100 + Double(bits >> 56) / 16,
                quantity: Double((bits >> 48) & 255) / 8)
            run.trade(symbols[place], tick, id: ids[place])
        }
        return Result(trades: trades, candles: run.candles, seconds: processorTime() - start)
    }

    /// A core that is answered what it asks for, with a candle that says nothing.
    private struct Run {
        var core = HeartbeatCore()
        var actions: [HeartbeatAction] = []
        var candles = 0

        init(_ symbols: [Symbol]) {
            for symbol in symbols { core.follow(symbol) }
            core.handle(.connected, into: &actions)
        }

        mutating func trade(_ symbol: Symbol, _ tick: Tick, id: Int64) {
            core.trade(symbol, tick, id: id, into: &actions)
            while !actions.isEmpty {
                let due = actions
                actions.removeAll(keepingCapacity: true)
                for action in due {
                    switch action {
                    case .closed: candles += 1
                    case .fetch(let fetch): core.handle(.fetched(fetch, Self.answer(fetch)), into: &actions)
                    case .alert, .reconnect: break
                    }
                }
            }
        }

        private static func answer(_ fetch: CandleFetch) -> [Candle] {
            (0..<fetch.count).map {
                Candle(
                    openTime: Timestamp(
                        milliseconds: fetch.from.milliseconds + Int64($0) * fetch.timeframe.milliseconds),
                    open: 1, high: 1, low: 1, close: 1, volume: 1)
            }
        }
    }

    /// SplitMix64 (Steele, Lea, Flood 2014).
    private struct RandomNumbers {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    /// Seconds of this process.
    private static func processorTime() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
