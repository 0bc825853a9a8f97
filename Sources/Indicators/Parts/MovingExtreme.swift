/// Which of two values a `MovingExtreme` keeps.
protocol ExtremeOrder {
    /// Loses against every value.
    static var worst: Double { get }
    static func better(_ first: Double, _ second: Double) -> Double
    /// True also for equal values.
    static func isAtLeast(_ first: Double, _ second: Double) -> Bool
}

enum Highest: ExtremeOrder {
    static var worst: Double { -.infinity }
    @inline(__always)
    static func better(_ first: Double, _ second: Double) -> Double { larger(first, second) }
    @inline(__always)
    static func isAtLeast(_ first: Double, _ second: Double) -> Bool { first >= second }
}

enum Lowest: ExtremeOrder {
    static var worst: Double { .infinity }
    @inline(__always)
    static func better(_ first: Double, _ second: Double) -> Double { smaller(first, second) }
    @inline(__always)
    static func isAtLeast(_ first: Double, _ second: Double) -> Bool { first <= second }
}

/// The highest or lowest of the last `period` values in constant time a row, whatever the values are.
///
/// The rows are cut into blocks of `period`. A window is the tail of one block and the head of the next: the head's
/// extreme is carried along, the extremes of all tails are made once, backwards, when a block is full. That is two
/// comparisons a row without unpredictable branches. The algorithm is van Herk's (Pattern Recognition Letters 13,
/// 1992) and Gil and Werman's (IEEE PAMI 15, 1993).
struct MovingExtreme<Order: ExtremeOrder>: Kernel, ~Copyable {
    let lookback: Int
    /// Rows before `position` are the current block, those after it the extremes of the last block's tails; one more
    /// place at the end holds the extreme of no values.
    private let tails: UnsafeMutablePointer<Double>
    private var position = 0
    private var head = Order.worst
    private var pending: Int

    init(period: Int) {
        lookback = period - 1
        pending = period - 1
        tails = .allocate(capacity: period + 1)
        tails.initialize(repeating: Order.worst, count: period + 1)
    }

    deinit { tails.deallocate() }

    @inline(__always)
    mutating func reset() {
        position = 0
        head = Order.worst
        pending = lookback
    }

    @inline(__always)
    mutating func step(_ value: Double) -> Double {
        let extreme = steady(value)
        if pending > 0 {
            pending &-= 1
            return .nan
        }
        return extreme
    }

    var isWarm: Bool {
        @inline(__always)
        get { pending <= 0 }
    }

    @inline(__always)
    mutating func steady(_ value: Double) -> Double {
        tails[position] = value
        head = Order.better(value, head)
        let extreme = Order.better(tails[position &+ 1], head)
        position &+= 1
        if position > lookback {
            Self.closeBlock(tails, lookback)
            position = 0
            head = Order.worst
        }
        return extreme
    }

    /// Not a method, so that the state of the kernel need not be in memory for it.
    @inline(never)
    private static func closeBlock(_ tails: UnsafeMutablePointer<Double>, _ last: Int) {
        var best = Order.worst
        var row = last
        while row >= 0 {
            best = Order.better(tails[row], best)
            tails[row] = best
            row &-= 1
        }
    }
}

extension IndicatorDefinition {
    static let highest = IndicatorDefinition(
        "highest", [.period(30)], "Highest of the last values", fr: "Plus haute des dernières valeurs",
        source: "TA-Lib MAX"
    ) { MovingExtreme<Highest>(period: $0.int(0)) }

    static let lowest = IndicatorDefinition(
        "lowest", [.period(30)], "Lowest of the last values", fr: "Plus basse des dernières valeurs",
        source: "TA-Lib MIN"
    ) { MovingExtreme<Lowest>(period: $0.int(0)) }
}
