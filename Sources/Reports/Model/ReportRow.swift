/// One line of a sheet, in the order in which it is read.
package struct ReportRow: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// Where a group begins; `text` is its heading. Level 0 is the outermost.
        case groupHeading(level: Int)
        /// A row of data.
        case row
        /// The sums of a group that ends; `text` says of what.
        case subtotal(level: Int)
        /// A line between groups that sums up all before it: gross profit. `text` is its name.
        case running
        /// The sums of the sheet; the last row but for notes.
        case total
        /// Words that run over all columns.
        case note
    }

    /// What a reader's eye should be drawn to; each renderer has its own sign for it.
    package enum Mark: Hashable, Sendable { case none, good, warning, bad, muted }

    package var kind: Kind
    /// The heading, the name of the subtotal or the note; empty for a row of data.
    package var text: String
    /// One for each column of the sheet; none for a heading or a note. In subtotals and totals, columns without a total
    /// are empty, and the text belongs into the first columns, as far as they are empty.
    package var values: [ReportValue]
    /// One for each column, or none at all where nothing is marked.
    package var marks: [Mark]

    package init(_ kind: Kind, text: String = "", values: [ReportValue] = [], marks: [Mark] = []) {
        self.kind = kind
        self.text = text
        self.values = values
        self.marks = marks
    }

    package func mark(_ column: Int) -> Mark { marks.indices.contains(column) ? marks[column] : .none }
}
