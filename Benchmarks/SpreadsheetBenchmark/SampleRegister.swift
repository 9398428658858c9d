import Amounts
import Calendars
import Spreadsheets

/// A payroll register of a fictional company, with its summary: to be looked at.
enum SampleRegister {
    private struct Line {
        let code: String
        let name: String
        let department: String
        let hours: Quantity
        let rate: Rate
        let gross: Money
        let tax: Money
        let insurance: Money
        let loan: Money
        let pension: Money
        let net: Money
    }

    static func write(to path: String) throws {
        let lines = makeLines()
        let payDate = CalendarDate(dayNumber: 20_786)
        let properties = WorkbookProperties(
            title: "Payroll register, November 2026", subject: "payroll@2026-11", company: "Harbour & Vale Ltd",
            created: Instant(startOf: payDate),
            custom: [("Run", .text("payroll@2026-11")), ("Employees", .integer(40))])
        try Workbook.write(to: path, properties) { workbook in
            let summary = try workbook.addSummary(
                named: "Summary", title: "Payroll register", subtitle: "Harbour & Vale Ltd · November 2026 · monthly",
                page: PageSetup(.portrait, footer: "Run payroll@2026-11"))
            let register = try workbook.addTable(
                named: "Register",
                columns: [
                    .text("Employee"), .text("Name"), .text("Department"), .date("Pay date"), .quantity("Hours"),
                    .rate("Employer pension rate"), .money("Gross pay", .gbp), .money("Income tax", .gbp),
                    .money("National Insurance", .gbp), .money("Student loan", .gbp), .money("Pension", .gbp),
                    .money("Net pay", .gbp),
                ], layout: TableLayout(frozenColumns: 2, page: PageSetup(.landscape, footer: "Run payroll@2026-11")))
            for line in lines {
                try register.append { row in
                    row.text(line.code)
                    row.text(line.name)
                    row.text(line.department)
                    row.date(payDate)
                    row.quantity(line.hours)
                    row.rate(line.rate)
                    row.money(line.gross)
                    row.money(line.tax)
                    row.money(line.insurance)
                    row.money(line.loan)
                    row.money(line.pension)
                    row.money(line.net)
                }
            }
            try register.appendTotals(label: "Total")
            try summary.addFacts([
                ("Pay date", .date(payDate)), ("Employees paid", .integer(Int64(lines.count))),
                ("Gross pay", try register.total(of: "Gross pay") ?? .empty),
                ("Net pay", try register.total(of: "Net pay") ?? .empty),
                ("Run", .text("payroll@2026-11, calculated by Steward, amounts in GBP")),
                ("Rows", .link(.cell(sheet: register.name, row: 0, column: 0), text: "Register")),
            ])
            let departments = MeasuredRegister.departments
            let rows = try departments.map { department -> [Cell] in
                let own = lines.filter { $0.department == department }
                return [
                    .text(department), .integer(Int64(own.count)), .money(try own.map(\.gross).sum(.gbp)),
                    .money(try own.map { try $0.tax + $0.insurance }.sum(.gbp)), .money(try own.map(\.net).sum(.gbp)),
                ]
            }
            let table = try summary.addTable(
                "By department",
                columns: [
                    .text("Department"), .integer("Employees", isTotalled: true), .money("Gross pay", .gbp),
                    .money("Tax and NI", .gbp), .money("Net pay", .gbp),
                ], rows: rows, totals: "Total")
            try summary.addChart(
                .bar, "Gross and net pay by department (GBP)", of: table, categories: "Department",
                values: ["Gross pay", "Net pay"])
        }
    }

    private static func makeLines() -> [Line] {
        (0..<40).map { index in
            let gross = Int64(168_000 + index * 7_919 % 430_000)
            // One refund of tax, so that a negative amount is seen.
            let tax = index == 6 ? -4_820 : (gross - 104_750) / 5
            let insurance = (gross - 104_800) * 8 / 100
            let loan: Int64 = index % 4 == 0 ? (gross - 227_400) * 9 / 100 : 0
            let pension = gross * 5 / 100
            func pounds(_ minorUnits: Int64) -> Money { Money(minorUnits: minorUnits, .gbp) }
            return Line(
                code: "00\(1_001 + index)", name: MeasuredRegister.names[index % 8],
                department: MeasuredRegister.departments[index % 6],
                hours: Quantity(ExactDecimal(coefficient: index % 5 == 0 ? 8_025 : 16_250, scale: 2)),
                rate: Rate(ExactDecimal(coefficient: 3, scale: 2)), gross: pounds(gross), tax: pounds(tax),
                insurance: pounds(insurance), loan: pounds(max(0, loan)), pension: pounds(pension),
                net: pounds(gross - tax - insurance - max(0, loan) - pension))
        }
    }
}
