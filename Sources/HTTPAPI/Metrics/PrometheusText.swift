/// Metrics in Prometheus' text format, version 0.0.4.
struct PrometheusText {
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private(set) var text = ""

    mutating func write(_ family: MetricFamily, as name: String) {
        head(name, family.kind.name)
        for (labels, series) in family.all {
            switch series {
            case .counter(let counter): line(name, labels.braces(), counter.value)
            case .gauge(let gauge): line(name, labels.braces(), gauge.value)
            case .histogram(let histogram): write(histogram.figures, name, labels)
            }
        }
    }

    mutating func head(_ name: String, _ kind: String) {
        if let help = MetricCatalogue.help[name] { text += "# HELP \(name) \(help)\n" }
        text += "# TYPE \(name) \(kind)\n"
    }

    /// Each class holds those below it too.
    private mutating func write(_ figures: HistogramFigures, _ name: String, _ labels: MetricLabels) {
        var sum: UInt64 = 0
        for (limit, count) in zip(figures.buckets.limits, figures.counts) {
            sum += count
            line("\(name)_bucket", labels.braces("le=\"\(Self.number(limit))\""), Double(sum))
        }
        line("\(name)_bucket", labels.braces("le=\"+Inf\""), Double(figures.count))
        line("\(name)_sum", labels.braces(), figures.sum)
        line("\(name)_count", labels.braces(), Double(figures.count))
    }

    mutating func line(_ name: String, _ labels: String, _ value: Double) {
        text += "\(name)\(labels) \(Self.number(value))\n"
    }

    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: value) { return String(whole) }
        return value.description
    }
}
