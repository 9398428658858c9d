/// The mail that carries a report: the figures that matter, then what needs a look.
package struct ReportLetter: Hashable, Sendable {
    package var subject: String
    package var opening: String
    package var figures: [Figure]
    /// Each with its heading; those without items are not shown.
    package var lists: [List]
    package var closing: String

    package struct Figure: Hashable, Sendable {
        package var label: String
        package var value: String

        package init(_ label: String, _ value: String) {
            self.label = label
            self.value = value
        }
    }

    package struct List: Hashable, Sendable {
        package var heading: String
        package var items: [String]

        package init(_ heading: String, _ items: [String]) {
            self.heading = heading
            self.items = items
        }
    }

    private var shownLists: [List] { lists.filter { !$0.items.isEmpty } }

    package var text: String {
        let width = figures.map(\.label.count).max() ?? 0
        let valueWidth = figures.map(\.value.count).max() ?? 0
        var lines = [opening, ""]
        for figure in figures {
            lines.append(
                "  " + figure.label + String(repeating: " ", count: width - figure.label.count + 2)
                    + String(repeating: " ", count: valueWidth - figure.value.count) + figure.value)
        }
        for list in shownLists {
            lines += ["", list.heading]
            lines += list.items.map { "  \($0)" }
        }
        lines += ["", closing]
        return lines.joined(separator: "\n") + "\n"
    }

    package var html: String {
        let rows = figures.map {
            "<tr><td style=\"padding:4px 24px 4px 0\">\(Self.escaped($0.label))</td>"
                + "<td style=\"padding:4px 0;text-align:right\"><b>\(Self.escaped($0.value))</b></td></tr>"
        }
        var parts = [
            "<p>\(Self.escaped(opening))</p>", "<table style=\"border-collapse:collapse\">\(rows.joined())</table>",
        ]
        for list in shownLists {
            let items = list.items.map { "<li>\(Self.escaped($0))</li>" }
            parts.append("<p>\(Self.escaped(list.heading))</p><ul>\(items.joined())</ul>")
        }
        parts.append("<p>\(Self.escaped(closing))</p>")
        return """
            <!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>\(Self.escaped(subject))</title></head>\
            <body style="font-family:sans-serif;font-size:15px;max-width:40em">\(parts.joined())</body></html>
            """
    }

    /// Text from outside never becomes markup.
    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}
