/// How the results of a run differ from those of the period before, for the person who has to agree with them.
package struct ResultComparison: Hashable, Sendable {
    /// What they are compared with: `run 3 for 2026-03`; nil where there is nothing before.
    package var previous: String?
    package var rows: [Row]

    package struct Row: Hashable, Sendable {
        /// What the row belongs to: `totals`, `joiners`.
        package var section: String
        package var item: String
        /// Nil where it was not there.
        package var before: String?
        /// Nil where it is not there any more.
        package var now: String?
        package var change: String?

        package init(section: String, item: String, before: String?, now: String?, change: String? = nil) {
            self.section = section
            self.item = item
            self.before = before
            self.now = now
            self.change = change
        }
    }

    package init(previous: String? = nil, rows: [Row] = []) {
        self.previous = previous
        self.rows = rows
    }

    /// The sections in their order.
    package var sections: [String] {
        var sections: [String] = []
        for row in rows where sections.last != row.section { sections.append(row.section) }
        return sections
    }

    // MARK: - In the store

    /// What it was compared with, then one row a line, its columns between tabs.
    var text: String {
        let lines = rows.map { row in
            [row.section, row.item, row.before ?? "", row.now ?? "", row.change ?? ""].map(Self.plain)
                .joined(separator: "\t")
        }
        return ([Self.plain(previous ?? "")] + lines).joined(separator: "\n")
    }

    /// Reads what `text` wrote.
    init(text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        previous = lines.first.flatMap { $0.isEmpty ? nil : String($0) }
        rows = lines.dropFirst().compactMap { line in
            let columns = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard columns.count == 5 else { return nil }
            func optional(_ text: String) -> String? { text.isEmpty ? nil : text }
            return Row(
                section: columns[0], item: columns[1], before: optional(columns[2]), now: optional(columns[3]),
                change: optional(columns[4]))
        }
    }

    private static func plain(_ text: String) -> String {
        text.contains { $0 == "\t" || $0.isNewline || $0 == "\0" }
            ? String(text.map { $0 == "\t" || $0.isNewline || $0 == "\0" ? " " : $0 }) : text
    }
}
