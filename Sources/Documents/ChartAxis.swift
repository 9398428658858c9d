import Glibc

/// The axis of a chart: from where to where, and its round steps. Zero is always on it.
struct ChartAxis: Equatable {
    let low: Double
    let high: Double
    let step: Double
    private let isPercent: Bool

    init(_ values: [Double], isPercent: Bool, steps: Double = 4) {
        let finite = values.filter(\.isFinite)
        let least = min(0, finite.min() ?? 0)
        let greatest = max(0, finite.max() ?? 0)
        let most = greatest > least ? greatest : least + 1
        let span = most - least
        let raw = span / steps
        let power = pow(10, floor(log10(raw)))
        let step = ([1, 2, 2.5, 5, 10].first { $0 * power >= raw * 0.999 } ?? 10) * power
        self.step = step
        low = floor(least / step + 1e-9) * step
        high = max(ceil(most / step - 1e-9) * step, low + step)
        self.isPercent = isPercent
    }

    var ticks: [Double] {
        let count = Int(((high - low) / step).rounded())
        return (0...max(1, min(count, 12))).map { low + Double($0) * step }
    }

    /// Where a value stands, 0 at the low end and 1 at the high.
    func place(_ value: Double) -> Double { min(max((value - low) / (high - low), 0), 1) }

    /// `1,500`, `2.5`, `1.2 m`, `8%`.
    func text(_ tick: Double) -> String {
        var value = isPercent ? tick * 100 : tick
        var unit = isPercent ? "%" : ""
        var step = isPercent ? self.step * 100 : self.step
        let largest = max(abs(low), abs(high))
        if !isPercent, largest >= 1e9 {
            (value, step, unit) = (value / 1e9, step / 1e9, " bn")
        } else if !isPercent, largest >= 1e6 {
            (value, step, unit) = (value / 1e6, step / 1e6, " m")
        }
        let places =
            step >= 1 && step == step.rounded() ? 0 : step * 10 >= 1 && (step * 10) == (step * 10).rounded() ? 1 : 2
        return Self.grouped(value, places) + unit
    }

    private static func grouped(_ value: Double, _ places: Int) -> String {
        let factor = pow(10, Double(places))
        let scaled = (abs(value) * factor).rounded()
        guard scaled < 1e15 else { return "…" }
        let digits = Int64(scaled)
        let unit = Int64(factor)
        var whole = ""
        for (index, digit) in String(digits / unit).reversed().enumerated() {
            if index > 0, index.isMultiple(of: 3) { whole.append(",") }
            whole.append(digit)
        }
        let rest = String(digits % unit)
        let fraction = places == 0 ? "" : "." + String(repeating: "0", count: places - rest.utf8.count) + rest
        return (value < 0 && digits > 0 ? "-" : "") + String(whole.reversed()) + fraction
    }
}
