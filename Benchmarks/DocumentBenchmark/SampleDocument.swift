import Calendars
import Documents

/// Documents of a fictional company: a payslip of one page, and a register of any length.
enum SampleDocument {
    private static let names = [
        "Aoife O'Neill", "Bartholomew Hughes-Pritchard", "Chloé Martin", "Dafydd Jones", "Ewa Wiśniewska", "Farah Khan",
        "George Smith", "Hannah Clarke & Co", "דנה כהן", "Иван Петров",
    ]
    private static let departments = ["Administration", "Field service", "Finance", "Production", "Sales", "Warehouse"]
    private static let created = Instant(startOf: CalendarDate(dayNumber: 20_786))

    /// One page: some thirty lines of four columns.
    static func payslip(_ number: Int, typesetter: Typesetter) throws -> PagedDocument {
        let name = names[number % names.count]
        let properties = DocumentProperties(title: "Payslip \(number)", subject: "payroll@2026-11", created: created)
        let setup = PageSetup(.a4, .portrait, footer: "payroll@2026-11, employee \(number)")
        return try DocumentWriter.document(properties, setup, typesetter: typesetter) { document in
            try document.title("Payslip", subtitle: "Harbour & Vale Ltd · November 2026")
            try document.facts([
                ("Employee", name), ("Number", "E\(100_000 + number)"), ("Pay date", "2026-11-27"),
                ("Tax code", "1257L"), ("National Insurance number", "QQ 12 34 56 C"), ("Pay group", "monthly"),
            ])
            let table = try document.table(
                named: "Lines",
                columns: [.text("Line"), .figure("Units"), .figure("Rate"), .figure("Amount", isTotalled: true)])
            for line in 0..<12 {
                let amount = number * 7_919 % 300_000 + line * 1_234
                try table.append(
                    .body, [TableCell(lines[line]), "162.50", "13.0462", TableCell(Self.money(amount))])
            }
            try table.append(
                TableRow(.total, text: "Net pay", cells: ["", "", "", TableCell(money(number % 400_000))]))
            try table.end()
        }
    }

    private static let lines = [
        "Basic pay", "Overtime at 1.5", "Holiday pay", "Statutory sick pay", "Bonus", "Travel allowance", "Income tax",
        "National Insurance", "Student loan, plan 2", "Pension, employee", "Cycle to work", "Charity",
    ]

    /// A register of `rows` employees in groups, eight columns; `columns` more make it wider.
    static func register(rows: Int, columns extra: Int = 0, typesetter: Typesetter) throws -> PagedDocument {
        let properties = DocumentProperties(
            title: "Payroll register, November 2026", subject: "payroll@2026-11", created: created)
        let setup = PageSetup(
            headerLeft: "Payroll register", headerRight: "Harbour & Vale Ltd",
            footer: "payroll@2026-11, as of 2026-11-28")
        return try DocumentWriter.document(properties, setup, typesetter: typesetter) { document in
            try document.title("Payroll register", subtitle: "Harbour & Vale Ltd · November 2026 · monthly")
            try document.reserveFigures(3)
            try document.facts([
                ("Pay group", "monthly"), ("Period", "2026-11"), ("Run", "payroll@2026-11 (412)"),
                ("As of", "2026-11-28T06:00:00Z"), ("Employees", "\(rows)"),
            ])
            var columns: [TableColumn] = [
                .text("Employee"), .text("Name"), .code("Joined"), .figure("Gross pay", isTotalled: true),
                .figure("Income tax", isTotalled: true), .figure("National Insurance", isTotalled: true),
                .figure("Pension", isTotalled: true), .figure("Net pay", isTotalled: true),
            ]
            for index in 0..<extra { columns.append(.figure("Component \(index + 1)", isTotalled: true)) }
            let table = try document.table(named: "Register", columns: columns, keyColumns: 2)
            let size = max(8, rows / departments.count)
            for row in 0..<rows {
                if row % size == 0 {
                    let department = departments[row / size % departments.count]
                    try table.append(TableRow(.groupHeading(level: 0), text: department))
                }
                let gross = 168_000 + row * 7_919 % 430_000
                let figures = [gross, gross / 5 - (row % 7 == 6 ? 90_000 : 0), gross / 13, gross / 20, gross * 2 / 3]
                var cells = [
                    TableCell("E\(100_000 + row)"), TableCell(names[row % names.count]), "2024-03-01",
                ]
                for figure in figures + (0..<extra).map({ $0 * row }) {
                    cells.append(TableCell(money(figure), figure < 0 ? .negative : .plain))
                }
                try table.append(.body, cells)
                if row % size == size - 1 {
                    let sums: [TableCell] = ["", "", ""] + figures.map { TableCell(money($0 * 31)) }
                    try table.append(
                        TableRow(
                            .subtotal(level: 0), text: "Total \(departments[row / size % departments.count])",
                            cells: sums))
                }
            }
            let sums: [TableCell] = ["", "", ""] + (1...5).map { TableCell(money($0 * 1_234_567_89)) }
            try table.append(TableRow(.total, text: "Total", cells: sums))
            try table.end()
            document.fillFigures([
                ("Gross pay", "GBP 1,234,567.89"), ("Net pay", "GBP 823,045.26"), ("Employees", "\(rows)"),
            ])
            let charted: [Chart.Kind] = extra > 0 || rows > 100 ? [] : [.bar, .column, .line]
            for kind in charted {
                try document.chart(
                    Chart(
                        kind, title: "Gross and net pay by department (GBP)", categories: departments,
                        series: [
                            Chart.Series(
                                "Gross", (1...6).map { Chart.Value(Double($0 * 12_000), money($0 * 1_200_000)) }),
                            Chart.Series(
                                "Difference",
                                (1...6).map { Chart.Value(Double($0 * 8_000 - 20_000), money($0 * 800_000)) }),
                        ]))
            }
        }
    }

    private static func money(_ minorUnits: Int) -> String {
        let digits = String(abs(minorUnits))
        let padded = String(repeating: "0", count: max(0, 3 - digits.utf8.count)) + digits
        var whole = ""
        for (index, digit) in padded.dropLast(2).reversed().enumerated() {
            if index > 0, index.isMultiple(of: 3) { whole.append(",") }
            whole.append(digit)
        }
        return (minorUnits < 0 ? "-" : "") + String(whole.reversed()) + "." + padded.suffix(2)
    }
}
