/// A digest as a mail: plain text, and the same as HTML.
struct DigestLetter {
    let companyName: String
    /// What it is about: a day, or the hours before a time.
    let stretch: String
    let contents: DigestContents

    var subject: String {
        let counts = contents.counts.map { "\($0.count) \($0.label)" }.joined(separator: ", ")
        return "\(companyName), \(stretch): \(counts)"
    }

    private var opening: String { "What the jobs of \(companyName) did and did not do, \(stretch)." }

    var text: String {
        var parts = [opening]
        for section in contents.sections {
            let lines =
                section.rows.isEmpty ? ["  " + section.none] : Self.aligned([section.columns] + section.rows)
            parts.append(([section.title, ""] + lines + Self.rest(section).map { "  " + $0 }).joined(separator: "\n"))
        }
        return parts.joined(separator: "\n\n") + "\n"
    }

    var html: String {
        var parts = ["<p>\(Self.escaped(opening))</p>"]
        for section in contents.sections {
            parts.append("<h2 style=\"font-size:17px;margin:24px 0 4px\">\(Self.escaped(section.title))</h2>")
            guard !section.rows.isEmpty else {
                parts.append("<p style=\"margin:0\">\(Self.escaped(section.none))</p>")
                continue
            }
            let head = section.columns.map {
                "<th style=\"text-align:left;padding:3px 16px 3px 0\">\(Self.escaped($0))</th>"
            }
            let rows = section.rows.map { row in
                "<tr>"
                    + row.map {
                        "<td style=\"padding:3px 16px 3px 0;vertical-align:top\">\(Self.escaped($0))</td>"
                    }.joined() + "</tr>"
            }
            parts.append(
                "<table style=\"border-collapse:collapse\"><tr>\(head.joined())</tr>\(rows.joined())</table>")
            parts += Self.rest(section).map { "<p>\(Self.escaped($0))</p>" }
        }
        return """
            <!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>\(Self.escaped(subject))</title></head>\
            <body style="font-family:sans-serif;font-size:15px;max-width:60em">\(parts.joined())</body></html>
            """
    }

    private static func rest(_ section: DigestContents.Section) -> [String] {
        section.left > 0 ? ["and \(section.left) more"] : []
    }

    private static func aligned(_ rows: [[String]]) -> [String] {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
        return rows.map { row in
            var line = " "
            for (column, cell) in row.enumerated() {
                line += " " + cell
                if column + 1 < row.count { line += String(repeating: " ", count: widths[column] - cell.count + 1) }
            }
            return line
        }
    }

    /// Text from outside never becomes markup.
    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}
