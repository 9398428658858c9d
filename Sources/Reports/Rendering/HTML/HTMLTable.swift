import Documents

/// The rows of a sheet as a table.
struct HTMLTable {
    private let sheet: ReportSheetHeading
    private let starts: [String]
    private var indent = 0

    init(_ sheet: ReportSheetHeading) {
        self.sheet = sheet
        starts = sheet.columns.map { "<td\(Self.alignment($0))" }
    }

    private static func alignment(_ column: ReportColumn) -> String {
        switch column.alignment {
        case .left: ""
        case .right: " align=\"right\""
        case .centre: " align=\"center\""
        }
    }

    /// Up to its first row.
    var head: String {
        var text = "<div class=\"scroll\"><table class=\"rows\" cellspacing=\"0\">\n<thead>\n"
        if sheet.columns.contains(where: { !$0.group.isEmpty }) {
            text += "<tr>"
            var rest = sheet.columns[...]
            while let first = rest.first {
                let together = first.group.isEmpty ? rest.prefix(1) : rest.prefix { $0.group == first.group }
                rest = rest.dropFirst(together.count)
                let span = together.count > 1 ? " colspan=\"\(together.count)\"" : ""
                text +=
                    first.group.isEmpty
                    ? "<th class=\"none\" bgcolor=\"#e9eef4\"></th>"
                    : "<th class=\"over\" scope=\"colgroup\"\(span)>\(HTMLText.escaped(first.group))</th>"
            }
            text += "</tr>\n"
        }
        text += "<tr>"
        for column in sheet.columns {
            text +=
                "<th scope=\"col\"\(Self.alignment(column)) bgcolor=\"#e9eef4\">\(HTMLText.escaped(column.title))</th>"
        }
        return text + "</tr>\n</thead>\n<tbody>\n"
    }

    mutating func append(_ row: ReportRow, to text: inout String) {
        switch row.kind {
        case .groupHeading(let level):
            indent = level + 1
            text += "<tr class=\"group\">"
            words(row.text, level: level, span: sheet.columns.count, isBold: true, shade: true, to: &text)
        case .note:
            text += "<tr class=\"words\">"
            words(row.text, level: 0, span: sheet.columns.count, isBold: false, shade: false, to: &text)
        case .row:
            text += "<tr>"
            for index in row.values.indices.prefix(sheet.columns.count) { cell(row, index, to: &text) }
        case .subtotal(let level):
            indent = level
            sums(row, "sum", level: level, to: &text)
        case .running:
            indent = 0
            sums(row, "sum", level: 0, to: &text)
        case .total: sums(row, "total", level: 0, to: &text)
        }
        text += "</tr>\n"
    }

    func end(to text: inout String) { text += "</tbody>\n</table></div>\n" }

    private func cell(_ row: ReportRow, _ index: Int, isBold: Bool = false, to text: inout String) {
        let column = sheet.columns[index]
        let value = row.values[index]
        text += starts[index]
        switch row.mark(index) {
        case .none: if column.warnsOfNegatives, value.isNegative { text += " class=\"negative\"" }
        case .good: text += " class=\"good\" bgcolor=\"#e7f4ea\""
        case .warning: text += " class=\"warning\" bgcolor=\"#fff4d6\""
        case .bad: text += " class=\"bad\" bgcolor=\"#fce8e6\""
        case .muted: text += " class=\"muted\""
        }
        let share = ReportBar.share(of: value, in: column)
        if share > 0 {
            let percent = Int((share * 100).rounded())
            text += " style=\"background:linear-gradient(90deg,#d6e2ee \(percent)%,#fff \(percent)%)\""
        } else if index == 0, row.kind == .row, sheet.style == .statement, indent > 0 {
            text += " style=\"padding-left:\(10 + 18 * indent)px\""
        }
        let shown = column.text(of: value)
        if case .text = value { text += HTMLText.direction(shown) }
        text += isBold ? "><b>\(HTMLText.escaped(shown))</b></td>" : ">\(HTMLText.escaped(shown))</td>"
    }

    /// The words run over the columns that hold nothing.
    private func sums(_ row: ReportRow, _ style: String, level: Int, to text: inout String) {
        text += "<tr class=\"\(style)\">"
        let free = row.values.isEmpty ? sheet.columns.count : row.values.prefix { $0.isEmpty }.count
        if free > 0 {
            words(row.text, level: level, span: free, isBold: true, shade: style == "total", to: &text)
        }
        for index in row.values.indices.prefix(sheet.columns.count).dropFirst(free) {
            cell(row, index, isBold: true, to: &text)
        }
    }

    private func words(
        _ words: String, level: Int, span: Int, isBold: Bool, shade: Bool, to text: inout String
    ) {
        text += "<td"
        if span > 1 { text += " colspan=\"\(span)\"" }
        if shade { text += " bgcolor=\"#f5f7fa\"" }
        if level > 0 { text += " style=\"padding-left:\(10 + 18 * level)px\"" }
        text += HTMLText.direction(words)
        let shown = HTMLText.escaped(words)
        text += isBold ? "><b>\(shown)</b></td>" : ">\(shown)</td>"
    }
}
