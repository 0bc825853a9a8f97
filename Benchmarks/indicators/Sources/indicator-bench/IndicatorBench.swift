import Foundation
import Indicators

/// Times indicators of the catalog over plain columns: `indicator-bench FILE < requests`.
///
/// FILE holds opens, highs, lows, closes and volumes as doubles, column after column. A request is a line
/// `name argument…`, its answer the line followed by nanoseconds of CPU time a candle, the best of the runs: over the
/// column at once, and a row at a time as a strategy host advances it.
@main
struct IndicatorBench {
    static let runs = 7

    static func main() throws {
        guard CommandLine.arguments.count == 2 else { throw BenchError.usage }
        let data = try Data(contentsOf: URL(fileURLWithPath: CommandLine.arguments[1]))
        let count = data.count / 8 / 5
        let memory = UnsafeMutablePointer<Double>.allocate(capacity: max(1, 5 * count))
        defer { memory.deallocate() }
        data.withUnsafeBytes { bytes in
            for row in 0..<5 * count { memory[row] = bytes.loadUnaligned(fromByteOffset: 8 * row, as: Double.self) }
        }
        let columns = (0..<5).map { IndicatorColumn(base: memory + $0 * count) }
        while let line = readLine() {
            let words = line.split(separator: " ").map(String.init)
            guard let name = words.first, let definition = IndicatorCatalog.named(name) else {
                throw BenchError.unknown(line)
            }
            let stream = try definition.make(words.dropFirst().compactMap(Double.init))
            let inputs: IndicatorColumns
            switch definition.inputs {
            case .value: inputs = .value(columns[3])
            case .pair: inputs = .pair(columns[1], columns[2])
            case .candles:
                inputs = .candles(
                    open: columns[0], high: columns[1], low: columns[2], close: columns[3], volume: columns[4])
            }
            print("\(line) \(time(stream, inputs, count, block: count)) \(time(stream, inputs, count, block: 1))")
        }
    }

    static func time(
        _ stream: any StreamingIndicator, _ inputs: IndicatorColumns, _ count: Int, block: Int
    ) -> Double {
        let outputs = (0..<stream.outputCount).map { _ in
            UnsafeMutablePointer<Double>.allocate(capacity: max(1, count))
        }
        defer { outputs.forEach { $0.deallocate() } }
        var best = Double.infinity
        // The first run touches the pages of the outputs; it is not counted.
        for run in 0...runs {
            stream.reset()
            let start = cpuNanoseconds()
            var row = 0
            while row < count {
                stream.advance(from: row, to: row + block, inputs: inputs, outputs: outputs, outputMask: .max)
                row += block
            }
            let elapsed = (cpuNanoseconds() - start) / Double(count)
            if run > 0 { best = min(best, elapsed) }
        }
        return best
    }

    static func cpuNanoseconds() -> Double {
        var now = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now)
        return Double(now.tv_sec) * 1e9 + Double(now.tv_nsec)
    }
}

enum BenchError: Error {
    case usage
    case unknown(String)
}
