import Amounts
import Calendars
import CompanyFixtures
import Diagnostics
import Foundation
import Jobs
import Ledger
import Payroll
import Store
import TestSupport
import Testing

@testable import Reports

/// The reports of `config/reports`, on the demo company.
@Suite(.serialized) struct StandardReportTests {
    @Test func `the set is declared, each in a file of its name`() throws {
        try DemoCompany.with(hasPeople: false) { demo in
            let catalog = ReportCatalog.load(for: demo.company)
            #expect(catalog.reports.map(\.name) == StandardReports.names)
        }
    }

    @Test func `both databases give the same reports, digest by digest`() throws {
        var digests: [[String: String]] = []
        for database in Database.available {
            try StandardReports.withCompany(database) { demo in
                var found: [String: String] = [:]
                for name in StandardReports.names {
                    let renderer = CollectingRenderer()
                    let outcome = try StandardReports.engine(name, demo).render(to: renderer, in: demo.store)
                    #expect(!renderer.isDiscarded)
                    // Runs have their own numbers in each database.
                    if name != "job-health" { found[name] = outcome.end.digest }
                }
                digests.append(found)
            }
        }
        #expect(digests.allSatisfy { $0 == digests[0] })
        #expect(Set(digests[0].values).count == StandardReports.names.count - 1)
    }

    @Test func `figures agree with those of the payroll and of the books`() throws {
        try StandardReports.withCompany { demo in
            func report(_ name: String) throws -> CollectingRenderer {
                let renderer = CollectingRenderer()
                _ = try StandardReports.engine(name, demo).render(to: renderer, in: demo.store)
                return renderer
            }
            let april = try #require(Period("2026-04"))
            let paid = try demo.store.read { connection in
                let payroll = try #require(
                    try PayrollRecords.find(payGroup: "monthly", period: april, in: connection))
                return try PayrollRecords.runTotals(of: payroll, in: connection)
            }
            let register = try report("payroll-register")
            #expect(register.value(0, .total, "Total", "gross") == .money(paid.gross))
            #expect(register.value(0, .total, "Total", "net") == .money(paid.net))
            #expect(register.value(0, .total, "Total", "employer") == .money(paid.employerCost))
            let cost = try report("payroll-cost")
            #expect(cost.value(0, .total, "Total", "gross") == .money(paid.gross))
            #expect(cost.value(0, .total, "Total", "payslips") == .integer(Int64(paid.payslips)))

            // The statements of the close pack are computed in another way.
            let pack = try demo.store.read { connection in
                try ClosePack.load(
                    FiscalPeriod(
                        beginningIn: april, in: LedgerSettings.load(for: demo.company).cycle),
                    company: demo.company, at: DemoCompany.now, in: connection)
            }
            func packed(_ statement: Statement, _ key: String) -> ReportValue? {
                statement[key: key]?.cells.first?.money.map { .money($0) }
            }
            let result = try report("profit-and-loss")
            #expect(result.value(0, .running, "Profit", "month") == packed(pack.profitAndLoss, "profit"))
            #expect(result.value(0, .running, "Gross profit", "month") == packed(pack.profitAndLoss, "gross-profit"))
            let balance = try report("balance-sheet")
            #expect(balance.value(0, .running, "Total assets", "closing") == packed(pack.balanceSheet, "total-assets"))
            let netAssets = balance.value(0, .running, "Net assets", "closing")
            #expect(netAssets == packed(pack.balanceSheet, "net-assets"))
            #expect(balance.value(0, .subtotal(level: 0), "Equity", "closing") == netAssets, "the sheet balances")
            let cash = try report("cash-flow")
            #expect(cash.value(0, .running, "Change in cash", "month") == packed(pack.cashFlow, "change"))
            #expect(cash.value(0, .running, "Cash at the end", "month") == packed(pack.cashFlow, "closing"))
            let trial = try report("trial-balance")
            #expect(trial.value(0, .total, "Total", "closing") == .money(.zero(.gbp)))
            #expect(trial.value(0, .total, "Total", "debit") == trial.value(0, .total, "Total", "credit"))
        }
    }

    @Test(arguments: ["aged-receivables", "aged-payables"])
    func `what is open by age is what the sub-ledger says`(name: String) throws {
        try StandardReports.withCompany { demo in
            let renderer = CollectingRenderer()
            _ = try StandardReports.engine(name, demo).render(to: renderer, in: demo.store)
            let day = try #require(CalendarDate("2026-04-28"))
            let account = try #require(AccountCode(name == "aged-receivables" ? "1100" : "2100"))
            let aging = try demo.store.read { connection in
                try Aging(
                    of: OpenItemRecords.balances(.init(account: account), on: day, .gbp, in: connection), on: day,
                    baseCurrency: .gbp)
            }
            #expect(!aging.rows.isEmpty)
            let sign: Int64 = name == "aged-receivables" ? 1 : -1
            let columns = renderer.sheets[0].heading.columns
            let rows = renderer.sheets[0].rows.filter { $0.kind == .row }
            for row in aging.rows {
                let shown = try #require(rows.first { $0.values[1] == .text(row.party.id) }, "\(row.party)")
                let open = try #require(columns.firstIndex { $0.key == "open" })
                #expect(shown.values[open] == .money(Money(minorUnits: sign * row.totalBase.minorUnits, .gbp)))
                guard row.currency == .gbp else { continue }
                let buckets = ["not_due", "days_30", "days_60", "days_90", "older"].map { key -> Int64 in
                    guard let index = columns.firstIndex(where: { $0.key == key }),
                        case .money(let money) = shown.values[index]
                    else { return 0 }
                    return money.minorUnits
                }
                #expect(buckets == row.open.map { sign * $0.minorUnits }, "\(row.party)")
            }
        }
    }

    // MARK: - Following a number

    @Test(arguments: Database.available)
    func `every figure of every report is the sum of the rows that are traced behind it`(database: Database) throws {
        try StandardReports.withCompany(database) { demo in
            var followed = 0
            for name in StandardReports.names {
                let engine = try StandardReports.engine(name, demo)
                var cells: [(plan: SheetPlan, row: ReportRow, origin: ReportOrigin)] = []
                _ = try engine.render(to: CollectingRenderer(), in: demo.store) { _, plan, row, origin in
                    // Rows of data are many and alike; sums are few.
                    if origin.kind != .row || cells.count < 8 { cells.append((plan, row, origin)) }
                }
                try demo.store.read { connection in
                    for cell in cells where !cell.row.values.isEmpty {
                        let visible = cell.plan.columns.indices.filter { !cell.plan.columns[$0].isHidden }
                        for (place, index) in visible.enumerated() where !cell.row.values[place].isEmpty {
                            let column = cell.plan.columns[index]
                            guard ReportColumn("", "", column.content).isNumeric else { continue }
                            if case .formula = column.source { continue }
                            if case .plain = column.source, column.total != .sum { continue }
                            let answer = try TraceQuery(
                                cell.plan, cell.origin, index, engine, dialect: demo.store.dialect
                            ).rows(in: connection)
                            #expect(answer.hiddenRowCount == 0)
                            let sum = answer.summed.map { summed in
                                answer.rows.reduce(Int64(0)) { $0 + (Self.number($1[summed]) ?? 0) }
                            }
                            #expect(
                                sum ?? Int64(answer.rows.count) == Self.number(cell.row.values[place]),
                                "\(name): \(cell.row.text) \(column.key)")
                            followed += 1
                        }
                    }
                }
            }
            #expect(followed > 200, "\(followed)")
        }
    }

    private static func number(_ value: ReportValue) -> Int64? {
        switch value {
        case .money(let money): money.minorUnits
        case .integer(let integer): integer
        case .empty: 0
        default: nil
        }
    }

    @Test func `a cell is followed by the name that Excel shows`() throws {
        try StandardReports.withCompany { demo in
            let engine = try StandardReports.engine("payroll-cost", demo)
            let trace = try ReportTrace.follow(CellAddress("Month!C2"), in: engine, store: demo.store)
            #expect(trace.row == "BRS-BOARD" && trace.column.key == "gross")
            #expect(trace.rows.count == 1 && trace.summed != nil)
            #expect(trace.rows[0][try #require(trace.summed)] == trace.value)
            let formula = try ReportTrace.follow(CellAddress("Month!G2"), in: engine, store: demo.store)
            #expect(formula.formula == "cost - before" && formula.inputs.map(\.column.key) == ["cost", "before"])
            let failure = refusal { _ = try ReportTrace.follow(CellAddress("Mnth!C2"), in: engine, store: demo.store) }
            #expect(failure?.summary.contains("Did you mean \"Month\"?") == true, "\(failure as Any)")
            #expect(refusal { _ = try CellAddress("C7") }?.summary == "\"C7\" is no cell.")
        }
    }

    // MARK: - Time

    @Test func `as of a time a report is the same to the byte, whatever came later`() throws {
        try StandardReports.withCompany { demo in
            let later = Instant(microseconds: DemoCompany.now.microseconds + 3_600_000_000)
            func bytes(_ name: String, _ file: String) throws -> Data {
                let url = demo.directory.appending(path: file)
                _ = try StandardReports.engine(name, demo).render(
                    to: WorkbookRenderer(path: url.path), in: demo.store)
                return try Data(contentsOf: url)
            }
            let names = ["payroll-cost", "data-quality", "trial-balance", "job-health"]
            let before = try names.map { try bytes($0, "before.xlsx") }
            try demo.run("payroll-weekly", "2026-W15", at: later)
            try demo.store.write { connection in
                _ = try connection.execute(
                    """
                    INSERT INTO employee_fact (employee_id, field, value, effective_from, source, recorded_by, recorded_at)
                    VALUES ('E019', 'tax_code', '1257L', '2026-04-01', 'test', 'test', ?)
                    """, later)
            }
            #expect(try names.map { try bytes($0, "after.xlsx") } == before)
            let now = try StandardReports.engine("data-quality", demo, asOf: later)
            let difference = try ReportDifference.between(
                StandardReports.engine("data-quality", demo), now, in: demo.store)
            #expect(difference.changes.contains { $0.kind == .removed && $0.row.contains("Beatrix van der Meer") })
            #expect(difference.before.end.digest != difference.after.end.digest)
        }
    }

    // MARK: - Rights

    @Test(arguments: Database.available)
    func `a cost-centre manager's workbook holds nothing of another centre`(database: Database) throws {
        try StandardReports.withCompany(database) { demo in
            for name in ["payroll-cost", "payroll-register", "payroll-variance", "data-quality"] {
                let file = demo.directory.appending(path: "own.xlsx")
                let outcome = try StandardReports.engine(
                    name, demo, for: ReportReader(costCentres: ["EDI-SHOP", "BRS-OFFICE"])
                ).render(to: WorkbookRenderer(path: file.path), in: demo.store)
                #expect(outcome.end.rowCount > 0, "\(name)")
                let book = try WorkbookReader(file)
                let text = book.sheets.values.flatMap(\.cells.values).joined(separator: "\n")
                #expect(text.contains("BRS-OFFICE"), "\(name)")
                for other in ["EDI-BOARD", "BRS-SALES", "Morag Sinclair", "E001"] {
                    #expect(!text.contains(other), "\(name): \(other)")
                }
            }
        }
    }

    @Test(arguments: Database.available)
    func `what differs is told with the source rows that made it`(database: Database) throws {
        try StandardReports.withCompany(database) { demo in
            let later = Instant(microseconds: DemoCompany.now.microseconds + 3_600_000_000)
            try demo.run("payroll-weekly", "2026-W15", at: later)
            let difference = try ReportDifference.between(
                StandardReports.engine("payroll-cost", demo),
                StandardReports.engine("payroll-cost", demo, asOf: later), in: demo.store)
            let month = difference.sources.filter { $0.sheet == "Month" }
            let slips = try demo.store.read { connection in
                try connection.all(
                    "SELECT employee_id FROM payslip WHERE run_id = (SELECT MAX(run_id) FROM payslip)"
                ) { try $0.text(0) }
            }
            #expect(!slips.isEmpty && month.count == slips.count, "\(month.count) \(slips.count)")
            #expect(month.allSatisfy { $0.side == .after })
            #expect(
                Set(slips)
                    == Set(month.compactMap { source in slips.first { source.values.contains("employee \($0),") } }))
            // Each leads to a row that changed or came.
            let rows = Set(difference.changes.filter { $0.sheet == "Month" }.map(\.row))
            #expect(month.allSatisfy { rows.contains($0.row) }, "\(month.map(\.row)) \(rows)")
            let same = try ReportDifference.between(
                StandardReports.engine("payroll-cost", demo), StandardReports.engine("payroll-cost", demo),
                in: demo.store)
            #expect(same.changes.isEmpty && same.sources.isEmpty)
        }
    }

    @Test func `who may see a report is in its file, and whose rows in that of the users`() throws {
        let users: (String) -> String = {
            $0 + """
                  - name: Shona Reid
                    email: shona.reid@thistle-tide.example
                    accounts: [shona]
                    roles: [shop-manager]
                    cost_centres: [EDI-SHOP]

                """
        }
        try DemoCompany.with(hasPeople: false, edit: ["config/users.yaml": users]) { demo in
            let users = try UserDirectory.load(for: demo.company)
            var report = try ReportCatalog.load(for: demo.company).report("payroll-cost")
            #expect(try report.reader(account: "shona", in: users) == ReportReader(costCentres: ["EDI-SHOP"]))
            #expect(try report.reader(account: "morag", in: users) == .all)
            #expect(try report.reader(account: "somebody", in: users) == .all)
            report.roles = ["finance-lead"]
            #expect(try report.reader(account: "shona", in: users) == ReportReader(costCentres: ["EDI-SHOP"]))
            #expect(try report.reader(account: "iain", in: users) == .all)
            #expect(refusal { _ = try report.reader(account: "priya", in: users) }?.exitCode == .refused)
            #expect(refusal { _ = try report.reader(account: "somebody", in: users) }?.exitCode == .refused)
            report.isByCostCentre = false
            #expect(refusal { _ = try report.reader(account: "shona", in: users) }?.exitCode == .refused)
        }
    }
}
