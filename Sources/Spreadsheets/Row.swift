import Amounts
import Calendars

/// The row that is being written, from left to right.
///
/// The first error is kept and thrown when the row ends, so that the cells read as a list.
package struct Row {
    private let sheet: TableSheet
    private var column = 0
    private var error: SpreadsheetError?
    private var hasFailed = false

    init(sheet: TableSheet) {
        self.sheet = sheet
    }

    package mutating func text(_ text: String) {
        put { (sheet, column) throws(SpreadsheetError) in try sheet.text(text, at: column) }
    }
    package mutating func money(_ money: Money) {
        put { (sheet, column) throws(SpreadsheetError) in try sheet.money(money, at: column) }
    }
    package mutating func date(_ date: CalendarDate) { cell(.date(date)) }
    package mutating func instant(_ instant: Instant) { cell(.instant(instant)) }
    package mutating func rate(_ rate: Rate) { cell(.rate(rate)) }
    package mutating func quantity(_ quantity: Quantity) { cell(.quantity(quantity)) }
    package mutating func integer(_ integer: some BinaryInteger) {
        // Beyond 64 bits there is no cell; the digits are shown.
        cell(Int64(exactly: integer).map { .integer($0) } ?? .text(String(integer)))
    }
    package mutating func boolean(_ boolean: Bool) { cell(.boolean(boolean)) }
    package mutating func empty() { cell(.empty) }

    /// A formula without its `=`, and its value as computed exactly; see `Cell.formula`.
    package mutating func formula(_ formula: String, result: Cell) { cell(.formula(formula, result: result)) }
    package mutating func link(_ link: Link, _ text: String) { cell(.link(link, text: text)) }

    package mutating func cell(_ cell: Cell) {
        put { (sheet, column) throws(SpreadsheetError) in try sheet.cell(cell, at: column) }
    }

    /// The name of this row's cell in the column of that title, for formulas: `D12`.
    package func reference(_ title: String) throws(SpreadsheetError) -> String {
        try sheet.reference(title)
    }

    @inline(__always)
    private mutating func put(_ write: (TableSheet, Int) throws(SpreadsheetError) -> Void) {
        guard !hasFailed else { return }
        do throws(SpreadsheetError) {
            try write(sheet, column)
        } catch {
            self.error = error
            hasFailed = true
        }
        column += 1
    }

    /// Fills up with empty cells, and throws what went wrong.
    mutating func finish() throws(SpreadsheetError) {
        while column < sheet.columns.count, !hasFailed { empty() }
        if let error { throw error }
    }
}
