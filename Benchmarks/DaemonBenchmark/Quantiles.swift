import Foundation

/// The distribution of measured times, in milliseconds.
struct Quantiles {
    private let sorted: [Double]

    init(milliseconds: [Double]) {
        sorted = milliseconds.sorted()
    }

    var count: Int { sorted.count }

    /// By the nearest rank: the smallest value that at least this share of all does not exceed.
    func value(_ share: Double) -> Double {
        guard !sorted.isEmpty else { return .nan }
        return sorted[min(sorted.count - 1, max(0, Int((share * Double(sorted.count)).rounded(.up)) - 1))]
    }

    var p50: Double { value(0.50) }
    var p99: Double { value(0.99) }
    var maximum: Double { sorted.last ?? .nan }

    func line(_ label: String) -> String {
        label.padding(toLength: 46, withPad: " ", startingAt: 0)
            + String(format: "%8.1f %8.1f %8.1f", p50, p99, maximum)
    }

    static let heading = String(repeating: " ", count: 46) + "     p50      p99      max"
}

func text(_ value: Double, _ places: Int = 1) -> String { String(format: "%.\(places)f", value) }

/// The averages of the machine's load over 1, 5 and 15 minutes.
var loadText: String {
    ((try? String(contentsOfFile: "/proc/loadavg", encoding: .utf8)) ?? "").split(separator: " ").prefix(3)
        .joined(separator: " ")
}

/// Prints at once, also into a file: some measurements take long.
func say(_ text: String) {
    print(text)
    fflush(nil)
}
