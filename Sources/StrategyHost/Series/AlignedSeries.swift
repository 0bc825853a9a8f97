import CLuaHost
import Market

/// A series of another feed brought to the rows of this one: row `r` is the last value that had closed when candle `r`
/// of this feed closed, NaN while there was none.
final class AlignedSeries {
    let series: UnsafeMutablePointer<ah_series>
    private let source: UnsafePointer<ah_series>
    private let sourceFeed: InstanceFeed
    private let feed: CandleFeed
    private let ring: UnsafeMutablePointer<Double>
    private static let capacity = IndicatorNode.block
    /// Rows of the source feed that had closed at the last row brought over.
    private var sourceCount: Int

    init(_ source: UnsafePointer<ah_series>, of sourceFeed: InstanceFeed, onto feed: InstanceFeed) {
        self.source = source
        self.sourceFeed = sourceFeed
        self.feed = feed.feed
        sourceCount = sourceFeed.firstRow
        ring = .allocate(capacity: Self.capacity)
        ring.initialize(repeating: .nan, count: Self.capacity)
        series = .allocate(capacity: 1)
        series.initialize(
            to: ah_series(
                base: UnsafeRawPointer(ring), mask: UInt64(Self.capacity - 1), clock: UnsafePointer(feed.clock),
                depth: Int64(Self.capacity), element: AH_F64.rawValue, tag: 0, call: 0))
    }

    deinit {
        ring.deallocate()
        series.deallocate()
    }

    /// Fills rows `from` up to `to`, at most a ring's length: the indicator that reads them runs right after.
    func advance(from: Int, to: Int) {
        let length = feed.timeframe.milliseconds
        let sourceLength = sourceFeed.feed.timeframe.milliseconds
        for row in from..<to {
            let instant = feed.openTime(at: row) + length
            while sourceCount < sourceFeed.feed.count,
                sourceFeed.feed.openTime(at: sourceCount) + sourceLength <= instant
            { sourceCount += 1 }
            ring[row & (Self.capacity - 1)] = value(at: sourceCount - 1)
        }
    }

    private func value(at row: Int) -> Double {
        guard row >= sourceFeed.firstRow else { return .nan }
        sourceFeed.compute(through: row)
        let values = source.pointee.base.assumingMemoryBound(to: Double.self)
        return values[Int(truncatingIfNeeded: UInt64(truncatingIfNeeded: row) & source.pointee.mask)]
    }
}
