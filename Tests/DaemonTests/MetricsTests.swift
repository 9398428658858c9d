import Foundation
import Testing

@testable import Daemon

struct MetricsTests {
    /// One of each, with all that needs an escape.
    private func sample() -> MetricsRegistry {
        let registry = MetricsRegistry()
        let runs = registry.counter("steward_runs_total", "Runs that ended,\nby state \\ \"kind\".")
        runs.add(2, ["state": "succeeded", "job": "payroll"])
        runs.add(1, ["state": "a\"b\\c\nd é", "job": ""])
        registry.gauge("steward_outbox_age_seconds", "Age.").set(-0.125)
        let workers = registry.gauge("steward_workers", "Workers.")
        workers.set(.infinity, ["kind": "max"])
        workers.set(.nan, ["kind": "none"])
        workers.set(1e21, ["kind": "many"])
        workers.add(3)
        workers.add(-1)
        let lateness = registry.histogram("steward_lateness_seconds", "Late.", bounds: [0.1, 1, 10])
        for value in [0.05, 0.1, 0.2, 1, 5, 100] { lateness.observe(value, ["job": "x"]) }
        registry.counter("steward_nothing_total", "Nothing yet.").add(0)
        return registry
    }

    @Test func `the text is Prometheus' format, series in order`() {
        #expect(
            sample().text() == """
                # HELP steward_runs_total Runs that ended,\\nby state \\\\ "kind".
                # TYPE steward_runs_total counter
                steward_runs_total{job="",state="a\\"b\\\\c\\nd é"} 1
                steward_runs_total{job="payroll",state="succeeded"} 2
                # HELP steward_outbox_age_seconds Age.
                # TYPE steward_outbox_age_seconds gauge
                steward_outbox_age_seconds -0.125
                # HELP steward_workers Workers.
                # TYPE steward_workers gauge
                steward_workers 2
                steward_workers{kind="many"} 1e+21
                steward_workers{kind="max"} +Inf
                steward_workers{kind="none"} NaN
                # HELP steward_lateness_seconds Late.
                # TYPE steward_lateness_seconds histogram
                steward_lateness_seconds_bucket{job="x",le="0.1"} 2
                steward_lateness_seconds_bucket{job="x",le="1"} 4
                steward_lateness_seconds_bucket{job="x",le="10"} 5
                steward_lateness_seconds_bucket{job="x",le="+Inf"} 6
                steward_lateness_seconds_sum{job="x"} 106.35
                steward_lateness_seconds_count{job="x"} 6
                # HELP steward_nothing_total Nothing yet.
                # TYPE steward_nothing_total counter
                steward_nothing_total 0

                """)
    }

    @Test func `Prometheus' own reader understands it as it was meant`() throws {
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "parse_metrics.py").path
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = [script]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        input.fileHandleForWriting.write(Data(sample().text().utf8))
        try input.fileHandleForWriting.close()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus != 77 else {
            print("skipped: /usr/bin/python3 has no prometheus_client")
            return
        }
        #expect(process.terminationStatus == 0)
        let expected = """
            [["steward_runs","counter","Runs that ended,\\nby state \\\\ \\"kind\\".",[
              ["steward_runs_total",{"job":"","state":"a\\"b\\\\c\\nd é"},"1.0"],
              ["steward_runs_total",{"job":"payroll","state":"succeeded"},"2.0"]]],
             ["steward_outbox_age_seconds","gauge","Age.",[["steward_outbox_age_seconds",{},"-0.125"]]],
             ["steward_workers","gauge","Workers.",[
              ["steward_workers",{},"2.0"],["steward_workers",{"kind":"many"},"1e+21"],
              ["steward_workers",{"kind":"max"},"inf"],["steward_workers",{"kind":"none"},"nan"]]],
             ["steward_lateness_seconds","histogram","Late.",[
              ["steward_lateness_seconds_bucket",{"job":"x","le":"0.1"},"2.0"],
              ["steward_lateness_seconds_bucket",{"job":"x","le":"1"},"4.0"],
              ["steward_lateness_seconds_bucket",{"job":"x","le":"10"},"5.0"],
              ["steward_lateness_seconds_bucket",{"job":"x","le":"+Inf"},"6.0"],
              ["steward_lateness_seconds_sum",{"job":"x"},"106.35"],
              ["steward_lateness_seconds_count",{"job":"x"},"6.0"]]],
             ["steward_nothing","counter","Nothing yet.",[["steward_nothing_total",{},"0.0"]]]]
            """
        let read = try JSONSerialization.jsonObject(with: data) as? NSArray
        let meant = try JSONSerialization.jsonObject(with: Data(expected.utf8)) as? NSArray
        #expect(read == meant)
    }

    @Test func `asking for a metric again gives the same one`() {
        let registry = MetricsRegistry()
        registry.counter("a_total", "A.").add(1)
        registry.counter("a_total", "A.").add(1.5)
        #expect(registry.text().hasSuffix("\na_total 2.5\n"))
    }

    @Test func `what is forgotten is no longer told`() {
        let registry = MetricsRegistry()
        let next = registry.gauge("next", "Next.")
        next.set(1, ["job": "a"])
        next.removeAll()
        next.set(2, ["job": "b"])
        #expect(registry.text() == "# HELP next Next.\n# TYPE next gauge\nnext{job=\"b\"} 2\n")
    }

    @Test func `series beyond the limit are left out and counted`() {
        let registry = MetricsRegistry()
        let counter = registry.counter("a_total", "A.")
        for number in 0..<(MetricsRegistry.maximumSeriesPerMetric + 7) { counter.add(1, ["n": "\(number)"]) }
        counter.add(1, ["n": "0"])
        let lines = registry.text().split(separator: "\n")
        #expect(lines.count { $0.hasPrefix("a_total{") } == MetricsRegistry.maximumSeriesPerMetric)
        #expect(lines.contains("a_total{n=\"0\"} 2"))
        #expect(lines.last == "steward_metric_series_left_out_total{metric=\"a_total\"} 7")
    }

    @Test func `figures of many threads add up`() {
        let registry = MetricsRegistry()
        let counter = registry.counter("a_total", "A.")
        let histogram = registry.histogram("b", "B.", bounds: [10, 100])
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            for value in 0..<1_000 {
                counter.add()
                histogram.observe(Double(value))
                if value % 100 == 0 { _ = registry.text() }
            }
        }
        let lines = registry.text().split(separator: "\n")
        #expect(lines.contains("a_total 8000"))
        #expect(lines.contains("b_bucket{le=\"10\"} 88"))
        #expect(lines.contains("b_bucket{le=\"100\"} 808"))
        #expect(lines.contains("b_count 8000"))
        #expect(lines.contains("b_sum 3996000"))
    }

    @Test(arguments: [
        ("a", true, true), ("A_1:b", true, false), ("", false, false), ("1a", false, false), ("a-b", false, false),
        ("é", false, false), ("__a", true, false), ("_a", true, true), ("le", true, false), ("a b", false, false),
        ("@", false, false), ("[", false, false), ("`", false, false), ("{", false, false), ("z", true, true),
    ])
    func `names are those that Prometheus takes`(name: String, isMetric: Bool, isLabel: Bool) {
        #expect(MetricText.isMetricName(name) == isMetric)
        #expect(MetricText.isLabelName(name) == isLabel)
    }
}
