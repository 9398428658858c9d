import Diagnostics

/// Why a document could not be made.
package enum DocumentError: Error, Hashable, Sendable {
    /// pango or cairo is not installed; `reason` is the loader's word for it.
    case libraryMissing(reason: String)
    /// The library refused a call; `operation` names what was done.
    case library(operation: String, reason: String)
    /// What takes the bytes refused them.
    case cannotWrite(reason: String)
    /// The pages that wait for their numbers no longer fit the temporary folder.
    case cannotSpool(reason: String)
    /// More pages than `PageSetup.maximumPages`.
    case tooManyPages(limit: Int)
    /// A table of no columns, or of more than `DocumentLimits.columns`.
    case unusableColumnCount(table: String, count: Int)
    /// A row has more cells than its table has columns.
    case tooManyCells(table: String, row: Int, columns: Int)
    /// Margins that leave no room for text, or a size that no page has.
    case unusablePage(reason: String)
    /// Something was written to a table that had ended, or to a document while one of its tables was open.
    case outOfOrder(operation: String)
}

extension DocumentError: ReportableError {
    package var failure: Failure {
        switch self {
        case .libraryMissing(let reason):
            return Failure(
                .failed, "PDF files need pango and cairo, which cannot be loaded (\(reason)).",
                advice: "Install them: apt-get install libpangocairo-1.0-0 fonts-dejavu-core")
        case .library(let operation, let reason):
            return Failure(.failed, "The document could not be made: \(operation): \(reason).")
        case .cannotWrite(let reason):
            return Failure(
                .failed, "The document could not be written: \(reason).",
                advice: "Check the folder, its permissions and its disk.")
        case .cannotSpool(let reason):
            return Failure(
                .failed, "The pages of a long document could not be kept in the temporary folder: \(reason).",
                advice: "Make room there, or name another folder in TMPDIR.")
        case .tooManyPages(let limit):
            return Failure(
                .failed, "The document has more than \(limit) pages.",
                advice: "Make it of fewer rows, or as a workbook (xlsx) or CSV.")
        case .unusableColumnCount(let table, let count):
            return Failure(
                .failed, "Table \"\(table)\": \(count) columns (expected 1 to \(DocumentLimits.columns)).")
        case .tooManyCells(let table, let row, let columns):
            return Failure(
                .failed, "Table \"\(table)\", row \(row): more cells than the \(columns) columns of the table.")
        case .unusablePage(let reason):
            return Failure(.failed, "The page cannot be used: \(reason).")
        case .outOfOrder(let operation):
            return Failure(.failed, "The document cannot take \(operation) now: a table is open, or it has ended.")
        }
    }
}

/// The bounds of documents.
package enum DocumentLimits {
    package static let columns = 256
    /// Figures that stand below the title.
    package static let figures = 12
    /// UTF-16 units of one text; what is longer is cut and ends in `DocumentText.cutMark`. As much as a cell of a
    /// workbook holds.
    package static let textUnits = 32_767
    /// Pages of one document, where its setup names no other number.
    package static let pages = 20_000
    /// Rows that are looked at before the columns of a table get their widths; fewer where their texts have more bytes than
    /// `measuredBytes`.
    package static let measuredRows = 1_000
    package static let measuredBytes = 1 << 20
    /// Bytes of laid-out pages that are kept in memory; what is beyond goes to an unnamed temporary file.
    package static let spoolMemoryBytes = 8 << 20
}
