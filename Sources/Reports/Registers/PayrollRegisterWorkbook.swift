import Amounts
import Calendars
import Diagnostics
import Payroll
import Spreadsheets

extension PayrollRegister {
    /// Writes the register as an Excel file: a summary, the register, what was set aside, the journal entry.
    ///
    /// The same run gives the same bytes. Only the owner of the file may read it: it is about pay.
    package func write(to path: String) throws {
        let created = record.finishedAt ?? record.knownAt
        let properties = WorkbookProperties(
            title: "\(title) \(payroll.payGroup) \(payroll.period)", subject: "Pay date \(payroll.payDate)",
            company: companyName, created: created,
            custom: [
                ("Run", .text("\(record.id)")), ("Job", .text(record.identity.job)),
                ("Period", .text("\(payroll.period)")), ("Digest of effects", .text(record.effectsDigest)),
                ("Pack", .text("\(payroll.pack) \(payroll.packChecksum)")),
            ])
        _ = try Workbook.write(to: path, properties) { workbook in
            try writeSummary(to: workbook)
            try writeRegister(to: workbook)
            if !exceptions.isEmpty { try writeExceptions(to: workbook) }
            if entry != nil { try writeJournal(to: workbook) }
        }
    }

    private var title: String { isProposed ? "Proposed, not approved: payroll register" : "Payroll register" }

    private var footer: String {
        (isProposed ? "Proposed, not approved. " : "")
            + "Run \(record.id), \(record.identity.job) \(payroll.period), \(record.effectsDigest.prefix(12))"
    }

    // MARK: - Sheets

    private func writeSummary(to workbook: Workbook) throws {
        let summary = try workbook.addSummary(
            named: "Summary", title: title,
            subtitle: "\(companyName), \(payroll.payGroup) \(payroll.period)",
            page: PageSetup(.portrait, footer: footer))
        try summary.addFacts([
            ("Pay group", .text(payroll.payGroup)),
            ("Pay period", .text("\(payroll.days.lowerBound) to \(payroll.days.upperBound)")),
            ("Pay date", .date(payroll.payDate)),
            ("Tax year and period", .text("\(payroll.taxYear), \(payroll.taxPeriod)")),
            ("Currency", .text(payroll.currency.code)),
            ("Payslips", .integer(Int64(totals.payslips))),
            ("Set aside", .integer(Int64(exceptions.count))),
            ("Gross pay", .money(totals.gross)),
            ("Deductions", .money(totals.deductions)),
            ("Net pay", .money(totals.net)),
            ("Employer's cost", .money(totals.employerCost)),
            ("Run", .text("\(record.id) by \(record.createdBy), \(record.finishedAt ?? record.knownAt)")),
            ("Statutory figures", .text("\(payroll.pack), checksum \(payroll.packChecksum.prefix(12))")),
        ])
        let currency = payroll.currency
        let centres = try summary.addTable(
            "By cost centre",
            columns: [
                .text("Cost centre"), .integer("Payslips", isTotalled: true), .money("Gross pay", currency),
                .money("Net pay", currency), .money("Employer's cost", currency),
            ],
            rows: try costCentreTotals().map { centre in
                [
                    .text(centre.name), .integer(Int64(centre.payslips)), .money(centre.gross), .money(centre.net),
                    .money(centre.employerCost),
                ]
            }, totals: "Total")
        try summary.addChart(
            .bar, "Gross pay and employer's cost by cost centre", of: centres, categories: "Cost centre",
            values: ["Gross pay", "Employer's cost"])
        _ = try summary.addTable(
            "By component",
            columns: [
                .text("Component"), .text("Kind"), .integer("Payslips"), .money("Amount", currency, isTotalled: false),
            ],
            rows: try componentTotals().map { component, count, amount in
                [.text(component.name), .text(component.kind.title), .integer(Int64(count)), .money(amount)]
            })
    }

    private func writeRegister(to workbook: Workbook) throws {
        let currency = payroll.currency
        let sheet = try workbook.addTable(
            named: "Register",
            columns: [.text("Employee"), .text("Name"), .text("Cost centre"), .text("Tax code"), .text("NI")]
                + columns(of: .earning, currency) + [.money("Gross pay", currency)]
                + columns(of: .deduction, currency) + [.money("Deductions", currency), .money("Net pay", currency)]
                + columns(of: .employer, currency) + [.money("Employer's cost", currency)],
            layout: TableLayout(frozenColumns: 2, page: PageSetup(.landscape, footer: footer)))
        for row in rows {
            try sheet.append { cells in
                cells.text(row.employee.rawValue)
                cells.text(row.name)
                cells.text(row.costCentre)
                cells.text(row.taxCode)
                cells.text(row.niCategory)
                write(row, .earning, to: &cells)
                cells.money(row.payslip.gross)
                write(row, .deduction, to: &cells)
                cells.money(row.payslip.deductions)
                cells.money(row.payslip.net)
                write(row, .employer, to: &cells)
                cells.money(row.payslip.employerCost)
            }
        }
        try sheet.appendTotals(label: "Total")
    }

    private func columns(of part: PayslipPart, _ currency: Currency) -> [Column] {
        components.filter { $0.kind.part == part }.map { .money($0.name, currency) }
    }

    private func write(_ row: Row, _ part: PayslipPart, to cells: inout Spreadsheets.Row) {
        for (component, amount) in zip(components, row.amounts) where component.kind.part == part {
            if let amount { cells.money(amount) } else { cells.empty() }
        }
    }

    private func writeExceptions(to workbook: Workbook) throws {
        let sheet = try workbook.addTable(
            named: "Set aside",
            columns: [
                .text("Employee"), .text("Name"), .text("Reason"), .text("What is wrong, and what to do", width: 90),
            ],
            layout: TableLayout(page: PageSetup(.landscape, footer: footer)))
        for exception in exceptions {
            try sheet.append([
                .text(exception.item), .text(exceptionNames[exception.item] ?? ""), .text(exception.reason),
                .text(exception.message),
            ])
        }
    }

    private func writeJournal(to workbook: Workbook) throws {
        guard let entry else { return }
        let currency = payroll.currency
        let sheet = try workbook.addTable(
            named: "Journal entry",
            columns: [
                .text("Account"), .text("Name"), .text("Description"), .money("Debit", currency),
                .money("Credit", currency),
            ],
            layout: TableLayout(page: PageSetup(.portrait, footer: footer)))
        for posting in entry.postings {
            let credit = try posting.amount.negated()
            try sheet.append([
                .text(posting.account.rawValue), .text(accountNames[posting.account] ?? ""), .text(posting.description),
                posting.amount.isNegative ? .empty : .money(posting.amount),
                posting.amount.isNegative ? .money(credit) : .empty,
            ])
        }
        try sheet.appendTotals(label: "Total")
    }
}

/// The three parts of a payslip.
enum PayslipPart: String {
    case earning, deduction, employer
}

extension PayComponent.Kind {
    var part: PayslipPart {
        switch self {
        case .earning: .earning
        case .deduction: .deduction
        case .employer: .employer
        }
    }

    var title: String {
        switch self {
        case .earning: "Earning"
        case .deduction: "Deduction"
        case .employer: "Employer's cost"
        }
    }
}
