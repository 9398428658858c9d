/// Collects problems while a file is read, so that its reader hears of all of them at once.
package struct ProblemList: Sendable {
    package private(set) var problems: [Problem] = []
    /// Problems beyond this many are counted and not kept.
    package let maximumCount: Int
    package private(set) var suppressedCount = 0

    package init(maximumCount: Int = 1_000) {
        self.maximumCount = maximumCount
    }

    package var isEmpty: Bool { problems.isEmpty }
    /// All problems met, kept or not.
    package var count: Int { problems.count + suppressedCount }

    package mutating func add(_ problem: Problem) {
        guard problems.count < maximumCount else {
            suppressedCount += 1
            return
        }
        problems.append(problem)
    }

    package mutating func add(_ message: String, expected: String? = nil, at location: SourceLocation? = nil) {
        add(Problem(message, expected: expected, at: location))
    }

    package mutating func add(contentsOf others: [Problem]) {
        others.forEach { add($0) }
    }

    /// Adds what another list has kept and counted.
    package mutating func add(contentsOf other: ProblemList) {
        add(contentsOf: other.problems)
        suppressedCount += other.suppressedCount
    }

    /// Throws everything collected so far as one failure; does nothing when there is nothing.
    ///
    /// - Parameter consequence: what follows for the reader, e.g. "nothing was imported".
    package func throwIfAny(exitCode: ExitCode = .usage, consequence: String) throws(Failure) {
        guard !isEmpty else { return }
        // One thing may have been met in several readings of the same place.
        var told: Set<Problem> = []
        let once = problems.filter { told.insert($0).inserted }
        let count = once.count + suppressedCount
        let noun = count == 1 ? "1 error" : "\(count) errors"
        let kept = suppressedCount == 0 ? "" : " (the first \(maximumCount) are shown)"
        throw Failure(
            exitCode, "\(noun)\(kept); \(consequence).", problems: once.sorted(by: Problem.inReadingOrder))
    }
}

extension Problem {
    /// By file and place; those without a place first.
    static func inReadingOrder(_ a: Problem, _ b: Problem) -> Bool {
        switch (a.location, b.location) {
        case (let a?, let b?): a < b
        case (nil, _?): true
        default: false
        }
    }
}
