import Indicators

/// Candles in plain columns.
struct TestCandles {
    var open: [Double] = []
    var high: [Double] = []
    var low: [Double] = []
    var close: [Double] = []
    var volume: [Double] = []
    var times: [Int64]?

    var count: Int { close.count }

    /// A seeded random walk around 100 with wicks and volumes.
    init(walk count: Int, seed: UInt64) {
        var state = seed &* 6_364_136_223_846_793_005 &+ 1
        func uniform() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 11) / 9_007_199_254_740_992
        }
        var price = 100.0
        for _ in 0..<count {
            let next = price * (1 + 0.02 * (uniform() - 0.5))
            append(price, max(price, next) + uniform(), min(price, next) - uniform(), next, 10 * uniform())
            price = next
        }
    }

    init(constant price: Double, volume: Double, count: Int) {
        for _ in 0..<count { append(price, price, price, price, volume) }
    }

    init(columns: [[Double]]) {
        (open, high, low, close, volume) = (columns[0], columns[1], columns[2], columns[3], columns[4])
    }

    mutating func append(_ open: Double, _ high: Double, _ low: Double, _ close: Double, _ volume: Double) {
        self.open.append(open)
        self.high.append(high)
        self.low.append(low)
        self.close.append(close)
        self.volume.append(volume)
    }

    /// The same candles with one of them missing.
    func missing(at row: Int) -> TestCandles {
        var copy = self
        copy.open[row] = .nan
        copy.high[row] = .nan
        copy.low[row] = .nan
        copy.close[row] = .nan
        copy.volume[row] = .nan
        return copy
    }

    func dropping(_ rows: Int) -> TestCandles {
        var copy = TestCandles(columns: [open, high, low, close, volume].map { Array($0.dropFirst(rows)) })
        copy.times = times.map { Array($0.dropFirst(rows)) }
        return copy
    }
}

/// Runs an indicator over candles: those on one series read the close, those on two the high and the low.
struct IndicatorRun {
    let definition: IndicatorDefinition
    let stream: any StreamingIndicator

    init(_ definition: IndicatorDefinition, _ arguments: [Double] = []) throws {
        self.definition = definition
        stream = try definition.make(arguments)
    }

    /// All rows from plain columns into plain columns, in blocks of `block` rows.
    func columns(_ candles: TestCandles, block: Int = .max) -> [[Double]] {
        rings(candles, block: block, inputCapacity: nil, outputCapacity: nil)
    }

    /// The same through rings: before each block its rows are put into rings of `inputCapacity`, and what it wrote is
    /// read back from rings of `outputCapacity`. Capacities are powers of two, at least as large as a block.
    func rings(_ candles: TestCandles, block: Int, inputCapacity: Int?, outputCapacity: Int?) -> [[Double]] {
        let count = candles.count
        let source = [candles.open, candles.high, candles.low, candles.close, candles.volume]
        let inputs = source.map { _ in Memory(inputCapacity ?? count) }
        let times = UnsafeMutablePointer<Int64>.allocate(capacity: max(1, inputCapacity ?? count))
        let outputs = (0..<stream.outputCount).map { _ in Memory(outputCapacity ?? count) }
        defer { times.deallocate() }
        var result = outputs.map { _ in [Double]() }
        let columns = Self.columns(
            inputs, definition.inputs, times: candles.times == nil ? nil : times,
            mask: inputCapacity.map { UInt($0 - 1) } ?? .max)
        let outputMask = outputCapacity.map { UInt($0 - 1) } ?? .max
        var from = 0
        while from < count {
            let to = block > count - from ? count : from + block
            for row in from..<to {
                for (memory, column) in zip(inputs, source) { memory[row] = column[row] }
                if let given = candles.times { times[inputCapacity.map { row & ($0 - 1) } ?? row] = given[row] }
            }
            let bases = outputs.map(\.base)
            stream.advance(from: from, to: to, inputs: columns, outputs: bases, outputMask: outputMask)
            for (column, memory) in outputs.enumerated() {
                for row in from..<to { result[column].append(memory[row]) }
            }
            from = to
        }
        return result
    }

    private static func columns(
        _ inputs: [Memory], _ shape: IndicatorInputs, times: UnsafePointer<Int64>?, mask: UInt
    ) -> IndicatorColumns {
        let columns = inputs.map { IndicatorColumn(base: $0.base, mask: mask) }
        switch shape {
        case .value: return .value(columns[3])
        case .pair: return .pair(columns[1], columns[2])
        case .candles:
            return .candles(
                open: columns[0], high: columns[1], low: columns[2], close: columns[3], volume: columns[4],
                times: times, timesMask: mask)
        }
    }
}

/// Doubles at a stable address, read and written by row as a ring.
final class Memory {
    let base: UnsafeMutablePointer<Double>
    private let capacity: Int

    init(_ capacity: Int) {
        self.capacity = max(1, capacity)
        base = .allocate(capacity: self.capacity)
        base.initialize(repeating: -1, count: self.capacity)
    }

    deinit { base.deallocate() }

    subscript(row: Int) -> Double {
        get { base[row % capacity] }
        set { base[row % capacity] = newValue }
    }
}
