import Calendars
import Documents

/// A report laid out on pages, whatever they become: a PDF or pictures.
///
/// The first page begins with what the report is about: its figures, parameters, run, time and digest.
final class PagedReport {
    private let typesetter: Typesetter?
    private let paper: PageSetup.Paper
    private var writer: DocumentWriter?
    private var table: DocumentTable?
    private var sheet: ReportSheetHeading?
    private var indent = 0

    init(paper: PageSetup.Paper, typesetter: Typesetter?) {
        self.paper = paper
        self.typesetter = typesetter
    }

    func begin(_ heading: ReportHeading) throws {
        let subject = heading.run.map { "\(heading.name), run \($0)" } ?? heading.name
        let properties = DocumentProperties(
            title: heading.title, subject: subject, author: heading.company, created: heading.asOf)
        let setup = PageSetup(
            paper, headerLeft: heading.title, headerRight: heading.company,
            footer: "\(subject), as of \(heading.asOf)")
        let writer = try DocumentWriter(properties, setup, typesetter: typesetter)
        self.writer = writer
        let below = [heading.company, heading.subtitle].filter { !$0.isEmpty }.joined(separator: " · ")
        try writer.title(heading.title, subtitle: below)
        try writer.reserveFigures(heading.figureCount)
        var facts = heading.parameters.map { (label: $0.label, value: $0.value) }
        if let run = heading.run { facts.append(("Run", String(run))) }
        facts.append(("As of", heading.asOf.description))
        try writer.facts(
            facts, wide: heading.command.isEmpty ? [] : [("Made by", heading.command)], late: "Digest")
        for note in heading.notes { try writer.paragraph(note) }
    }

    func beginSheet(_ sheet: ReportSheetHeading) throws {
        self.sheet = sheet
        indent = 0
        let title = sheet.title.isEmpty ? sheet.name : sheet.title
        table = try writer?.table(
            named: title, subtitle: sheet.subtitle, columns: sheet.columns.map(Self.column),
            keyColumns: max(1, sheet.frozenColumns))
    }

    private static func column(_ column: ReportColumn) -> TableColumn {
        let alignment: TableColumn.Alignment =
            switch column.alignment {
            case .left: .left
            case .right: .right
            case .centre: .centre
            }
        return TableColumn(
            column.title, group: column.group, alignment: alignment, isTabular: column.content != .text,
            isTotalled: column.total == .sum)
    }

    func row(_ row: ReportRow) throws {
        guard let sheet, let table else { return }
        let role: TableRow.Role
        switch row.kind {
        case .groupHeading(let level):
            role = .groupHeading(level: level)
            indent = level + 1
        case .row: role = .body
        case .subtotal(let level):
            role = .subtotal(level: level)
            indent = level
        case .running:
            role = .running
            indent = 0
        case .total: role = .total
        case .note: role = .note
        }
        let cells = zip(sheet.columns.indices, row.values).map { index, value in
            Self.cell(value, sheet.columns[index], row.mark(index))
        }
        try table.append(
            TableRow(
                role, text: row.text, cells: cells,
                indent: role == .body && sheet.style == .statement ? indent : 0))
    }

    private static func cell(_ value: ReportValue, _ column: ReportColumn, _ mark: ReportRow.Mark) -> TableCell {
        let tone: TableCell.Tone =
            switch mark {
            case .none: column.warnsOfNegatives && value.isNegative ? .negative : .plain
            case .good: .good
            case .warning: .warning
            case .bad: .bad
            case .muted: .muted
            }
        return TableCell(column.text(of: value), tone, bar: ReportBar.share(of: value, in: column))
    }

    func endSheet(_ end: ReportSheetEnd) throws {
        guard let sheet, let writer else { return }
        try table?.end(emptyText: sheet.emptyText)
        table = nil
        for chart in end.charts { if let chart = chart.drawn { try writer.chart(chart) } }
        for note in end.notes { try writer.paragraph(note, isMuted: true) }
    }

    func finish(_ end: ReportEnd) throws -> PagedDocument {
        guard let writer else { throw DocumentError.outOfOrder(operation: "its end before its beginning") }
        writer.fillFigures(end.figures.map { ($0.label, $0.text) })
        writer.fillLateFact("sha256 \(end.digest)")
        writer.properties.keywords = "sha256 \(end.digest)"
        return try writer.finish()
    }
}
