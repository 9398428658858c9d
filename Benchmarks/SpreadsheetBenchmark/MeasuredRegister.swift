import Amounts
import Calendars
import Spreadsheets

/// The rows that `bare_xlsx.c` writes too: four texts, a date, four amounts, a rate.
enum MeasuredRegister {
    static let departments = ["Administration", "Field service", "Finance", "Production", "Sales", "Warehouse"]
    static let names = [
        "Aoife O'Neill", "Bartholomew Hughes-Pritchard", "Chloé Martin", "Dafydd Jones", "Ewa Wiśniewska", "Farah Khan",
        "George Smith", "Hannah Clarke & Co",
    ]
    static let notes = ["", "Student loan plan 2", "Joined in mid-period <pro rata>"]

    static func write(to path: String, rows: Int) throws {
        let properties = WorkbookProperties(
            title: "Payroll register", created: Instant(startOf: CalendarDate(dayNumber: 20_000)))
        // Excel's day 46000 is 2025-12-09.
        let firstDay = CalendarDate(dayNumber: 46_000 - 25_569)
        try Workbook.write(to: path, properties) { workbook in
            let register = try workbook.addTable(
                named: "Register",
                columns: [
                    .text("Employee"), .text("Name"), .text("Department"), .text("Note"), .date("Pay date"),
                    .money("Gross", .gbp), .money("Tax", .gbp), .money("NI", .gbp), .money("Net", .gbp), .rate("Rate"),
                ])
            for index in 0..<rows {
                let gross = Int64(150_000 + index * 7_919 % 900_000)
                let tax = gross / 5
                let insurance = gross / 13
                let digits = String(index)
                try register.append { row in
                    row.text("E" + String(repeating: "0", count: 7 - digits.utf8.count) + digits)
                    row.text(names[index % 8])
                    row.text(departments[index % 6])
                    row.text(notes[index % 3])
                    row.date(firstDay.adding(days: index % 365))
                    row.money(Money(minorUnits: gross, .gbp))
                    row.money(Money(minorUnits: tax, .gbp))
                    row.money(Money(minorUnits: insurance, .gbp))
                    row.money(Money(minorUnits: gross - tax - insurance, .gbp))
                    row.rate(Rate(ExactDecimal(coefficient: Int128(index % 1_000), scale: 4)))
                }
            }
        }
    }
}
