/// The bounds of the language: beyond them a formula is refused with a problem that names the bound.
package enum FormulaLimits {
    /// Bytes of UTF-8 in one formula.
    package static let maximumLengthBytes = 16_384
    /// Parentheses, calls and `if` within one another.
    package static let maximumNestingLevels = 64
    /// Operations that hang on one another, in a chain such as `a + b + c` or within one another.
    package static let maximumChainOperations = 256
    /// Inputs and named formulas in one scope.
    package static let maximumInputs = 16_000
    /// Rows of one table.
    package static let maximumTableRows = 100_000
    /// Decimal places of a quotient; a longer one is rounded half to even.
    package static let quotientPlaces: UInt8 = 12
    /// Decimal places of a product; a longer one is rounded half to even.
    package static let productPlaces: UInt8 = 18
}
