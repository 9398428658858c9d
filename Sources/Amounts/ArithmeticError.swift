import Diagnostics

/// A computation on exact numbers that has no exact answer.
package enum ArithmeticError: Error, Hashable, Sendable {
    /// The result is beyond what the type can hold. Nothing wraps, nothing saturates.
    case overflow
    case divisionByZero
    /// Two amounts of different currencies met in one sum or comparison.
    case currencyMismatch(Currency, Currency)
    /// An allocation got no weights, a negative weight, or weights that are all zero.
    case unusableWeights
}

extension ArithmeticError: ReportableError {
    package var failure: Failure {
        let summary =
            switch self {
            case .overflow: "An amount is beyond what can be computed exactly (about 92 quadrillion minor units)."
            case .divisionByZero: "A division by zero."
            case .currencyMismatch(let a, let b): "\(a.code) and \(b.code) cannot be added or compared."
            case .unusableWeights: "An amount cannot be split by weights that are empty, negative or all zero."
            }
        return Failure(.failed, summary)
    }
}
