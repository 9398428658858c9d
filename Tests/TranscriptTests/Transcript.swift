import Foundation

/// A file of `Tests/Transcripts`: commands that a person could type, and exactly what came of each.
///
/// `Tests/Transcripts/README.md` describes the format.
struct Transcript {
    /// The state of the world before the first command.
    var beginning = Beginning.nothing
    var steps: [Step] = []
    /// Comments and blank lines before the first command.
    var preamble: [String] = []

    /// What is there when a transcript begins. Each is the one before it and something more.
    enum Beginning: String, CaseIterable {
        /// An empty folder.
        case nothing
        /// The company directory `acme`, just made, with the demo's CSV files in it. From here on, commands are given there.
        case company
        /// The demo's employees and facts are imported.
        case imported
        /// The monthly staff is paid for April 2026.
        case paid
    }

    /// One command and what came of it.
    struct Step: Equatable {
        /// More than one line where the shell asks for more.
        var command: [String]
        var result = Result()
        /// Comments and blank lines after the output.
        var remarks: [String] = []
    }

    struct Result: Equatable {
        var output: [String] = []
        var errors: [String] = []
        var exitCode: Int32 = 0
    }

    struct Unreadable: Error, CustomStringConvertible {
        var description: String
    }
}

// MARK: - Text

extension Transcript {
    private static let beginningKey = "begin: "
    private static let exitPrefix = "[exit "

    init(parsing text: String) throws(Unreadable) {
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if line.hasPrefix("$ ") {
                steps.append(Step(command: [String(line.dropFirst(2))]))
            } else if steps.isEmpty {
                try readPreamble(line)
            } else {
                try read(line, into: &steps[steps.count - 1])
            }
        }
        // Blank lines at the end of an output only set it off from what follows.
        for index in steps.indices {
            while steps[index].result.output.last == "" { steps[index].result.output.removeLast() }
            while steps[index].remarks.last == "" { steps[index].remarks.removeLast() }
        }
    }

    private mutating func readPreamble(_ line: String) throws(Unreadable) {
        guard line.hasPrefix(Self.beginningKey) else {
            preamble.append(line)
            return
        }
        guard let beginning = Beginning(rawValue: String(line.dropFirst(Self.beginningKey.count))) else {
            throw Unreadable(description: "\"\(line)\" is none of the beginnings \(Beginning.allCases)")
        }
        self.beginning = beginning
        preamble.append(line)
    }

    private func read(_ line: String, into step: inout Step) throws(Unreadable) {
        let hasOutput = step.result != Result()
        if line.hasPrefix("# ") || !step.remarks.isEmpty {
            step.remarks.append(line)
        } else if line.hasPrefix("> "), !hasOutput {
            step.command.append(String(line.dropFirst(2)))
        } else if line == "2>" || line.hasPrefix("2> ") {
            step.result.errors.append(String(line.dropFirst(3)))
        } else if line.hasPrefix(Self.exitPrefix) {
            guard let code = Int32(line.dropFirst(Self.exitPrefix.count).dropLast()) else {
                throw Unreadable(description: "\"\(line)\" holds no exit code")
            }
            step.result.exitCode = code
        } else {
            step.result.output.append(line)
        }
    }

    var text: String {
        (preamble + steps.flatMap(\.lines)).joined(separator: "\n")
    }
}

extension Transcript.Step {
    var lines: [String] {
        let typed = command.enumerated().map { ($0 == 0 ? "$ " : "> ") + $1 }
        var lines = typed + result.lines
        if !remarks.isEmpty { lines += [""] + remarks }
        return lines + [""]
    }
}

extension Transcript.Result {
    var lines: [String] {
        output + errors.map { $0.isEmpty ? "2>" : "2> " + $0 } + (exitCode == 0 ? [] : ["[exit \(exitCode)]"])
    }
}
