/// Something a reader of the document should know: it is right, and not quite as its data were.
///
/// Notes of one kind in one table are counted, not repeated.
package struct DocumentNote: Hashable, Sendable, CustomStringConvertible {
    package enum Kind: Hashable, Sendable {
        /// A text was too long and ends in a mark.
        case textCut
        /// Control characters stand as U+FFFD.
        case charactersReplaced
        /// No font of this machine has a character; a box stands in its place.
        case charactersMissing
        /// The table was too wide for a page: its columns go on over so many pages side by side.
        case columnsSplit(pages: Int)
        /// The link has no address that may be one; it stands as plain text.
        case linkAsText
        /// The font is not installed; this one was taken instead, and the bytes are other than elsewhere.
        case fontReplaced(by: String)
    }

    package let kind: Kind
    /// The title of the table; empty outside of one.
    package let table: String
    package internal(set) var count: Int

    package var description: String {
        let place = table.isEmpty ? "Document" : "Table \"\(table)\""
        let texts = count == 1 ? "1 text" : "\(count) texts"
        switch kind {
        case .textCut: return "\(place): \(texts) cut to \(DocumentLimits.textUnits) characters."
        case .charactersReplaced: return "\(place): \(texts) with control characters, shown as U+FFFD."
        case .charactersMissing: return "\(place): \(texts) with characters that no installed font has."
        case .columnsSplit(let pages):
            return "\(place): too wide for one page; its columns go on over \(pages) pages side by side."
        case .linkAsText: return "\(place): \(texts) with a link that cannot be one, written as text."
        case .fontReplaced(let family):
            return "\(place): the font \(TextStyle.family) is not installed (fonts-dejavu-core); \(family) was taken."
        }
    }
}

/// Collects notes; shared by the tables of a document.
final class DocumentNotes {
    private(set) var notes: [DocumentNote] = []
    private var indices: [Key: Int] = [:]

    private struct Key: Hashable {
        let kind: DocumentNote.Kind
        let table: String
    }

    func add(_ kind: DocumentNote.Kind, table: String = "") {
        let key = Key(kind: kind, table: table)
        if let index = indices[key] {
            notes[index].count += 1
        } else {
            indices[key] = notes.count
            notes.append(DocumentNote(kind: kind, table: table, count: 1))
        }
    }
}
