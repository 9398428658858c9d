/// A column of a table in a document.
///
/// ```swift
/// [.text("Name"), .figure("Gross", isTotalled: true), .code("Pay date")]
/// ```
package struct TableColumn: Hashable, Sendable {
    package enum Alignment: Hashable, Sendable { case left, right, centre }

    package let title: String
    /// Words above this column and its neighbours with the same words; empty for none.
    package let group: String
    package let alignment: Alignment
    /// Whether its cells are figures, dates or codes: never broken over lines, every digit of one width.
    package let isTabular: Bool
    /// Whether sums stand below it, which may be wider than what stands in its rows.
    package let isTotalled: Bool

    package init(
        _ title: String, group: String = "", alignment: Alignment, isTabular: Bool, isTotalled: Bool = false
    ) {
        self.title = title
        self.group = group
        self.alignment = alignment
        self.isTabular = isTabular
        self.isTotalled = isTotalled
    }

    package static func text(_ title: String) -> TableColumn {
        TableColumn(title, alignment: .left, isTabular: false)
    }
    package static func figure(_ title: String, isTotalled: Bool = false) -> TableColumn {
        TableColumn(title, alignment: .right, isTabular: true, isTotalled: isTotalled)
    }
    package static func code(_ title: String) -> TableColumn {
        TableColumn(title, alignment: .centre, isTabular: true)
    }
}
