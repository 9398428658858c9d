import Amounts
import Calendars
import CompanyFixtures
import Diagnostics
import Foundation
import Jobs
import Mail
import Payroll
import Store
import TestSupport
import Testing

@testable import Reports

/// The payroll register: its workbook and the mail that carries it.
@Suite(.serialized) struct PayrollRegisterTests {
    private func withRegister<T>(
        _ database: Database = .sqlite, _ body: (DemoCompany, PayrollRegister) throws -> T
    ) throws -> T {
        try DemoCompany.with(database) { demo in
            let run = try demo.run("payroll-monthly", "2026-04")
            return try body(demo, try PayrollRegister.load(run: run, company: demo.company, store: demo.store))
        }
    }

    // MARK: - What it is made of

    @Test(arguments: Database.available)
    func `a register has a row for each payslip, and its totals are those of the rows`(database: Database) throws {
        try withRegister(database) { demo, register in
            #expect(register.rows.count == 27 && register.exceptions.map(\.item) == ["E019"])
            #expect(register.rows.map(\.employee.rawValue) == register.rows.map(\.employee.rawValue).sorted())
            let first = try #require(register.rows.first)
            #expect(first.name == "Morag Sinclair" && first.costCentre == "EDI-BOARD" && first.taxCode == "S0T")
            #expect(try register.rows.map(\.payslip.net).sum(.gbp) == register.totals.net)
            #expect(try register.rows.map(\.payslip.gross).sum(.gbp) == register.totals.gross)
            for row in register.rows {
                var sums: [PayslipPart: Int64] = [:]
                for (component, amount) in zip(register.components, row.amounts) {
                    sums[component.kind.part, default: 0] += amount?.minorUnits ?? 0
                }
                #expect(sums[.earning, default: 0] == row.payslip.gross.minorUnits, "\(row.employee)")
                #expect(sums[.deduction, default: 0] == row.payslip.deductions.minorUnits, "\(row.employee)")
                #expect(sums[.employer, default: 0] == row.payslip.employerCost.minorUnits, "\(row.employee)")
            }
            let centres = try register.costCentreTotals()
            #expect(centres.map(\.payslips).reduce(0, +) == 27)
            #expect(try centres.map(\.gross).sum(.gbp) == register.totals.gross)
            #expect(centres.map(\.name) == centres.map(\.name).sorted())
            #expect(register.fileName == "payroll-register-monthly-2026-04.xlsx")
        }
    }

    @Test func `a run that is not a finished payroll has no register`() throws {
        try DemoCompany.with { demo in
            var run = try demo.run("payroll-monthly", "2026-04")
            run.state = .failed
            let failure = refusal {
                _ = try PayrollRegister.load(run: run, company: demo.company, store: demo.store)
            }
            #expect(failure?.exitCode == .refused)
            #expect(failure?.summary == "Run 1 has not ended: it is failed.")
        }
    }

    // MARK: - The workbook

    @Test(.enabled(if: OfficeJudge.isInstalled, "LibreOffice is not installed"))
    func `LibreOffice comes to every result that a register carries`() throws {
        try withRegister { demo, register in
            let file = demo.directory.appending(path: "register.xlsx")
            try register.write(to: file.path)
            #expect(try OfficeJudge.expectSameResults([file], in: demo.directory) > 10)
        }
    }

    @Test func `the workbook shows every payslip with totals that add up, and what was set aside`() throws {
        try withRegister { demo, register in
            let file = demo.directory.appending(path: "register.xlsx")
            try register.write(to: file.path)
            let book = try WorkbookReader(file)
            #expect(book.names == ["Summary", "Register", "Set aside", "Journal entry"])

            let sheet = try #require(book.sheets["Register"])
            let header = sheet.row(1)
            #expect(header.prefix(5) == ["Employee", "Name", "Cost centre", "Tax code", "NI"])
            #expect(header.last == "Employer's cost")
            let net = try #require(header.firstIndex(of: "Net pay"))
            #expect(sheet.row(2).prefix(2) == ["E001", "Morag Sinclair"])
            #expect(sheet.rowCount == 1 + 27 + 1)
            for (index, row) in register.rows.enumerated() {
                #expect(pence(sheet.row(index + 2)[net]) == row.payslip.net.minorUnits, "\(row.employee)")
            }
            let totals = sheet.row(29)
            #expect(totals.first == "Total")
            #expect(pence(totals[net]) == register.totals.net.minorUnits, "the value kept with the formula")
            let column = String(UnicodeScalar(UInt8(65 + net)))
            #expect(sheet.formulas["\(column)29"]?.contains("\(column)2:\(column)28") == true, "\(sheet.formulas)")

            let aside = try #require(book.sheets["Set aside"])
            #expect(aside.row(2).prefix(3) == ["E019", "Beatrix van der Meer", "missing_fact"])
            #expect(aside.row(2).last?.hasPrefix("tax_code is missing") == true)

            let journal = try #require(book.sheets["Journal entry"])
            #expect(journal.row(1) == ["Account", "Name", "Description", "Debit", "Credit"])
            let last = journal.row(journal.rowCount)
            #expect(last.count == 5 && last[3] == last[4] && pence(last[3]) != 0, "debits are credits: \(last)")

            let summary = try #require(book.sheets["Summary"]).cells.values
            #expect(summary.contains("Payroll register") && summary.contains("Thistle & Tide Ltd, monthly 2026-04"))
        }
    }

    private func pence(_ text: String) -> Int64? { Double(text).map { Int64(($0 * 100).rounded()) } }

    @Test func `the same run gives the same bytes`() throws {
        try withRegister { demo, register in
            let files = ["a.xlsx", "b.xlsx"].map { demo.directory.appending(path: $0) }
            for file in files { try register.write(to: file.path) }
            #expect(try Data(contentsOf: files[0]) == Data(contentsOf: files[1]))
        }
    }

    @Test func `a name that looks like a formula stays text`() throws {
        try DemoCompany.with { demo in
            try demo.store.write { connection in
                _ = try connection.execute(
                    """
                    INSERT INTO employee_fact (employee_id, field, value, effective_from, source, recorded_by, recorded_at)
                    VALUES ('E002', 'name', '=1+1', '2026-04-01', 'test', 'test', ?)
                    """, DemoCompany.now)
            }
            let run = try demo.run("payroll-monthly", "2026-04")
            let register = try PayrollRegister.load(run: run, company: demo.company, store: demo.store)
            let file = demo.directory.appending(path: "register.xlsx")
            try register.write(to: file.path)
            let sheet = try #require(try WorkbookReader(file).sheets["Register"])
            #expect(sheet.cells["B3"] == "=1+1" && sheet.formulas["B3"] == nil)
        }
    }

    // MARK: - The mail

    @Test func `the letter says what matters, in text and in HTML`() throws {
        try withRegister { _, register in
            let letter = register.letter
            let net = register.totals.net.groupedText
            #expect(letter.subject == "Payroll monthly 2026-04: net pay GBP \(net) on 2026-04-28")
            for text in [letter.text, letter.html] {
                for part in [
                    "GBP \(net)", "GBP \(register.totals.gross.groupedText)", "27", "E019: tax_code is missing",
                    "2026-04-01 to 2026-04-30", "steward explain payslip 1 EMPLOYEE",
                ] {
                    #expect(text.contains(part), "\(part)")
                }
            }
            #expect(letter.html.contains("Thistle &amp; Tide Ltd") && !letter.html.contains("Thistle & Tide"))
        }
    }

    @Test(arguments: Database.available)
    func `a register is mailed once, with the workbook that lies in var`(database: Database) throws {
        try DemoCompany.with(database) { demo in
            try demo.run("payroll-monthly", "2026-04")
            let run = try demo.run("payroll-register-monthly", "2026-04")
            #expect(run.state == .succeeded)
            #expect(run.summary.files == ["var/reports/payroll-register-monthly-2026-04.xlsx"])
            try demo.run("payroll-register-monthly", "2026-04")
            let rows = try demo.store.read {
                try $0.all("SELECT effect_key, recipients, subject, content FROM outbox_message") {
                    (try $0.text(0), try $0.text(1), try $0.text(2), try $0.blob(3))
                }
            }
            #expect(rows.count == 1)
            let row = try #require(rows.first)
            #expect(row.0.hasPrefix("report/payroll-register-monthly/2026-04/"))
            #expect(row.1 == "morag.sinclair@thistle-tide.example")
            let message = String(decoding: row.3, as: UTF8.self)
            #expect(message.contains("\r\nFrom: Thistle & Tide Payroll <payroll@thistle-tide.example>\r\n"))
            #expect(message.contains("filename=\"payroll-register-monthly-2026-04.xlsx\""))
            let workbook = try Data(
                contentsOf: demo.directory.appending(path: "var/reports/payroll-register-monthly-2026-04.xlsx"))
            let encoded = workbook.base64EncodedString()
            #expect(message.replacing("\r\n", with: "").contains(encoded), "the attachment is the file")
        }
    }

    @Test(arguments: Database.available)
    func `a dry run of a report leaves no file and no message, and foretells its digest`(database: Database) throws {
        try DemoCompany.with(database) { demo in
            try demo.run("payroll-monthly", "2026-04")
            let before = try StoreDump.lines(of: demo.store)
            let job = try JobCatalog.load(for: demo.company, kinds: DemoCompany.kinds).job("payroll-register-monthly")
            let rehearsal = try demo.executor().rehearse(
                job, period: try #require(Period("2026-04")), parameters: job.parameters)
            #expect(try StoreDump.lines(of: demo.store) == before)
            let folder = demo.directory.appending(path: "var/reports").path
            #expect(((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).isEmpty)
            #expect(try demo.run("payroll-register-monthly", "2026-04").effectsDigest == rehearsal.record.effectsDigest)
        }
    }

    @Test func `a report of a period that was not paid is refused`() throws {
        try DemoCompany.with { demo in
            let waiting = refusal { try demo.run("payroll-register-monthly", "2026-04") }
            #expect(
                waiting?.summary
                    == "payroll-register-monthly needs payroll-monthly for 2026-04, which has not run. Nothing was run."
            )
            let job = try JobCatalog.load(for: demo.company, kinds: DemoCompany.kinds).job("payroll-register-monthly")
            let period = try #require(Period("2026-04"))
            let failure = refusal {
                _ = try demo.executor().run(
                    job, period: period, parameters: job.parameters, trigger: .person, isHeldByNeeds: false)
            }
            #expect(failure?.exitCode == .refused)
            #expect(
                failure?.summary
                    == "The pay group monthly has not been paid for 2026-04: there is nothing to report.")
        }
    }

    @Test(arguments: [
        ("report", "payroll-registr", "there is no report \"payroll-registr\"; did you mean \"payroll-register\"?"),
        ("to", "nobody", "to"), ("to", "a@example.com\r\nBcc: b@example.com", "to"),
        ("pay_group", "daily", "There is no pay group \"daily\""),
    ])
    func `a wrong parameter is refused before a run exists`(name: String, value: String, problem: String) throws {
        try DemoCompany.with { demo in
            try demo.run("payroll-monthly", "2026-04")
            let failure = refusal { try demo.run("payroll-register-monthly", "2026-04", parameters: [name: value]) }
            #expect(failure?.exitCode == .usage)
            #expect(failure?.problems.first?.message.contains(problem) == true, "\(failure as Any)")
            #expect(try demo.store.read { try RunRecords.count(job: nil, in: $0) } == 1)
        }
    }
}
