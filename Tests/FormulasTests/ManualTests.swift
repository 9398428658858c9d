import Foundation
import TestSupport
import Testing

@testable import Formulas

@Suite struct ManualTests {
    private static let manual = try? String(
        contentsOf: repositoryRoot.appending(path: "docs/reference/formulas.md"), encoding: .utf8)

    /// The lines of the manual's examples, each with its value behind `#`.
    private static let examples: [String] = {
        var isExample = false
        var lines: [String] = []
        for line in (manual ?? "").split(separator: "\n") {
            if line.hasPrefix("```") {
                isExample = line == "```formula"
            } else if isExample {
                lines.append(String(line))
            }
        }
        return lines
    }()

    @Test func `the manual's examples give the values that stand beside them`() throws {
        let desk = try Desk()
        #expect(Self.examples.count > 25)
        for example in Self.examples {
            let parts = example.split(separator: "#", maxSplits: 1)
            try #require(parts.count == 2, "\(example)")
            let expected = parts[1].trimmingCharacters(in: .whitespaces)
            // The comment is part of the language, so the line is a formula as it stands.
            #expect(
                try desk.value(example).split(separator: " ", maxSplits: 1).last.map(String.init) == expected,
                "\(example)")
        }
    }

    @Test(arguments: Function.allCases) func `every function is in the manual`(function: Function) throws {
        #expect(try #require(Self.manual).contains("`\(function.rawValue)("))
    }

    @Test(arguments: [
        FormulaLimits.maximumLengthBytes, FormulaLimits.maximumNestingLevels, FormulaLimits.maximumChainOperations,
        FormulaLimits.maximumInputs, FormulaLimits.maximumTableRows,
    ]) func `every limit is in the manual`(limit: Int) throws {
        let digits = String(limit)
        let grouped = digits.count > 3 ? "\(digits.dropLast(3)),\(digits.suffix(3))" : digits
        #expect(try #require(Self.manual).contains("| \(grouped)"))
    }
}
