import Diagnostics

/// An evaluation that has no answer, with the sub-expression that has none.
///
/// ```
/// components.yaml:14:22: cannot compute "gross / hours": a division by zero
/// ```
package struct FormulaError: Error, Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        /// Beyond 128 bits, some 10^38 at the decimal places at hand.
        case overflow
        case divisionByZero
        case inputNotSet(name: String)
        case inputOfOtherType(name: String, declared: FormulaType, found: FormulaType)
        case keyNotFound(table: String, key: String)
        case notCovered(table: String, value: String)
        /// A date moved by a number of days or months that is not whole.
        case notWhole(value: String)
        /// Before 0001-01-01 or after 9999-12-31.
        case dateOutOfRange
    }

    package var reason: Reason
    /// The sub-expression, as written.
    package var expression: String
    package var location: SourceLocation
}

extension FormulaError: ReportableError, CustomStringConvertible {
    package var problem: Problem {
        let (message, expected): (String, String?) =
            switch reason {
            case .overflow: ("the number is too large to be computed exactly", nil)
            case .divisionByZero: ("a division by zero", "a divisor that cannot be 0; guard it with if … then … else")
            case .inputNotSet(let name):
                ("\(name) has no value here", "a value, or a formula that asks has(\(name)) first")
            case .inputOfOtherType(let name, let declared, let found):
                ("\(name) was declared as \(declared.kind.name) and holds \(found.kind.name)", nil)
            case .keyNotFound(let table, let key): ("the table \(table) has no row for \(key)", nil)
            case .notCovered(let table, let value): ("no row of the table \(table) covers \(value)", nil)
            case .notWhole(let value): ("\(value) is not a whole number of days or months", "a whole number")
            case .dateOutOfRange: ("the date would be outside the years 1 to 9999", nil)
            }
        return Problem("cannot compute \"\(expression)\": \(message)", expected: expected, at: location)
    }

    package var failure: Failure {
        Failure(
            .failed, "A formula has no result.", problems: [problem],
            advice: "Correct the formula, its table or the value that it met, and run again.")
    }

    package var description: String { problem.description }
}
