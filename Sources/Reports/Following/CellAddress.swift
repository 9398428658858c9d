import Diagnostics

/// A cell of a workbook, as a person names it: `Sheet!C7`, `'Set aside'!B12`.
package struct CellAddress: Hashable, Sendable {
    package var sheet: String
    /// Counted from 0.
    package var column: Int
    /// Counted from 1, as it is shown.
    package var row: Int

    package init(_ text: String) throws(Failure) {
        guard let mark = text.lastIndex(of: "!"), mark > text.startIndex else { throw Self.refusal(text) }
        var sheet = String(text[..<mark])
        if sheet.count > 1, sheet.hasPrefix("'"), sheet.hasSuffix("'") {
            sheet = String(sheet.dropFirst().dropLast()).replacing("''", with: "'")
        }
        let place = text[text.index(after: mark)...].filter { $0 != "$" }.uppercased()
        let letters = place.prefix { ("A"..."Z").contains($0) }
        guard (1...3).contains(letters.count), let row = Int(place.dropFirst(letters.count)),
            (1...1_048_576).contains(row)
        else { throw Self.refusal(text) }
        self.sheet = sheet
        column = letters.utf8.reduce(0) { $0 * 26 + Int($1) - 64 } - 1
        self.row = row
    }

    /// Whether it is a cell of this sheet; capitals do not count, as in Excel.
    func isOn(_ name: String) -> Bool { sheet.lowercased() == name.lowercased() }

    private static func refusal(_ text: String) -> Failure {
        Failure(
            .usage, "\"\(text)\" is no cell.",
            advice: "Write the sheet and the cell, as 'Month!D7' or 'Set aside!B3', between single quotes.")
    }
}
