import CXLSXWriter

/// One sheet of the file. A table of more rows than a sheet has takes several.
final class SheetPart {
    let worksheet: UnsafeMutablePointer<lxw_worksheet>
    let name: String
    /// Position among the sheets of the workbook, from 1: the number of its member in the file.
    let number: Int
    /// Rows written so far, the header included.
    var rowCount = 0
    var linkCount = 0

    init(worksheet: UnsafeMutablePointer<lxw_worksheet>, name: String, number: Int) {
        self.worksheet = worksheet
        self.name = name
        self.number = number
    }
}
