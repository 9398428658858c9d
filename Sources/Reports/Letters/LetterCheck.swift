import Diagnostics

/// Looks at the names of a template before it is ever filled in.
struct LetterCheck {
    /// What a function of a template can be given: `{{lowercased(title)}}`, `{{#last()}}`.
    private static let functions = ["capitalized", "count", "empty", "first", "last", "lowercased", "uppercased"]

    private let names: LetterNames

    init(_ names: LetterNames) { self.names = names }

    /// Sections within each other at most: whoever reads and fills in a template goes down with them.
    static let maximumDepth = 16
    /// Characters of a tag at most.
    static let maximumTagCharacters = 200

    /// - Returns: whether the template may be read at all; where it is nested too deep, it may not.
    func check(_ tags: [LetterTag], problems: inout ProblemList) -> Bool {
        // What an open section gives names to; nil where it gives none.
        var open: [LetterNames?] = []
        var lists: [String] = []
        for tag in tags {
            guard tag.name.count <= Self.maximumTagCharacters || tag.kind == .comment else {
                problems.add(
                    "a tag has \(tag.name.count) characters", expected: "at most \(Self.maximumTagCharacters)",
                    at: tag.location)
                return false
            }
            switch tag.kind {
            case .comment: break
            case .other(let sign):
                problems.add(
                    "a letter takes no {{\(sign)\(tag.name)}}", expected: "{{name}}, {{#name}}, {{^name}}, {{/name}}",
                    at: tag.location)
            // Whether it ends the right one is for the reader of the template to say.
            case .end:
                _ = open.popLast()
                _ = lists.popLast()
            case .value:
                switch entry(tag, open, &problems) {
                case .list, .object:
                    problems.add(
                        "\(tag.name) is made of several, and cannot be written as one",
                        expected: "{{#\(tag.name)}} … {{/\(tag.name)}}", at: tag.location)
                case .text, nil: break
                }
            case .inverted:
                _ = entry(tag, open, &problems)
                open.append(nil)
                lists.append("")
            case .section:
                var list = ""
                switch entry(tag, open, &problems) {
                case .list(let names):
                    open.append(names)
                    list = tag.name
                case .object(let names): open.append(names)
                case .text, nil: open.append(nil)
                }
                // Each would be written as often as there are of the other.
                if !list.isEmpty, lists.contains(list) {
                    problems.add(
                        "\(tag.name) stands within itself", expected: "{{/\(tag.name)}} before it", at: tag.location)
                }
                lists.append(list)
            }
            guard open.count <= Self.maximumDepth else {
                problems.add(
                    "more than \(Self.maximumDepth) sections stand within each other",
                    expected: "{{/name}} where one ends", at: tag.location)
                return false
            }
        }
        return true
    }

    /// What a tag names; nil where that is unknown, or the result of a function.
    private func entry(
        _ tag: LetterTag, _ open: [LetterNames?], _ problems: inout ProblemList
    ) -> LetterNames.Entry? {
        var name = Substring(tag.name)
        var isCalled = false
        while let parenthesis = name.firstIndex(of: "("), name.hasSuffix(")") {
            let function = name[..<parenthesis]
            guard Self.functions.contains(String(function)) else {
                problems.add(
                    "there is no function \"\(function)\""
                        + Suggestion.hint(for: String(function), among: Self.functions),
                    expected: "one of: " + Self.functions.joined(separator: ", "), at: tag.location)
                return nil
            }
            isCalled = true
            name = name[name.index(after: parenthesis)...].dropLast()
        }
        if isCalled, name.isEmpty || name == "." { return nil }
        if name == ".", !open.isEmpty { return .text }
        let path = name.split(separator: ".", omittingEmptySubsequences: false)
        let scopes = open.reversed().compactMap { $0 } + [names]
        for scope in scopes {
            if let entry = scope.entry(path) { return isCalled ? nil : entry }
        }
        // A report's own names are what was meant, where the report is known.
        let inner = path.count > 1 ? names.entry([path[0]]) : nil
        let scope: LetterNames =
            if case .object(let names)? = inner { names } else { scopes.first ?? names }
        let last = path.last.map(String.init) ?? ""
        problems.add(
            "the letter names \"\(name)\", which there is not"
                + Suggestion.hint(for: inner == nil ? String(name) : last, among: scope.entries.keys.sorted()),
            expected: scope.words, at: tag.location)
        return nil
    }
}
