import Diagnostics
import Files

/// Why a workbook could not be written. Nothing is left at its path: an older file there stays as it was.
package enum SpreadsheetError: Error, Hashable, Sendable {
    /// The system refused something; `reason` is its own word for it ("No space left on device").
    case cannotWrite(path: String, reason: String)
    /// The disk has less room than finishing the file needs.
    case diskTooFull(path: String, neededBytes: Int64, freeBytes: Int64)
    /// Another process is writing the same file now.
    case beingWritten(path: String)
    /// The library refused a call; `operation` names the place in the workbook.
    case library(path: String, operation: String, reason: String)
    /// The numbers of this process are written with another decimal point than files have.
    case unusableLocale(decimalPoint: String)
    /// A row has more cells than its sheet has columns.
    case tooManyCells(sheet: String, row: Int, columns: Int)
    /// A cell does not suit its column: money in a column of dates, euros in a column of pounds.
    case unsuitableCell(sheet: String, cell: String, column: String, expected: String, found: String)
    /// A sheet of no columns, or of more than Excel has.
    case unusableColumnCount(sheet: String, count: Int)
    /// A sum is beyond what can be computed exactly.
    case totalOverflow(sheet: String, column: String)
    /// A sheet has no column of that title.
    case unknownColumn(sheet: String, column: String)
    /// A workbook was closed without a sheet.
    case noSheet(path: String)
    /// Something was written after `close()`, or after an error had ended the workbook.
    case closed(path: String)
}

extension SpreadsheetError {
    init(_ error: FileError) {
        self =
            switch error {
            case .cannotWrite(let path, let reason): .cannotWrite(path: path, reason: reason)
            case .beingWritten(let path): .beingWritten(path: path)
            case .exists(let path): .cannotWrite(path: path, reason: "it is there already")
            case .noReader(let path): .cannotWrite(path: path, reason: "nobody reads it any more")
            }
    }
}

extension SpreadsheetError: ReportableError {
    package var failure: Failure {
        let nothingWritten = "Nothing was written there; a file that was there before is unchanged."
        switch self {
        case .cannotWrite(let path, let reason): return FileError.cannotWrite(path: path, reason: reason).failure
        case .diskTooFull(let path, let needed, let free):
            return Failure(
                .failed,
                "\(path) cannot be written: finishing it needs about \(needed) bytes, and \(free) are free on its disk.",
                advice: "\(nothingWritten) Free some space and write it again.")
        case .beingWritten(let path): return FileError.beingWritten(path: path).failure
        case .library(let path, let operation, let reason):
            return Failure(.failed, "\(path): \(operation): \(reason).", advice: nothingWritten)
        case .unusableLocale(let decimalPoint):
            return Failure(
                .failed,
                "Numbers of this process are written with \"\(decimalPoint)\" for the decimal point (expected \".\").",
                advice: "Run it with LC_ALL=C.UTF-8.")
        case .tooManyCells(let sheet, let row, let columns):
            return Failure(.failed, "Sheet \(sheet), row \(row): more cells than the \(columns) columns of the sheet.")
        case .unsuitableCell(let sheet, let cell, let column, let expected, let found):
            return Failure(
                .failed, "Sheet \(sheet), cell \(cell), column \"\(column)\": \(found) (expected \(expected)).")
        case .unusableColumnCount(let sheet, let count):
            return Failure(.failed, "Sheet \(sheet): \(count) columns (expected 1 to \(ExcelLimits.columns)).")
        case .totalOverflow(let sheet, let column):
            return Failure(
                .failed, "Sheet \(sheet), column \"\(column)\": the total is beyond what is computed exactly.")
        case .unknownColumn(let sheet, let column):
            return Failure(.failed, "Sheet \(sheet) has no column \"\(column)\".")
        case .noSheet(let path):
            return Failure(.failed, "\(path): a workbook needs a sheet.")
        case .closed(let path):
            return Failure(
                .failed,
                "\(path): the workbook is closed or was given up after an error; nothing more can be written to it.")
        }
    }
}
