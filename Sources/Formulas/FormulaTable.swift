import Amounts
import Calendars
import Diagnostics

/// A table that formulas read by `bracket` or `lookup`, with the source of its figures.
///
/// Made by `brackets`, `ranges` or `keys`, which check the rows and report everything that is wrong with them.
package final class FormulaTable: Sendable {
    package enum Shape: Sendable, Hashable {
        /// For `bracket`: each part of a number is charged at the rate of the bracket that it falls in.
        case brackets(over: FormulaType, giving: FormulaType)
        /// For `lookup` by a number or a date: the value of the one row that covers it.
        case ranges(over: FormulaType, giving: FormulaType)
        /// For `lookup` by a text: the value of the one row with that key.
        case keys(giving: FormulaType)
    }

    package let name: String
    package let shape: Shape
    /// Where the figures are published.
    package let source: String
    package let rowCount: Int

    /// Brackets and ranges, ascending: where each row begins, inclusive. Empty for keys.
    let lowerBounds: [Scalar]
    /// Whether the first row has no lower end; its entry in `lowerBounds` means nothing then.
    let isOpenBelow: Bool
    /// Where the last row ends, exclusive; nil when it has no end.
    let upperBound: Scalar?
    /// Brackets: the amount at the lower bound of each row.
    let bases: [Scalar]
    /// Brackets: the rate on what lies above the lower bound.
    let rates: [Scalar]
    /// Ranges and keys: the value of each row.
    let values: [FormulaValue]
    let rowsByKey: [String: Int]
    private let rowSources: [String?]

    init(
        name: String, shape: Shape, source: String, lowerBounds: [Scalar] = [], isOpenBelow: Bool = false,
        upperBound: Scalar? = nil, bases: [Scalar] = [], rates: [Scalar] = [], values: [FormulaValue] = [],
        rowsByKey: [String: Int] = [:], rowSources: [String?]
    ) {
        self.name = name
        self.shape = shape
        self.source = source
        self.rowCount = rowSources.count
        self.lowerBounds = lowerBounds
        self.isOpenBelow = isOpenBelow
        self.upperBound = upperBound
        self.bases = bases
        self.rates = rates
        self.values = values
        self.rowsByKey = rowsByKey
        self.rowSources = rowSources
    }

    /// The source of a row: its own, or else the table's.
    func source(ofRow row: Int) -> String { rowSources[row] ?? source }

    /// The row whose `[at_least, less_than)` holds the number; nil when none does.
    func row(covering x: Scalar) -> Int? {
        var low = 0
        var high = lowerBounds.count
        // The first bound above x; its predecessor is the row.
        while low < high {
            let middle = (low + high) / 2
            if middle == 0 && isOpenBelow || !Scalar.isLess(x, lowerBounds[middle]) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        guard low > 0 else { return nil }
        if let upperBound, !Scalar.isLess(x, upperBound) { return nil }
        return low - 1
    }

    /// The amount by brackets: `base + (x − at_least) × rate` of the row that covers `x`.
    func amount(row: Int, _ x: Scalar) throws(Stop) -> Scalar {
        let above = try Scalar.difference(x, lowerBounds[row])
        return try Scalar.sum(bases[row], Scalar.product(above, rates[row]))
    }
}
