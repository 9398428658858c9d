import Amounts
import Crypto
import Jobs

/// What a step of a close found.
package struct CloseFindings: Hashable, Sendable {
    /// What stands in the way, each with the row that it is about; empty where all agrees.
    package private(set) var obstacles: [CloseFinding]
    /// What was looked at and agrees, for the certificate: ("payroll liability", "GBP 69810.96").
    package private(set) var figures: [RunSummary.Figure]

    /// Obstacles are kept in their order; more than this many are counted and the rest left out.
    package static let maximumObstacles = 1_000

    package init(obstacles: [CloseFinding] = [], figures: [RunSummary.Figure] = []) {
        self.obstacles = obstacles
        self.figures = figures
    }

    package var isGreen: Bool { obstacles.isEmpty }

    package mutating func add(_ item: String, _ text: String) {
        obstacles.append(CloseFinding(item: item, text: text))
    }

    package mutating func add(_ figure: RunSummary.Figure) {
        figures.append(figure)
    }

    /// What a sign-off is bound to: the same obstacles in any order have the same, others have another.
    package var digest: String {
        let lines = obstacles.map { "\($0.item.utf8.count):\($0.item)\($0.text.utf8.count):\($0.text)" }.sorted()
        return SHA256.hash(data: Array(lines.joined(separator: "\n").utf8)).hexText
    }

    package static let signOffDigits = 12
}

/// One thing that stands in the way of a close.
package struct CloseFinding: Hashable, Sendable {
    /// What it is about, as a person can look it up: `run 12`, `account 1290`, `entry 4711`.
    package let item: String
    /// What is wrong with it, and what it should be.
    package let text: String

    package init(item: String, text: String) {
        self.item = item
        self.text = text
    }
}
