import Amounts
import Calendars
import Reports

/// A small report with one of everything, for the golden bytes of each renderer.
enum SampleReport {
    static let heading = ReportHeading(
        name: "payroll-cost", title: "Payroll cost", subtitle: "April 2026, in GBP", company: "Thistle & Tide Ltd",
        parameters: [.init("Period", "2026-04"), .init("Pay group", "monthly")], run: 12,
        asOf: Instant(microseconds: 1_777_359_600_000_000),
        command: "steward report run payroll-cost --period 2026-04 --as-of 2026-04-28T07:00:00Z",
        notes: ["Cost is gross pay and what the employer owes on it."], figureCount: 3)

    static let cost = ReportSheetHeading(
        name: "Cost", title: "Cost by cost centre", subtitle: "April 2026, in GBP",
        columns: [
            ReportColumn("employee", "Employee", .text, width: 12),
            ReportColumn("name", "Name", .text),
            ReportColumn("started", "Started", .date),
            ReportColumn("hours", "Hours", .number(places: 1), total: .sum),
            ReportColumn("gross", "Gross", .money(.gbp), group: "Pay", total: .sum, warnsOfNegatives: true),
            ReportColumn("employer", "Employer", .money(.gbp), group: "Pay", total: .sum),
            ReportColumn("share", "Share", .percent(places: 1), total: .computed, hasBar: true),
            ReportColumn("payslips", "Payslips", .integer, total: .sum),
            ReportColumn("leaver", "Leaver", .boolean),
        ], groupLevels: 1, frozenColumns: 2)

    static let balances = ReportSheetHeading(
        name: "Result", title: "Result", subtitle: "April 2026, in GBP", style: .statement,
        columns: [
            ReportColumn("line", "", .text), ReportColumn("month", "2026-04", .money(.gbp), total: .sum),
            ReportColumn("before", "2026-03", .money(.gbp), total: .sum),
        ], groupLevels: 1, orientation: .portrait)

    static let empty = ReportSheetHeading(
        name: "Set aside", title: "Set aside", columns: [ReportColumn("item", "Item", .text)],
        emptyText: "Nobody was set aside.")

    static let digest = "8b1a9953c4611296a827abf8c47804d7e6c49c6b97b3f1a3a1b1c5d6e7f80912"

    /// A row of the first sheet.
    static func row(
        _ employee: String, _ name: String, _ hours: String, _ gross: Int64, _ employer: Int64, _ share: String,
        leaver: Bool = false, marks: [ReportRow.Mark] = []
    ) -> ReportRow {
        ReportRow(
            .row,
            values: [
                .text(employee), .text(name), CalendarDate("2019-03-04").map { .date($0) } ?? .empty,
                ExactDecimal(hours).map { .number($0) } ?? .empty, .money(Money(minorUnits: gross, .gbp)),
                .money(Money(minorUnits: employer, .gbp)), ExactDecimal(share).map { .percent($0) } ?? .empty,
                .integer(1), .boolean(leaver),
            ], marks: marks)
    }

    static func sum(
        _ kind: ReportRow.Kind, _ text: String, _ hours: String, _ gross: Int64, _ employer: Int64, _ share: String,
        _ payslips: Int64
    ) -> ReportRow {
        ReportRow(
            kind, text: text,
            values: [
                .empty, .empty, .empty, ExactDecimal(hours).map { .number($0) } ?? .empty,
                .money(Money(minorUnits: gross, .gbp)), .money(Money(minorUnits: employer, .gbp)),
                ExactDecimal(share).map { .percent($0) } ?? .empty, .integer(payslips), .empty,
            ])
    }

    /// Tells a renderer the whole report.
    ///
    /// - Returns: what the renderer says of its file.
    @discardableResult
    static func render(to renderer: any ReportRenderer) throws -> [String] {
        try renderer.begin(heading)
        try renderer.beginSheet(cost)
        try renderer.row(ReportRow(.groupHeading(level: 0), text: "Workshop"))
        try renderer.row(row("0001", "=1+1 Ailsa Munro", "162.5", 325_000, 44_850, "0.4712"))
        try renderer.row(
            row("0002", "عمر خالد", "150", -12_345, 0, "0.1", leaver: true, marks: [.none, .none, .none, .none, .bad]))
        try renderer.row(sum(.subtotal(level: 0), "Workshop", "312.5", 312_655, 44_850, "0.5712", 2))
        try renderer.row(ReportRow(.groupHeading(level: 0), text: "Shops & <stalls>"))
        try renderer.row(row("0003", "Zoë 🌊 O'Neill", "151.7", 250_000, 33_810, "0.4288"))
        try renderer.row(sum(.subtotal(level: 0), "Shops & <stalls>", "151.7", 250_000, 33_810, "0.4288", 1))
        try renderer.row(sum(.total, "Total", "464.2", 562_655, 78_660, "1", 3))
        try renderer.endSheet(
            ReportSheetEnd(
                rowCount: 3,
                charts: [
                    ReportChart(
                        .bar, title: "Gross by cost centre", categories: ["Workshop", "Shops & <stalls>"],
                        series: [
                            .init(
                                "Gross",
                                [.money(Money(minorUnits: 312_655, .gbp)), .money(Money(minorUnits: 250_000, .gbp))])
                        ], content: .money(.gbp))
                ], notes: ["Hours are those of the time sheets."]))
        try renderer.beginSheet(balances)
        try renderer.row(ReportRow(.groupHeading(level: 0), text: "Revenue"))
        try renderer.row(line(.row, "4000 Sales", 1_250_000, 1_100_000))
        try renderer.row(line(.subtotal(level: 0), "Revenue", 1_250_000, 1_100_000))
        try renderer.row(ReportRow(.groupHeading(level: 0), text: "Cost of sales"))
        try renderer.row(line(.row, "5000 Materials", -400_000, -350_050))
        try renderer.row(line(.subtotal(level: 0), "Cost of sales", -400_000, -350_050))
        try renderer.row(line(.running, "Gross profit", 850_000, 749_950))
        try renderer.endSheet(ReportSheetEnd(rowCount: 2))
        try renderer.beginSheet(empty)
        try renderer.row(ReportRow(.note, text: "Those set aside are paid by the next run."))
        try renderer.endSheet(ReportSheetEnd(rowCount: 0))
        return try renderer.finish(
            ReportEnd(
                digest: digest, rowCount: 5,
                figures: [
                    .init("Gross", cost.columns[4], .money(Money(minorUnits: 562_655, .gbp))),
                    .init("Employer", cost.columns[5], .money(Money(minorUnits: 78_660, .gbp))),
                    .init("Payslips", cost.columns[7], .integer(3)),
                ]))
    }

    private static func line(_ kind: ReportRow.Kind, _ text: String, _ month: Int64, _ before: Int64) -> ReportRow {
        ReportRow(
            kind, text: kind == .row ? "" : text,
            values: [
                kind == .row ? .text(text) : .empty, .money(Money(minorUnits: month, .gbp)),
                .money(Money(minorUnits: before, .gbp)),
            ])
    }
}
