import Synchronization

/// The daemon's figures for Prometheus.
///
/// ```swift
/// let runs = registry.counter("steward_runs_total", "Runs that ended, by state.")
/// runs.add(1, ["state": "succeeded"])
/// let lateness = registry.histogram("steward_start_lateness_seconds", "From due to started.", bounds: [0.1, 1, 10])
/// lateness.observe(0.04)
/// ```
///
/// The text is the exposition format 0.0.4. Names and labels are of the program's making, and a wrong one is a bug;
/// values of labels may be any text.
package final class MetricsRegistry: Sendable {
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"
    /// Of one metric, by its labels. Further ones are counted in `steward_metric_series_left_out_total` only.
    package static let maximumSeriesPerMetric = 10_000

    private let families = Mutex<[MetricFamily]>([])

    package init() {}

    /// What only grows. By custom its name ends in `_total`.
    package func counter(_ name: String, _ help: String) -> Counter {
        Counter(family: family(name, help, .counter))
    }

    /// What goes up and down.
    package func gauge(_ name: String, _ help: String) -> Gauge {
        Gauge(family: family(name, help, .gauge))
    }

    /// How values spread over fixed ranges.
    ///
    /// - Parameter bounds: the upper ends of the ranges, each included, in rising order; all above is a range too.
    package func histogram(_ name: String, _ help: String, bounds: [Double]) -> Histogram {
        precondition(
            !bounds.isEmpty && bounds.allSatisfy(\.isFinite) && zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 },
            "the bounds of \(name) rise")
        return Histogram(family: family(name, help, .histogram(bounds: bounds)))
    }

    /// Asking for one that is there gives the same.
    private func family(_ name: String, _ help: String, _ kind: MetricFamily.Kind) -> MetricFamily {
        precondition(MetricText.isMetricName(name), "\(name) is no name of a metric")
        return families.withLock { families in
            if let family = families.first(where: { $0.name == name }) {
                precondition(family.kind == kind, "\(name) is two kinds of metric")
                return family
            }
            let family = MetricFamily(name: name, help: help, kind: kind)
            families.append(family)
            return family
        }
    }

    /// All metrics in the order in which they were first asked for, the series of each by their labels.
    package func text() -> String {
        let families = families.withLock { $0 }
        var text = families.map { $0.text() }.joined()
        let leftOut = families.map { ($0.name, $0.leftOutCount) }.filter { $0.1 > 0 }
        if !leftOut.isEmpty {
            let all = MetricFamily(
                name: "steward_metric_series_left_out_total", help: "Changes to series beyond the limit of a metric.",
                kind: .counter)
            for (name, count) in leftOut { all.change(["metric": name]) { $0.value = Double(count) } }
            text += all.text()
        }
        return text
    }
}

package struct Counter: Sendable {
    let family: MetricFamily

    /// - Parameter amount: not negative.
    package func add(_ amount: Double = 1, _ labels: [String: String] = [:]) {
        precondition(amount >= 0, "a counter only grows")
        family.change(labels) { $0.value += amount }
    }
}

package struct Gauge: Sendable {
    let family: MetricFamily

    package func set(_ value: Double, _ labels: [String: String] = [:]) {
        family.change(labels) { $0.value = value }
    }

    package func add(_ amount: Double, _ labels: [String: String] = [:]) {
        family.change(labels) { $0.value += amount }
    }

    /// Forgets all series, e.g. of jobs that are no more.
    package func removeAll() {
        family.removeAll()
    }
}

package struct Histogram: Sendable {
    let family: MetricFamily

    package func observe(_ value: Double, _ labels: [String: String] = [:]) {
        guard case .histogram(let bounds) = family.kind, !value.isNaN else { return }
        let range = bounds.firstIndex { value <= $0 } ?? bounds.count
        family.change(labels) { series in
            if series.counts.isEmpty { series.counts = [UInt64](repeating: 0, count: bounds.count + 1) }
            series.counts[range] &+= 1
            series.value += value
        }
    }
}
