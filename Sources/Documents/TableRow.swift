/// One row of a table in a document.
package struct TableRow: Sendable {
    package enum Role: Hashable, Sendable {
        case body
        /// Begins a group; its text stands in place of cells. It is never the last on a page, and is said again on the
        /// pages that the group goes on to. Level 0 is the outermost.
        case groupHeading(level: Int)
        /// Ends a group.
        case subtotal(level: Int)
        /// A sum of all before it, between groups.
        case running
        case total
        /// Words over the whole width.
        case note
    }

    package var role: Role
    /// The heading, the name of a sum, or the words of a note.
    package var text: String
    package var cells: [TableCell]
    /// Steps that the first cell of a row of a statement stands to the right.
    package var indent: Int

    package init(_ role: Role = .body, text: String = "", cells: [TableCell] = [], indent: Int = 0) {
        self.role = role
        self.text = text
        self.cells = cells
        self.indent = indent
    }
}

package struct TableCell: Sendable, ExpressibleByStringLiteral {
    /// What the eye should be drawn to.
    package enum Tone: Hashable, Sendable { case plain, muted, good, warning, bad, negative }

    package var text: String
    package var tone: Tone
    package var link: WebAddress?
    /// How much of the cell a bar behind the text fills, from 0 to 1.
    package var bar: Double

    package init(_ text: String, _ tone: Tone = .plain, link: WebAddress? = nil, bar: Double = 0) {
        self.text = text
        self.tone = tone
        self.link = link
        self.bar = bar
    }

    package init(stringLiteral text: String) { self.init(text) }
}
