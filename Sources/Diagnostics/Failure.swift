/// Why a command stopped, in words for its reader and with its exit code.
///
/// Every error that reaches a person is one of these, or a type that turns into one by `ReportableError`.
package struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
    package var exitCode: ExitCode
    /// What happened, in one sentence.
    package var summary: String
    /// Everything that is wrong, in the order in which the reader meets it.
    package var problems: [Problem]
    /// What to do next.
    package var advice: String?

    package init(_ exitCode: ExitCode, _ summary: String, problems: [Problem] = [], advice: String? = nil) {
        self.exitCode = exitCode
        self.summary = summary
        self.problems = problems
        self.advice = advice
    }

    /// The problems, one a line, then the summary, then the advice.
    package var description: String {
        var lines = problems.map(\.description)
        lines.append(summary)
        if let advice { lines.append(advice) }
        return lines.joined(separator: "\n")
    }
}

extension Problem {
    /// What a part of the program gave up on, as one of several problems of a whole.
    package init(_ failure: Failure) {
        let sentences = failure.problems.map(\.description) + [failure.summary] + (failure.advice.map { [$0] } ?? [])
        self.init(sentences.joined(separator: " "))
    }
}

/// An error of a module that says itself what a person should read.
package protocol ReportableError: Error {
    var failure: Failure { get }
}

extension Failure: ReportableError {
    package var failure: Failure { self }
}
