import Glibc
import Indicators

/// Times indicators of the catalog over plain columns: `indicator-bench CANDLES < lines`, a line `name argument…`.
/// Answers a line `name nanoseconds` for each: CPU time a candle, the best of the runs.
@main
struct IndicatorBench {
    static let runs = 7

    static func main() throws {
        let count = CommandLine.arguments.count > 1 ? Int(CommandLine.arguments[1]) ?? 1_000_000 : 1_000_000
        let market = RandomWalk(count: count)
        while let line = readLine() {
            let words = line.split(separator: " ").map(String.init)
            guard let name = words.first else { continue }
            guard let definition = IndicatorCatalog.named(name) else {
                print("\(name) unknown")
                continue
            }
            let stream = try definition.make(words.dropFirst().compactMap(Double.init))
            print("\(name) \(time(stream, definition.inputs, market))")
        }
    }

    static func time(_ stream: any StreamingIndicator, _ inputs: IndicatorInputs, _ market: RandomWalk) -> Double {
        let outputs = (0..<stream.outputCount).map { _ in market.emptyColumn() }
        defer { outputs.forEach { $0.deallocate() } }
        let columns: IndicatorColumns
        switch inputs {
        case .value: columns = .value(market.close)
        case .pair: columns = .pair(market.high, market.low)
        case .candles:
            columns = .candles(
                open: market.open, high: market.high, low: market.low, close: market.close, volume: market.volume)
        }
        var best = Double.infinity
        for _ in 0..<runs {
            stream.reset()
            let start = cpuNanoseconds()
            stream.advance(from: 0, to: market.count, inputs: columns, outputs: outputs, outputMask: .max)
            best = min(best, (cpuNanoseconds() - start) / Double(market.count))
        }
        return best
    }

    static func cpuNanoseconds() -> Double {
        var now = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now)
        return Double(now.tv_sec) * 1e9 + Double(now.tv_nsec)
    }
}

/// Candles of a seeded random walk around 10,000; `reference.py` makes the same ones.
struct RandomWalk {
    let count: Int
    let open, high, low, close, volume: IndicatorColumn

    init(count: Int) {
        self.count = count
        let columns = (0..<5).map { _ in UnsafeMutablePointer<Double>.allocate(capacity: count) }
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        func uniform() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 11) / 9_007_199_254_740_992
        }
        var price = 10_000.0
        for row in 0..<count {
            let open = price
            let close = open * (1 + 0.002 * (uniform() - 0.5))
            columns[0][row] = open
            columns[1][row] = max(open, close) * (1 + 0.001 * uniform())
            columns[2][row] = min(open, close) * (1 - 0.001 * uniform())
            columns[3][row] = close
            columns[4][row] = 100 * uniform()
            price = close
        }
        (open, high, low, close, volume) = (
            IndicatorColumn(base: columns[0]), IndicatorColumn(base: columns[1]), IndicatorColumn(base: columns[2]),
            IndicatorColumn(base: columns[3]), IndicatorColumn(base: columns[4])
        )
    }

    func emptyColumn() -> UnsafeMutablePointer<Double> {
        let column = UnsafeMutablePointer<Double>.allocate(capacity: count)
        column.initialize(repeating: 0, count: count)
        return column
    }
}
