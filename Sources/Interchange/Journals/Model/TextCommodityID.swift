/// A commodity of a text journal, by the order in which the journal first names it. `TextNames` knows its name.
package struct TextCommodityID: Hashable, Sendable, Comparable {
    package let index: Int32

    package init(index: Int32) {
        self.index = index
    }

    /// Of amounts that are plain numbers; its name is empty.
    package static let none = TextCommodityID(index: 0)

    package static func < (a: TextCommodityID, b: TextCommodityID) -> Bool { a.index < b.index }
}
