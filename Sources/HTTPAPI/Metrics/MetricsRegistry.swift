import CoreMetrics
import Synchronization

/// Every counter, gauge and histogram of the process, kept in memory until someone asks for them.
///
/// A series lives as long as the process: a metric that is destroyed and made again goes on counting where it was.
/// Memory is bounded by `mostNames` times `mostSeries`, whatever labels callers invent.
public final class MetricsRegistry: MetricsFactory, Sendable {
    /// Names of metrics; what comes after them is not kept, and counted in `droppedName`.
    public static let mostNames = 300
    /// Label sets of one metric; further ones are counted together, every label being `other`.
    public static let mostSeries = 200
    /// The counter of metrics that were not kept, for want of room or because their name has another kind already.
    public static let droppedName = "aristobot_metrics_dropped_total"

    private let families = Mutex<[String: MetricFamily]>([:])
    private let dropped = CounterSeries()

    public init() {}

    // MARK: swift-metrics

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label, dimensions, .counter)?.counter ?? NOOPMetricsHandler.instance
    }

    public func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        series(label, dimensions, .counter)?.counter ?? NOOPMetricsHandler.instance
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(label, dimensions, .gauge)?.gauge ?? NOOPMetricsHandler.instance
    }

    public func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        guard aggregate else { return series(label, dimensions, .gauge)?.gauge ?? NOOPMetricsHandler.instance }
        let kind = MetricKind.histogram(label.hasSuffix("_seconds") ? .seconds : .amounts)
        return series(label, dimensions, kind)?.histogram ?? NOOPMetricsHandler.instance
    }

    /// Durations are shown in seconds, and the name says so.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        let name = label.hasSuffix("_seconds") ? label : label + "_seconds"
        return series(name, dimensions, .histogram(.seconds))?.histogram ?? NOOPMetricsHandler.instance
    }

    public func destroyCounter(_ handler: any CounterHandler) {}
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    public func destroyMeter(_ handler: any MeterHandler) {}
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    public func destroyTimer(_ handler: any TimerHandler) {}

    private func series(_ label: String, _ dimensions: [(String, String)], _ kind: MetricKind) -> MetricSeries? {
        let name = MetricName.sanitised(label)
        let labels = MetricLabels(dimensions)
        let found: MetricSeries? = families.withLock { families in
            if families[name] == nil, families.count < Self.mostNames { families[name] = MetricFamily(kind) }
            guard families[name]?.kind == kind else { return nil }
            return families[name]?.series(labels)
        }
        if found == nil { dropped.increment(by: 1 as Int64) }
        return found
    }

    // MARK: What was counted

    /// All of it in Prometheus' text format, version 0.0.4, by name.
    public var text: String {
        // References only are taken under the lock: the figures themselves may move while they are written.
        let families = families.withLock { $0 }
        var text = PrometheusText()
        for (name, family) in families.sorted(by: { $0.key < $1.key }) { text.write(family, as: name) }
        var own = MetricFamily(.counter)
        own.adopt(.counter(dropped), MetricLabels([]))
        text.write(own, as: Self.droppedName)
        return text.text
    }

    /// The quantiles of a histogram, in the unit of its name; nil where nothing was recorded.
    ///
    /// - Parameters:
    ///   - label: only over the label sets where it has this value; over all of them where none is given.
    public func quantiles(
        _ name: String, _ parts: [Double], where label: String? = nil, is value: String = ""
    ) -> [Double]? {
        let family = families.withLock { $0[name] }
        guard let family, case .histogram(let buckets) = family.kind else { return nil }
        var sum = HistogramFigures(buckets)
        for (labels, series) in family.all where label.map({ labels.has($0, value) }) ?? true {
            if let figures = series.histogram?.figures { sum.add(figures) }
        }
        guard sum.count > 0 else { return nil }
        return parts.map(sum.quantile)
    }

    /// The sum over the label sets of a counter or gauge; nil for one that nobody has touched.
    public func total(_ name: String) -> Double? {
        let family = families.withLock { $0[name] }
        return family.map { $0.all.reduce(0) { $0 + ($1.1.counter?.value ?? $1.1.gauge?.value ?? 0) } }
    }
}
