import CLuaHost
import Market

/// One feed as one strategy instance sees it: a clock that says how many candles have closed for it, the series its
/// script reads, and the indicators made on them.
final class InstanceFeed {
    let feed: CandleFeed
    let clock: UnsafeMutablePointer<ah_clock>
    /// Open, high, low, close, volume, time; at fixed addresses for the life of the feed.
    let series: UnsafeMutablePointer<ah_series>
    @exclusivity(unchecked) private(set) var nodes: [IndicatorNode] = []
    /// Second inputs of pair indicators, brought to this feed's rows.
    @exclusivity(unchecked) private(set) var aligned: [AlignedSeries] = []
    /// Rows that the indicators have been computed for; never behind the clock.
    @exclusivity(unchecked) private var computed: Int
    let firstRow: Int
    private let history: Int
    private let length: Int64

    static let seriesNames = ["open", "high", "low", "close", "volume", "time"]
    /// Where `close` is among them.
    static let closeColumn = 3

    /// A view that has seen nothing yet; it begins at the oldest row the feed keeps.
    init(_ feed: CandleFeed, history: Int) {
        self.feed = feed
        self.history = history
        length = feed.timeframe.milliseconds
        firstRow = feed.firstKeptRow
        computed = firstRow
        clock = .allocate(capacity: 1)
        clock.initialize(to: ah_clock(count: Int64(firstRow)))
        series = .allocate(capacity: Self.seriesNames.count)
        // A ring forgets: deeper than its capacity there is nothing to read.
        let depth = Int64(feed.capacity == .max ? history : min(history, feed.capacity))
        let columns = [feed.opens, feed.highs, feed.lows, feed.closes, feed.volumes]
        for (place, column) in columns.enumerated() {
            series[place] = ah_series(
                base: UnsafeRawPointer(column), mask: feed.mask, clock: UnsafePointer(clock), depth: depth,
                element: AH_F64.rawValue, tag: 0, call: 0)
        }
        series[5] = ah_series(
            base: UnsafeRawPointer(feed.openTimes), mask: feed.mask, clock: UnsafePointer(clock), depth: depth,
            element: AH_I64.rawValue, tag: 0, call: 0)
    }

    deinit {
        series.deallocate()
        clock.deallocate()
    }

    /// How many candles have closed for the instance.
    @inline(__always)
    var count: Int { Int(truncatingIfNeeded: clock.pointee.count) }

    /// Whether the feed has a candle that the instance has not seen.
    @inline(__always)
    var hasNext: Bool { count < feed.count }

    /// The instant at which the next candle closes; the smallest number where it is not there yet.
    var nextClose: Int64 { hasNext ? feed.openTime(at: count) + length : .min }

    /// Lets the next candle close. Answers the instant of its close, in milliseconds.
    @inline(__always)
    func step() -> Int64 {
        let row = count
        clock.pointee.count = Int64(truncatingIfNeeded: row + 1)
        if row >= computed { computeBlock(upTo: row + 1) }
        return feed.openTime(at: row) + length
    }

    /// Lets every candle close that has closed by that instant: what a higher timeframe may show.
    func follow(to instant: Int64) {
        var row = count
        while row < feed.count, feed.openTime(at: row) + length <= instant { row += 1 }
        guard row > count else { return }
        clock.pointee.count = Int64(truncatingIfNeeded: row)
        while computed < row { computeBlock(upTo: row) }
    }

    /// Computes at least one row more and at most a block, as far as there are candles.
    private func computeBlock(upTo needed: Int) {
        let from = computed
        // With a series of another feed aligned to this one, a block ahead would drive that feed ahead of its clock
        // by more than its rings hold.
        let to = min(feed.count, from + (aligned.isEmpty ? IndicatorNode.block : 1))
        precondition(to > from && needed > from, "a clock never runs ahead of its feed")
        for source in aligned { source.advance(from: from, to: to) }
        for node in nodes { node.advance(from: from, to: to, feed: feed) }
        computed = to
    }

    /// Computes the indicators through a row that an aligned series of another feed needs. That feed's block may run
    /// ahead of this instance's clock, but never past a candle that had closed by then.
    func compute(through row: Int) {
        while computed <= row { computeBlock(upTo: row + 1) }
    }

    /// Adds an indicator; before the first candle only, because it must see all of them.
    func add(_ node: IndicatorNode) {
        precondition(computed == firstRow, "indicators are made before the first candle")
        nodes.append(node)
    }

    func add(_ source: AlignedSeries) {
        precondition(computed == firstRow, "indicators are made before the first candle")
        aligned.append(source)
    }

    /// Whether the pointer is one of this feed's series, of candles or indicators.
    func owns(_ pointer: UnsafePointer<ah_series>) -> Bool {
        pointer.pointee.clock == UnsafePointer(clock)
    }

    /// Rows that the series is silent for at the beginning.
    func lookback(of pointer: UnsafePointer<ah_series>) -> Int {
        for node in nodes where pointer >= UnsafePointer(node.series) && pointer < node.series + node.outputCount {
            return node.lookback
        }
        return 0
    }
}
