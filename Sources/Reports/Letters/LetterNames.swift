import Diagnostics

/// What the templates of letters may name.
struct LetterNames: Sendable {
    enum Entry: Sendable {
        case text
        /// Rendered once for each, with names of its own.
        case list(LetterNames)
        case object(LetterNames)
    }

    private(set) var entries: [String: Entry]

    init(_ entries: [String: Entry]) { self.entries = entries }

    /// What a mail with these reports can say.
    init(of reports: [ReportDeclaration]) {
        let figure = LetterNames(["label": .text, "value": .text])
        let file = LetterNames(["name": .text, "path": .text, "bytes": .text, "sha256": .text])
        func names(_ report: ReportDeclaration?) -> LetterNames {
            var entries: [String: Entry] = Dictionary(
                uniqueKeysWithValues: ReportDeclaration.letterWords.map { ($0, .text) })
            entries["figures"] = .list(figure)
            for figure in report?.figures ?? [] { entries[figure.name] = .text }
            return LetterNames(entries)
        }
        entries = [
            "company": .text, "job": .text, "period": .text, "period_name": .text, "run": .text, "as_of": .text,
            "cost_centres": .text, "attached": .text, "files": .list(file), "reports": .list(names(nil)),
        ]
        for report in reports { entries[report.name] = .object(names(report)) }
        // Of a mail with one report its own names need not be said.
        if reports.count == 1, let only = reports.first {
            entries.merge(names(only).entries) { known, _ in known }
        }
    }

    var words: String { "one of: " + entries.keys.sorted().joined(separator: ", ") }

    /// What a name with dots leads to.
    func entry(_ path: [Substring]) -> Entry? {
        guard let first = path.first, let found = entries[String(first)] else { return nil }
        guard path.count > 1 else { return found }
        guard case .object(let names) = found else { return nil }
        return names.entry(Array(path.dropFirst()))
    }
}

extension ReportDeclaration {
    /// What a letter can say of any report besides its figures; no figure can be called so.
    static let letterWords = ["name", "title", "subtitle", "rows", "digest", "command"]
}
