import Foundation
import Metrics
import TestSupport
import Testing

@testable import HTTPAPI

@Suite struct MetricsTests {
    let registry = MetricsRegistry()

    private var lines: [String] { registry.text.split(separator: "\n").map(String.init) }

    @Test func `a counter counts up only, each label set for itself`() {
        let filled = Counter(label: "orders_total", dimensions: [("outcome", "filled")], factory: registry)
        let refused = Counter(label: "orders_total", dimensions: [("outcome", "refused")], factory: registry)
        filled.increment(by: 3)
        filled.increment()
        refused.increment()
        registry.makeCounter(label: "orders_total", dimensions: [("outcome", "refused")]).increment(by: -5)
        #expect(lines.contains("orders_total{outcome=\"filled\"} 4"))
        #expect(lines.contains("orders_total{outcome=\"refused\"} 1"))
        #expect(lines.filter { $0.hasPrefix("# TYPE orders_total") } == ["# TYPE orders_total counter"])
        #expect(registry.total("orders_total") == 5)
    }

    @Test func `a counter that is made anew goes on where it was`() {
        let first = Counter(label: "c_total", factory: registry)
        first.increment()
        first.destroy()
        Counter(label: "c_total", factory: registry).increment()
        #expect(lines.contains("c_total 2"))
    }

    @Test func `a gauge shows what was set last`() {
        let gauge = Gauge(label: "lag", factory: registry)
        gauge.record(2.5)
        gauge.record(1)
        let meter = Meter(label: "workers", factory: registry)
        meter.set(4)
        meter.decrement(by: 1)
        #expect(lines.contains("lag 1") && lines.contains("workers 3"))
        #expect(lines.contains("# TYPE lag gauge"))
    }

    @Test func `a timer is a histogram in seconds whose classes hold those below them`() throws {
        let timer = Timer(label: "answer", factory: registry)
        for milliseconds in [1, 2, 3, 40_000] { timer.recordMilliseconds(milliseconds) }
        #expect(lines.contains("answer_seconds_bucket{le=\"0.0005\"} 0"))
        #expect(lines.contains("answer_seconds_bucket{le=\"0.001\"} 1"))
        #expect(lines.contains("answer_seconds_bucket{le=\"0.0025\"} 2"))
        #expect(lines.contains("answer_seconds_bucket{le=\"30\"} 3"))
        #expect(lines.contains("answer_seconds_bucket{le=\"+Inf\"} 4"))
        #expect(lines.contains("answer_seconds_count 4"))
        #expect(lines.contains { $0.hasPrefix("answer_seconds_sum 40.00") })
    }

    @Test func `quantiles lie within the class that holds them, over all label sets`() throws {
        for milliseconds in 1...100 {
            Timer(label: "t_seconds", dimensions: [("k", "\(milliseconds % 7)")], factory: registry)
                .recordMilliseconds(milliseconds)
        }
        let found = try #require(registry.quantiles("t_seconds", [0, 0.5, 0.99, 1]))
        #expect(found[0] >= 0 && found[0] <= 0.001)
        #expect(found[1] > 0.045 && found[1] < 0.055)
        #expect(found[2] > 0.095 && found[2] <= 0.1)
        #expect(found[3] == 0.1)
        #expect(registry.quantiles("never", [0.5]) == nil)
    }

    @Test func `quantiles of one label's value leave the others out`() throws {
        for (market, milliseconds) in [("slow", 2_000), ("fast", 2), ("fast", 2)] {
            Timer(label: "lag_seconds", dimensions: [("market", market), ("x", "1")], factory: registry)
                .recordMilliseconds(milliseconds)
        }
        let slow = try #require(registry.quantiles("lag_seconds", [0.5], where: "market", is: "slow"))
        let fast = try #require(registry.quantiles("lag_seconds", [1], where: "market", is: "fast"))
        #expect(slow[0] > 1 && fast[0] < 0.01)
        #expect(registry.quantiles("lag_seconds", [0.5], where: "market", is: "none") == nil)
        #expect(registry.quantiles("lag_seconds", [0.5], where: "venue", is: "slow") == nil)
    }

    @Test func `labels of any text stay one line, and long ones are cut`() {
        let name = "a\"b\\c\nd" + String(repeating: "é", count: 200)
        Counter(label: "odd name-1", dimensions: [("1st", name)], factory: registry).increment()
        let cut = String(repeating: "é", count: 93)
        #expect(lines.contains("odd_name_1{_1st=\"a\\\"b\\\\c\\nd\(cut)\"} 1"), "\(lines)")
    }

    @Test func `label sets beyond the bound are counted together`() {
        for number in 0..<(MetricsRegistry.mostSeries + 50) {
            Counter(label: "many_total", dimensions: [("id", "\(number)")], factory: registry).increment()
        }
        #expect(lines.filter { $0.hasPrefix("many_total{") }.count == MetricsRegistry.mostSeries + 1)
        #expect(lines.contains("many_total{id=\"other\"} 50"))
        #expect(registry.total("many_total") == Double(MetricsRegistry.mostSeries + 50))
    }

    @Test func `names beyond the bound, and names of another kind, are dropped and counted`() {
        for number in 0..<(MetricsRegistry.mostNames + 2) {
            Counter(label: "n\(number)", factory: registry).increment()
        }
        Timer(label: "n0", factory: registry).recordSeconds(1)
        Gauge(label: "n0", factory: registry).record(7)
        #expect(lines.filter { $0.hasPrefix("# TYPE n") }.count == MetricsRegistry.mostNames)
        #expect(lines.contains("n0 1"))
        // Two names too many, the timer's `n0_seconds`, and the gauge.
        #expect(lines.contains("\(MetricsRegistry.droppedName) 4"))
    }

    @Test func `every metric of the program is in the catalogue, and in the manual of whoever keeps it running`() throws
    {
        let manual = try String(
            contentsOf: PackageRoot.url.appendingPathComponent("docs/operations.md"), encoding: .utf8)
        for name in MetricCatalogue.help.keys { #expect(manual.contains("`\(name)`"), "\(name)") }
        let sources = PackageRoot.url.appendingPathComponent("Sources")
        let files = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)
        for case let file as URL in files ?? .init() where file.pathExtension == "swift" {
            let text = try String(contentsOf: file, encoding: .utf8)
            for match in text.matches(of: /label: "(aristobot_[a-z_]+)"/) {
                #expect(MetricCatalogue.help[String(match.1)] != nil, "\(match.1)")
            }
        }
    }

    @Test(arguments: [(0.5, "0.5"), (3, "3"), (-2, "-2"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN")])
    func `numbers are written as Prometheus reads them`(value: Double, text: String) {
        #expect(PrometheusText.number(value) == text)
    }
}
