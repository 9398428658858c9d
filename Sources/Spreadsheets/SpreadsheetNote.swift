/// Something a reader of the file should know: the file is right, and not quite as its data were.
///
/// Notes of one kind in one column are counted, not repeated: there are never more than columns × kinds.
package struct SpreadsheetNote: Hashable, Sendable, CustomStringConvertible {
    package enum Kind: Hashable, Sendable {
        /// A number with more digits than Excel keeps stands as text, so that every digit is seen.
        case numberAsText
        /// A date before 1900 stands as text: Excel has none.
        case dateAsText
        /// A text was longer than a cell holds and ends in a mark.
        case textCut
        /// Control characters, which Excel refuses, stand as U+FFFD.
        case charactersReplaced
        /// A target that is no http, https or mailto address, or one link too many, stands as plain text.
        case linkAsText
        /// The sheet was full; its rows go on in the sheet of this name.
        case continued(in: String)
        /// The sheet could not have the name it was given.
        case renamed(from: String)
    }

    package let kind: Kind
    package let sheet: String
    /// The title of the column; empty where it is about the sheet.
    package let column: String
    /// The first cell concerned: `D12`.
    package let firstCell: String
    package internal(set) var count: Int

    package var description: String {
        let place = column.isEmpty ? "Sheet \(sheet)" : "Sheet \(sheet), column \"\(column)\""
        let cells = count == 1 ? "1 cell (\(firstCell))" : "\(count) cells (the first is \(firstCell))"
        switch kind {
        case .numberAsText:
            return "\(place): \(cells) with more than \(ExcelLimits.significantDigits) digits written as text."
        case .dateAsText: return "\(place): \(cells) with a date that Excel does not have written as text."
        case .textCut: return "\(place): \(cells) cut to \(ExcelLimits.textUnits) characters."
        case .charactersReplaced: return "\(place): \(cells) with control characters, shown as U+FFFD."
        case .linkAsText: return "\(place): \(cells) with a link that cannot be one, written as text."
        case .continued(let next): return "\(place): full; its rows go on in sheet \(next)."
        case .renamed(let asked): return "\(place): could not be named \"\(asked)\"."
        }
    }
}

/// Collects notes; shared by the sheets of a workbook.
final class NoteList {
    private(set) var notes: [SpreadsheetNote] = []
    private var indices: [Key: Int] = [:]

    private struct Key: Hashable {
        let kind: SpreadsheetNote.Kind
        let sheet: String
        let column: String
    }

    func add(_ kind: SpreadsheetNote.Kind, sheet: String, column: String = "", cell: @autoclosure () -> String = "") {
        let key = Key(kind: kind, sheet: sheet, column: column)
        if let index = indices[key] {
            notes[index].count += 1
        } else {
            indices[key] = notes.count
            notes.append(SpreadsheetNote(kind: kind, sheet: sheet, column: column, firstCell: cell(), count: 1))
        }
    }
}
