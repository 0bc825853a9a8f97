import CLuaHost
import Indicators
import Market

/// What an indicator of a strategy reads.
enum NodeInput {
    /// One series of the same feed; the pointer is the one that the script's series holds.
    case value(UnsafePointer<ah_series>)
    /// Two series; the second may be of another feed, then it is aligned to the candles of the first.
    case pair(UnsafePointer<ah_series>, UnsafePointer<ah_series>)
    case candles
}

/// One indicator of one strategy instance with the rings of its outputs.
///
/// The rings hold a power of two of rows, enough for `history` and one block computed ahead. They start small and
/// grow as candles come, so that an instance costs what it has seen.
final class IndicatorNode {
    /// Rows computed in one call. History is known beforehand, and clocks hide what lies ahead of a strategy.
    static let block = 32

    let lookback: Int
    let outputCount: Int
    /// What the script's series read; at fixed addresses for the life of the node.
    let series: UnsafeMutablePointer<ah_series>
    private let indicator: any StreamingIndicator
    private let input: NodeInput
    private let outputs: UnsafeMutablePointer<UnsafeMutablePointer<Double>>
    private let history: Int
    private let largest: Int
    private var capacity: Int
    private let firstRow: Int

    /// - Parameters:
    ///   - lookback: rows without a value, those of the inputs included.
    ///   - firstRow: the first row there will be; those before it read NaN.
    init(
        _ indicator: any StreamingIndicator, input: NodeInput, lookback: Int, clock: UnsafePointer<ah_clock>,
        history: Int, firstRow: Int
    ) {
        self.indicator = indicator
        self.input = input
        self.lookback = lookback
        self.history = history
        self.firstRow = firstRow
        outputCount = indicator.outputCount
        capacity = Self.block * 2
        largest = Self.largestRing(history)
        series = .allocate(capacity: outputCount)
        outputs = .allocate(capacity: outputCount)
        for output in 0..<outputCount {
            outputs[output] = Self.ring(capacity)
            series[output] = ah_series(
                base: UnsafeRawPointer(outputs[output]), mask: UInt64(capacity - 1), clock: clock,
                depth: Int64(min(history, capacity - Self.block)), element: AH_F64.rawValue, tag: 0, call: 0)
        }
    }

    deinit {
        for output in 0..<outputCount { outputs[output].deallocate() }
        outputs.deallocate()
        series.deallocate()
    }

    var bytes: Int { outputCount * capacity * MemoryLayout<Double>.stride }

    /// Bytes that an indicator may come to hold: its rings once they are full, and its windows, of which the widest
    /// kernels have eight for each row of their look-back.
    static func mostBytes(of indicator: any StreamingIndicator, history: Int) -> Int {
        let rows = indicator.outputCount * largestRing(history) + 8 * indicator.lookback
        return rows * MemoryLayout<Double>.stride
    }

    private static func largestRing(_ history: Int) -> Int {
        var rows = block * 2
        while rows < history + block { rows *= 2 }
        return rows
    }

    /// Computes rows `from` up to `to`, at most one block; the rows of its inputs are known.
    func advance(from: Int, to: Int, feed: CandleFeed) {
        if capacity < largest, to - firstRow > capacity - Self.block { grow() }
        let columns: IndicatorColumns =
            switch input {
            case .value(let source): .value(Self.column(source))
            case .pair(let first, let second): .pair(Self.column(first), Self.column(second))
            case .candles: feed.columns
            }
        indicator.advance(
            from: from, to: to, inputs: columns, outputs: outputs, outputMask: UInt(capacity - 1))
    }

    @inline(__always)
    private static func column(_ series: UnsafePointer<ah_series>) -> IndicatorColumn {
        IndicatorColumn(
            base: series.pointee.base.assumingMemoryBound(to: Double.self), mask: UInt(series.pointee.mask))
    }

    private static func ring(_ capacity: Int) -> UnsafeMutablePointer<Double> {
        let ring = UnsafeMutablePointer<Double>.allocate(capacity: capacity)
        ring.initialize(repeating: .nan, count: capacity)
        return ring
    }

    private func grow() {
        let larger = capacity * 2
        for output in 0..<outputCount {
            let ring = Self.ring(larger)
            // Every kept row moves to its place under the new mask; nothing has been overwritten yet, because the
            // ring grows before its rows come round.
            for row in firstRow..<(firstRow + capacity) {
                ring[row & (larger - 1)] = outputs[output][row & (capacity - 1)]
            }
            outputs[output].deallocate()
            outputs[output] = ring
            series[output].base = UnsafeRawPointer(ring)
            series[output].mask = UInt64(larger - 1)
            series[output].depth = Int64(min(history, larger - Self.block))
        }
        capacity = larger
    }
}

extension CandleFeed {
    var columns: IndicatorColumns {
        let mask = UInt(mask)
        return .candles(
            open: IndicatorColumn(base: opens, mask: mask), high: IndicatorColumn(base: highs, mask: mask),
            low: IndicatorColumn(base: lows, mask: mask), close: IndicatorColumn(base: closes, mask: mask),
            volume: IndicatorColumn(base: volumes, mask: mask), times: openTimes, timesMask: mask)
    }
}
