import Documents

/// The report as one HTML page that needs nothing else: no picture, font or script from outside.
///
/// The figures and the digest stand at its beginning and are known at its end; so the rows wait, beyond a few megabytes
/// in a temporary file.
package final class HTMLRenderer: ReportRenderer {
    private let sink: ReportFileSink
    private let body = ByteSpool()
    private var heading: ReportHeading?
    private var table: HTMLTable?
    private var buffer = ""

    package init(to sink: ReportFileSink) { self.sink = sink }

    package func begin(_ heading: ReportHeading) throws { self.heading = heading }

    package func beginSheet(_ sheet: ReportSheetHeading) throws {
        let title = sheet.title.isEmpty ? sheet.name : sheet.title
        buffer += "<section>\n<h2\(HTMLText.direction(title))>\(HTMLText.escaped(title))</h2>\n"
        if !sheet.subtitle.isEmpty { buffer += "<p class=\"sub\">\(HTMLText.escaped(sheet.subtitle))</p>\n" }
        let table = HTMLTable(sheet)
        buffer += table.head
        self.table = table
    }

    package func row(_ row: ReportRow) throws {
        table?.append(row, to: &buffer)
        if buffer.utf8.count > 32_768 { try flush() }
    }

    private func flush() throws {
        try body.append(Array(buffer.utf8))
        buffer.removeAll(keepingCapacity: true)
    }

    package func endSheet(_ end: ReportSheetEnd) throws {
        table?.end(to: &buffer)
        table = nil
        for chart in end.charts { if let chart = chart.drawn { buffer += HTMLChart.text(chart) } }
        for note in end.notes { buffer += "<p class=\"note\">\(HTMLText.escaped(note))</p>\n" }
        buffer += "</section>\n"
        try flush()
    }

    package func finish(_ end: ReportEnd) throws -> [String] {
        guard let heading else { throw DocumentError.outOfOrder(operation: "its end before its beginning") }
        try sink.write(Self.head(heading, end))
        try flush()
        try body.readAll { try sink.write(Array($0)) }
        try sink.write("</main>\n</body>\n</html>\n")
        try sink.finish()
        return []
    }

    package func discard() { sink.discard() }

    // MARK: - Head

    private static func head(_ heading: ReportHeading, _ end: ReportEnd) -> String {
        let title = HTMLText.escaped(heading.title)
        var text = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light">
            <title>\(title)</title>
            <style>
            \(HTMLStyle.sheet)
            </style>
            </head>
            <body>
            <main>
            <h1\(HTMLText.direction(heading.title))>\(title)</h1>

            """
        let below = [heading.company, heading.subtitle].filter { !$0.isEmpty }.joined(separator: " · ")
        if !below.isEmpty { text += "<p class=\"sub\">\(HTMLText.escaped(below))</p>\n" }
        text += figures(end.figures) + facts(heading, end)
        for note in heading.notes { text += "<p>\(HTMLText.escaped(note))</p>\n" }
        return text
    }

    private static func figures(_ figures: [ReportEnd.Figure]) -> String {
        guard !figures.isEmpty else { return "" }
        var text = "<table class=\"figures\" role=\"presentation\"><tr>\n"
        for figure in figures {
            text += "<td bgcolor=\"#f5f7fa\">\(HTMLText.escaped(figure.label))"
            text += "<b>\(HTMLText.escaped(figure.text))</b></td>\n"
        }
        return text + "</tr></table>\n"
    }

    private static func facts(_ heading: ReportHeading, _ end: ReportEnd) -> String {
        var facts = heading.parameters.map { ($0.label, $0.value) }
        if let run = heading.run { facts.append(("Run", String(run))) }
        facts.append(("As of", heading.asOf.description))
        facts.append(("Digest", "sha256 \(end.digest)"))
        if !heading.command.isEmpty { facts.append(("Made by", heading.command)) }
        var text = "<table class=\"facts\">\n"
        for (label, value) in facts {
            text += "<tr><th scope=\"row\" align=\"left\">\(HTMLText.escaped(label))</th>"
            text += "<td\(HTMLText.direction(value))>\(HTMLText.escaped(value))</td></tr>\n"
        }
        return text + "</table>\n"
    }
}
