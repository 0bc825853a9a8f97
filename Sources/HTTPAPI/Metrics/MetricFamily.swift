/// What a metric is.
enum MetricKind: Hashable {
    case counter, gauge
    case histogram(HistogramBuckets)

    /// As Prometheus calls it.
    var name: String {
        switch self {
        case .counter: "counter"
        case .gauge: "gauge"
        case .histogram: "histogram"
        }
    }
}

/// One of the three, with its figures.
enum MetricSeries: Sendable {
    case counter(CounterSeries)
    case gauge(GaugeSeries)
    case histogram(HistogramSeries)

    init(_ kind: MetricKind) {
        switch kind {
        case .counter: self = .counter(CounterSeries())
        case .gauge: self = .gauge(GaugeSeries())
        case .histogram(let buckets): self = .histogram(HistogramSeries(buckets))
        }
    }

    var counter: CounterSeries? {
        if case .counter(let series) = self { series } else { nil }
    }

    var gauge: GaugeSeries? {
        if case .gauge(let series) = self { series } else { nil }
    }

    var histogram: HistogramSeries? {
        if case .histogram(let series) = self { series } else { nil }
    }
}

/// A metric with all of its label sets.
struct MetricFamily: Sendable {
    let kind: MetricKind
    private var members: [MetricLabels: MetricSeries] = [:]

    init(_ kind: MetricKind) {
        self.kind = kind
    }

    /// The series of a label set, made when it is asked for the first time; beyond `mostSeries` the one of the rest.
    mutating func series(_ labels: MetricLabels) -> MetricSeries {
        let key = members[labels] == nil && members.count >= MetricsRegistry.mostSeries ? labels.ofTheRest : labels
        if let series = members[key] { return series }
        let series = MetricSeries(kind)
        members[key] = series
        return series
    }

    mutating func adopt(_ series: MetricSeries, _ labels: MetricLabels) {
        members[labels] = series
    }

    /// By label set, in the order of its text.
    var all: [(MetricLabels, MetricSeries)] {
        members.map { ($0.key, $0.value) }.sorted { $0.0.text < $1.0.text }
    }
}
