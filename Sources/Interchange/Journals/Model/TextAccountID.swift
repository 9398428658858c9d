/// An account of a text journal, by the order in which the journal first names it. `TextNames` knows its name.
package struct TextAccountID: Hashable, Sendable, Comparable {
    package let index: Int32

    package init(index: Int32) {
        self.index = index
    }

    package static func < (a: TextAccountID, b: TextAccountID) -> Bool { a.index < b.index }
}
