import Synchronization

/// One metric with all its series.
final class MetricFamily: Sendable {
    enum Kind: Hashable, Sendable {
        case counter
        case gauge
        case histogram(bounds: [Double])

        var name: String {
            switch self {
            case .counter: "counter"
            case .gauge: "gauge"
            case .histogram: "histogram"
            }
        }
    }

    struct Series {
        /// The sum of what was observed, for a histogram.
        var value: Double = 0
        /// How many fell into each range; empty for others than histograms, and before the first.
        var counts: [UInt64] = []
    }

    private struct State {
        /// By the text of the labels, `job="a",state="b"`.
        var series: [String: Series] = [:]
        var leftOutCount: UInt64 = 0
    }

    let name: String
    let help: String
    let kind: Kind
    private let state = Mutex(State())

    init(name: String, help: String, kind: Kind) {
        self.name = name
        self.help = help
        self.kind = kind
    }

    func change(_ labels: [String: String], _ body: (inout Series) -> Void) {
        let key = MetricText.labels(labels)
        state.withLock { state in
            guard state.series[key] != nil || state.series.count < MetricsRegistry.maximumSeriesPerMetric else {
                state.leftOutCount += 1
                return
            }
            body(&state.series[key, default: Series()])
        }
    }

    func removeAll() {
        state.withLock { $0.series.removeAll() }
    }

    var leftOutCount: UInt64 { state.withLock { $0.leftOutCount } }

    func text() -> String {
        let series = state.withLock { $0.series }.sorted { $0.key < $1.key }
        var text = "# HELP \(name) \(MetricText.help(help))\n# TYPE \(name) \(kind.name)\n"
        for (labels, series) in series {
            switch kind {
            case .counter, .gauge: text += line(name, labels, MetricText.number(series.value))
            case .histogram(let bounds): text += lines(of: series, labels, bounds)
            }
        }
        return text
    }

    /// The ranges of a histogram are told as how many were at or below each bound.
    private func lines(of series: Series, _ labels: String, _ bounds: [Double]) -> String {
        var text = ""
        var count: UInt64 = 0
        for (bound, own) in zip(bounds + [.infinity], series.counts) {
            count &+= own
            let limit = "le=\"\(MetricText.number(bound))\""
            text += line(name + "_bucket", labels.isEmpty ? limit : labels + "," + limit, "\(count)")
        }
        text += line(name + "_sum", labels, MetricText.number(series.value))
        return text + line(name + "_count", labels, "\(count)")
    }

    private func line(_ name: String, _ labels: String, _ value: String) -> String {
        labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n"
    }
}
