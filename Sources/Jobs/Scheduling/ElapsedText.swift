/// A length of time for people, in its two largest units, rounded down: `45 s`, `3 h 12 min`, `2 d`.
package struct ElapsedText: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ seconds: Int64) {
        let units: [(name: String, seconds: Int64)] = [("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)]
        let length = max(0, seconds)
        guard let first = units.firstIndex(where: { length >= $0.seconds }) else {
            description = "0 s"
            return
        }
        var rest = length
        var parts: [String] = []
        for unit in units[first...].prefix(2) where rest >= unit.seconds {
            parts.append("\(rest / unit.seconds) \(unit.name)")
            rest %= unit.seconds
        }
        description = parts.joined(separator: " ")
    }
}
