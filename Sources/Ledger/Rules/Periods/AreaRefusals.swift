import Diagnostics

/// What is wrong with areas of a period: what is the same for several is told once, with their names, and without them
/// where it is the same for all.
struct AreaRefusals {
    private struct Refusal {
        var start: String
        var end: String
        var expected: String
        var areas: [LedgerArea]
    }

    private var refusals: [Refusal] = []

    /// - Parameters:
    ///   - start: what is said before the name of the area.
    ///   - end: what is said behind it.
    mutating func add(_ area: LedgerArea, _ start: String, _ end: String = "", expected: String) {
        let same = refusals.firstIndex { $0.start == start && $0.end == end && $0.expected == expected }
        if let same {
            refusals[same].areas.append(area)
        } else {
            refusals.append(Refusal(start: start, end: end, expected: expected, areas: [area]))
        }
    }

    func report(into problems: inout ProblemList) {
        for refusal in refusals {
            let names = refusal.areas.map(\.rawValue).joined(separator: ", ")
            let areas = refusal.areas.count == LedgerArea.allCases.count ? "" : " for \(names)"
            problems.add("\(refusal.start)\(areas)\(refusal.end)", expected: refusal.expected)
        }
    }
}
