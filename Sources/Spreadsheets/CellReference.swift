/// Cells by their names in formulas. Rows and columns count from 0 here and from 1 and A there.
package enum CellReference {
    /// `A`, `Z`, `AA` for 0, 25, 26.
    package static func columnName(_ column: Int) -> String {
        var letters: [UInt8] = []
        var rest = column
        repeat {
            letters.append(UInt8(ascii: "A") + UInt8(rest % 26))
            rest = rest / 26 - 1
        } while rest >= 0
        return String(decoding: letters.reversed(), as: UTF8.self)
    }

    /// `D12`.
    package static func cell(row: Int, column: Int) -> String {
        columnName(column) + String(row + 1)
    }

    /// `D2:D41`, or `'Register (2)'!D2:D41`.
    package static func range(column: Int, rows: ClosedRange<Int>, sheet: String? = nil) -> String {
        let range = "\(cell(row: rows.lowerBound, column: column)):\(cell(row: rows.upperBound, column: column))"
        return sheet.map { "\(quoted(sheet: $0))!\(range)" } ?? range
    }

    /// A sheet's name as formulas want it: in apostrophes, those inside doubled.
    package static func quoted(sheet: String) -> String {
        var name = "'"
        for character in sheet.unicodeScalars {
            if character == "'" { name.unicodeScalars.append("'") }
            name.unicodeScalars.append(character)
        }
        return name + "'"
    }
}
