import Amounts
import Calendars
import CompanyFixtures
import Diagnostics
import Jobs
import Ledger
import Store
import Testing

@testable import Payroll
@testable import People

/// The kind `payroll.calculate` as a whole, on the demo company, on both databases.
@Suite(.serialized) struct PayrollRunTests {
    private func payroll(_ run: RunRecord, _ demo: DemoCompany) throws -> PayrollRunRecord {
        try #require(try demo.store.read { try PayrollRecords.find(run.id, in: $0) })
    }

    @Test(arguments: Database.available)
    func `a run pays the group, sets one employee aside and posts one balanced entry`(database: Database) throws {
        try DemoCompany.with(database) { demo in
            let run = try demo.run("payroll-monthly", "2026-04")
            #expect(run.state == .partly && run.itemsTotal == 28 && run.exceptions == 1)
            let record = try payroll(run, demo)
            #expect(record.payDate.description == "2026-04-28" && record.taxYear == "2026-27" && record.taxPeriod == 1)
            let (payslips, exceptions, totals, lines, entries) = try demo.store.read { connection in
                var lines: [String: Int64] = [:]
                try PayrollRecords.forEachLine(of: record, in: connection) { _, component, amount in
                    lines[component, default: 0] += amount.minorUnits
                }
                return (
                    try PayrollRecords.payslips(of: record, in: connection),
                    try RunRecords.exceptions(of: run.id, in: connection),
                    try PayrollRecords.totals(of: record, in: connection), lines,
                    try Journal.entries(of: run.id, in: connection)
                )
            }
            #expect(payslips.count == 27)
            #expect(exceptions.map(\.item) == ["E019"] && exceptions.map(\.reason) == ["missing_fact"])
            #expect(Dictionary(uniqueKeysWithValues: totals.map { ($0.component, $0.amount.minorUnits) }) == lines)
            let sums = try demo.store.read { try PayrollRecords.runTotals(of: record, in: $0) }
            #expect(sums.payslips == 27)
            #expect(try sums.net == payslips.map(\.net).sum(.gbp))
            #expect(try sums.gross == payslips.map(\.gross).sum(.gbp))
            #expect(entries.count == 1)
            let entry = try #require(entries.first?.entry)
            #expect(entry.key == "payroll/monthly/2026-04" && entry.date == record.payDate)
            #expect(try entry.postings.map(\.amount).sum(.gbp).isZero)
            let owed = entry.postings.filter { $0.account == AccountCode("2220") }
            #expect(owed.map(\.party) == payslips.map { Party(.employee, $0.employee.rawValue) })
            #expect(try owed.map(\.amount) == payslips.map { try $0.net.negated() })
            #expect(owed.allSatisfy { $0.due == record.payDate })
            #expect(entry.journal == .payroll && entry.source == .init(type: "payroll-run", id: "monthly/2026-04"))
        }
    }

    @Test(arguments: Database.available, [["payroll-monthly", "2026-04"], ["payroll-weekly", "2026-W15"]])
    func `a dry run foretells the digest of the run and leaves the store as it was`(
        database: Database, job: [String]
    ) throws {
        try DemoCompany.with(database) { demo in
            let before = try StoreDump.lines(of: demo.store)
            let declaration = try JobCatalog.load(for: demo.company, kinds: DemoCompany.kinds).job(job[0])
            let rehearsal = try demo.executor().rehearse(
                declaration, period: try #require(Period(job[1])), parameters: declaration.parameters)
            #expect(try StoreDump.lines(of: demo.store) == before)
            let run = try demo.run(job[0], job[1])
            #expect(run.effectsDigest == rehearsal.record.effectsDigest)
            #expect(run.summary == rehearsal.record.summary)
        }
    }

    @Test func `both databases hold the same after the same run`() throws {
        let dumps = try Database.available.map { database in
            try DemoCompany.with(database) { demo in
                try demo.run("payroll-monthly", "2026-04").effectsDigest
            }
        }
        #expect(Set(dumps).count == 1)
    }

    @Test func `every payslip can be explained by what it was computed from`() throws {
        try DemoCompany.with { demo in
            for (job, period) in [("payroll-monthly", "2026-04"), ("payroll-weekly", "2026-W15")] {
                let run = try demo.run(job, period)
                let record = try payroll(run, demo)
                let payslips = try demo.store.read { try PayrollRecords.payslips(of: record, in: $0) }
                #expect(!payslips.isEmpty)
                for payslip in payslips {
                    let explanation = try PayslipExplanation.load(
                        run: run, employee: payslip.employee, company: demo.company, store: demo.store)
                    #expect(explanation.payslip.inputHash == payslip.inputHash)
                    #expect(explanation.lines.count == explanation.payslip.lines.count)
                    #expect(explanation.lines.allSatisfy { !$0.steps.isEmpty }, "\(payslip.employee)")
                }
            }
        }
    }

    @Test func `a payslip stays explained by what was known to its run`() throws {
        try DemoCompany.with { demo in
            let run = try demo.run("payroll-monthly", "2026-04")
            try demo.record("E005", "annual_salary", "99999.00", from: "2026-04-01")
            let explanation = try PayslipExplanation.load(
                run: run, employee: EmployeeID(stored: "E005"), company: demo.company, store: demo.store)
            // 41,500 ÷ 12.
            #expect(explanation.payslip.amount("basic_pay").plainText == "3458.33")
        }
    }

    @Test func `who has no payslip cannot be explained`() throws {
        try DemoCompany.with { demo in
            let run = try demo.run("payroll-monthly", "2026-04")
            let failure = refusal {
                _ = try PayslipExplanation.load(
                    run: run, employee: EmployeeID(stored: "E019"), company: demo.company, store: demo.store)
            }
            #expect(failure?.exitCode == .notFound)
            #expect(failure?.summary == "Run 1 has no payslip for E019.")
        }
    }

    // MARK: - What is owed, and by whom it is borne

    @Test(arguments: Database.available)
    func `a run leaves open items to its employees, the tax office and the pension scheme`(
        database: Database
    ) throws {
        try DemoCompany.with(database) { demo in
            let run = try demo.run("payroll-monthly", "2026-04")
            let record = try payroll(run, demo)
            try demo.store.read { connection in
                let items = try OpenItemRecords.balances(on: record.payDate, .gbp, in: connection)
                let employees = items.filter { $0.item.party.kind == .employee }
                #expect(employees.count == 27 && employees.allSatisfy { $0.item.due == record.payDate })
                // HMRC, "Pay employers' PAYE": by the 22nd of the next tax month.
                let tax = items.filter { $0.item.party == Party(.authority, "HMRC") }
                #expect(!tax.isEmpty && tax.allSatisfy { $0.item.due.description == "2026-05-22" })
                #expect(items.contains { $0.item.party == Party(.institution, "KITTIWAKE-PENSIONS") })
                #expect(items.allSatisfy { $0.open == $0.item.amount && $0.item.reference == "monthly/2026-04" })
                let control = try ControlBalances.rows(on: record.payDate, .gbp, in: connection)
                #expect(control.map(\.account.rawValue) == ["2210", "2211", "2212", "2220", "2230", "2240"])
                #expect(control.allSatisfy { $0.agrees })
                #expect(try ControlBalances.rows(on: day("2026-04-27"), .gbp, in: connection).isEmpty)
            }
        }
    }

    @Test(arguments: Database.available)
    func `what the cost centres bear adds up to the lines of the payslips`(database: Database) throws {
        try DemoCompany.with(database) { demo in
            let run = try demo.run("payroll-monthly", "2026-04")
            let record = try payroll(run, demo)
            let (entry, totals, centres) = try demo.store.read { connection in
                (
                    try #require(try Journal.entries(of: run.id, in: connection).first?.entry),
                    try PayrollRecords.totals(of: record, in: connection),
                    try connection.all(
                        """
                        SELECT DISTINCT cost_centre FROM payslip WHERE run_id = ? AND cost_centre IS NOT NULL
                         ORDER BY cost_centre
                        """, run.id
                    ) { try $0.text(0) }
                )
            }
            #expect(centres.count > 3)
            let expenses = entry.postings.filter { $0.account.rawValue.hasPrefix("7") }
            #expect(Set(expenses.compactMap(\.dimensions.costCentre)) == Set(centres))
            #expect(entry.postings.filter { !$0.account.rawValue.hasPrefix("7") }.allSatisfy { $0.dimensions == .none })
            let pay = try #require(totals.first { $0.component == "basic_pay" })
            let posted = expenses.filter { $0.description == "Basic pay" }
            #expect(posted.count > 3)
            #expect(try posted.map(\.amount).sum(.gbp) == pay.amount)
        }
    }

    @Test(arguments: [
        ("2026-04-03", "2026-04-22"), ("2026-04-05", "2026-04-22"), ("2026-04-06", "2026-05-22"),
        ("2026-04-28", "2026-05-22"), ("2026-12-31", "2027-01-22"),
    ])
    func `tax is due on the 22nd after the end of the tax month`(paid: String, due: String) throws {
        let payable = try #require(try PayDesk.configuration().plan.payables[AccountCode("2210")])
        #expect(payable.term.dueDate(for: day(paid)).description == due)
    }

    // MARK: - The year to date

    @Test(arguments: Database.available)
    func `twelve months build on each other: cumulative tax is the tax on the year's pay`(database: Database) throws {
        try DemoCompany.with(database) { demo in
            let pack = try GBTest.pack("2026-27")
            var lines: [String: [(base: Int64, amount: Int64)]] = [:]
            for month in PayDesk.months2026 {
                let record = try payroll(try demo.run("payroll-monthly", month), demo)
                try demo.store.read {
                    try $0.forEach(
                        """
                        SELECT employee_id, base_minor, amount_minor FROM payslip_line
                         WHERE run_id = ? AND component = 'income_tax'
                        """, record.run
                    ) { lines[try $0.text(0), default: []].append((try $0.int(1), try $0.int(2))) }
                }
            }
            let december = try PayDesk.calculator("2027-03")
            var checked = 0
            let everyone = try demo.store.read {
                try EmployeeRecords(catalog: try PayDesk.configuration().catalog).facts(
                    from: EmployeeID(stored: "E001"), through: EmployeeID(stored: "E028"), knownAt: DemoCompany.now,
                    in: $0)
            }
            for employee in everyone {
                // Changes of basis and earlier employments have rules of their own.
                guard !["E016", "E017", "E018", "E019"].contains(employee.id.rawValue),
                    let payments = lines[employee.id.rawValue], payments.count == 12, let last = payments.last,
                    let text = employee.value(of: december.fields.taxCode, on: december.period.payDate),
                    let code = TaxCode(text)
                else { continue }
                var none: Explanation?
                let pay = payments.map(\.base).reduce(0, +)
                let taxed = payments.dropLast().map(\.amount).reduce(0, +)
                let result = try pack.incomeTax(
                    IncomeTaxInput(
                        pay: Money(minorUnits: last.base, .gbp), payToDate: Money(minorUnits: pay, .gbp),
                        taxToDate: Money(minorUnits: taxed, .gbp)),
                    code: code, period: try #require(GBTaxPeriod(.monthly, 12)), explanation: &none)
                #expect(result.toDate.minorUnits == payments.map(\.amount).reduce(0, +), "\(employee.id)")
                #expect(!result.isHeldByLimit, "\(employee.id)")
                checked += 1
            }
            #expect(checked == 24)
        }
    }

    @Test func `a director by the annual method ends the year with the contributions of the year`() throws {
        try DemoCompany.with { demo in
            for month in PayDesk.months2026 { try demo.run("payroll-monthly", month) }
            let rows = try demo.store.read {
                try $0.all(
                    """
                    SELECT employee_id, component, CAST(SUM(base_minor) AS BIGINT), CAST(SUM(amount_minor) AS BIGINT)
                      FROM payslip_line WHERE employee_id IN ('E001', 'E002', 'E024')
                       AND component IN ('employee_ni', 'employer_ni')
                     GROUP BY employee_id, component ORDER BY employee_id, component
                    """
                ) { (try $0.text(0), try $0.text(1), try $0.int(2), try $0.int(3)) }
            }
            #expect(rows.count == 6)
            for (employee, component, base, amount) in rows {
                // Of the year's pay: 8 % from 12,570 to 50,270 and 2 % above, or 15 % above 5,000; in pence.
                let expected =
                    component == "employee_ni"
                    ? Double(max(0, min(base, 5_027_000) - 1_257_000)) * 0.08 + Double(max(0, base - 5_027_000)) * 0.02
                    : Double(max(0, base - 500_000)) * 0.15
                #expect(abs(Double(amount) - expected) <= 1, "\(employee) \(component): \(amount), \(expected)")
            }
        }
    }

    @Test func `a run that was asked for before an earlier period was paid builds on that period`() throws {
        /// The payslip lines of May, which is run 1 where it was asked for first, and run 2 otherwise.
        func linesOfMay(askedFirst: Bool) throws -> [String] {
            try DemoCompany.with { demo in
                if askedFirst { try demo.ask(for: "2026-05") }
                try demo.run("payroll-monthly", "2026-04")
                let may = try demo.run("payroll-monthly", "2026-05")
                #expect(may.id.rawValue == (askedFirst ? 1 : 2))
                return try demo.store.read {
                    try $0.all(
                        """
                        SELECT employee_id, component, amount_minor FROM payslip_line WHERE run_id = ?
                         ORDER BY employee_id, line
                        """, may.id
                    ) { "\(try $0.text(0)) \(try $0.text(1)) \(try $0.int(2))" }
                }
            }
        }
        let lines = try linesOfMay(askedFirst: false)
        #expect(lines.count > 100)
        #expect(try linesOfMay(askedFirst: true) == lines)
    }

    // MARK: - Order

    @Test(arguments: Database.available)
    func `pay periods are run in order, and each once`(database: Database) throws {
        try DemoCompany.with(database) { demo in
            try demo.run("payroll-monthly", "2026-05")
            let before = refusal { try demo.run("payroll-monthly", "2026-04") }
            #expect(before?.exitCode == .refused)
            #expect(
                before?.summary
                    == "The pay group monthly has been paid for 2026-05 already; 2026-04 comes before it.")
            // Another job of the same group.
            var other = try JobCatalog.load(for: demo.company, kinds: DemoCompany.kinds).job("payroll-monthly")
            other.name = "payroll-again"
            let again = refusal {
                _ = try demo.executor().run(
                    other, period: try #require(Period("2026-05")), parameters: other.parameters, trigger: .person)
            }
            #expect(again?.exitCode == .refused)
            #expect(again?.summary == "The pay group monthly was paid for 2026-05 by run 1.")
            let runs = try demo.store.read { try $0.first("SELECT COUNT(*) FROM payroll_run") { try $0.int(0) } }
            #expect(runs == 1)
        }
    }

    @Test(arguments: Database.available)
    func `a group that has nobody is not paid, and the same command pays it when its people are there`(
        database: Database
    ) throws {
        try DemoCompany.with(database, hasPeople: false) { demo in
            let failure = refusal { try demo.run("payroll-monthly", "2026-04") }
            #expect(failure?.exitCode == .refused)
            #expect(
                failure?.summary == "Nobody is in the pay group monthly, so there is nobody to pay for 2026-04.")
            #expect(failure?.advice?.contains("steward import employees") == true)
            try demo.importPeople()
            let run = try demo.run("payroll-monthly", "2026-04")
            #expect(run.id.rawValue == 1 && run.state == .partly && run.itemsTotal == 28)
        }
    }

    /// People may be brought in after the run, or with a start that is wrong.
    @Test(arguments: Database.available)
    func `a run that paid nobody stands in no other's way`(database: Database) throws {
        try DemoCompany.with(database, hasPeople: false) { demo in
            try demo.importPerson(startingOn: "2027-01-01")
            for month in ["2026-04", "2026-05"] {
                let run = try demo.run("payroll-monthly", month)
                #expect(run.state == .succeeded && run.exceptions == 0)
                #expect(try demo.store.read { try PayrollRecords.payslips(of: payroll(run, demo), in: $0) }.isEmpty)
                #expect(try demo.store.read { try Journal.entries(of: run.id, in: $0) }.isEmpty)
            }
            try demo.importPeople()
            let april = try demo.run("payroll-monthly", "2026-04", repetition: .again)
            #expect(april.state == .partly)
            let payslips = try demo.store.read { try PayrollRecords.payslips(of: payroll(april, demo), in: $0) }
            #expect(payslips.count == 27)
            let again = refusal {
                try demo.run("payroll-monthly", "2026-04", repetition: .again)
            }
            #expect(again?.summary == "The pay group monthly was paid for 2026-04 by run \(april.id).")
        }
    }

    @Test(arguments: Database.available)
    func `a period is not paid while the one before it was cut off`(database: Database) throws {
        try DemoCompany.with(database) { demo in
            try demo.run("payroll-monthly", "2026-04")
            try demo.cutOff()
            let failure = refusal { try demo.run("payroll-monthly", "2026-05") }
            #expect(failure?.exitCode == .refused)
            #expect(
                failure?.summary
                    == "The pay group monthly has not been paid completely for 2026-04: run 1 was cut off.")
            #expect(try demo.run("payroll-monthly", "2026-04").state == .partly)
            #expect(try demo.run("payroll-monthly", "2026-05").state == .partly)
        }
    }

    @Test func `a run that was cut off does not go on with other figures`() throws {
        try DemoCompany.with { demo in
            try demo.run("payroll-monthly", "2026-04")
            try demo.cutOff()
            let file = demo.directory.appending(path: "config/payroll/components.yaml")
            try (String(contentsOf: file, encoding: .utf8) + "# changed\n")
                .write(to: file, atomically: true, encoding: .utf8)
            let failure = refusal { try demo.run("payroll-monthly", "2026-04") }
            #expect(failure?.exitCode == .refused)
            #expect(failure?.summary.hasPrefix("Run 1 began with other figures (gb-2026-27") == true)
        }
    }

    // MARK: - Refusals before a run

    @Test(arguments: [
        ("payroll-weekly", "2026-04", "The job payroll-weekly does not run for 2026-04."),
        ("payroll-monthly", "2030-04", "1 error; nothing was run."),
        ("payroll-monthly", "2027-04", "1 error; nothing was run."),
    ])
    func `a period that cannot be paid is refused and leaves no run`(
        job: String, period: String, summary: String
    ) throws {
        try DemoCompany.with { demo throws in
            let failure = refusal { try demo.run(job, period) }
            #expect(failure?.summary == summary, "\(failure as Any)")
            #expect(failure?.exitCode == .usage)
            #expect(try demo.store.read { try RunRecords.count(job: nil, in: $0) } == 0)
        }
    }

    @Test func `an unknown pay group is refused with the one most like it`() throws {
        try DemoCompany.with(hasPeople: false) { demo in
            let failure = refusal { try demo.run("payroll-monthly", "2026-04", parameters: ["pay_group": "montly"]) }
            let message = failure?.problems.first?.message
            #expect(message?.hasPrefix("There is no pay group \"montly\". Did you mean \"monthly\"?") == true)
        }
    }
}

extension DemoCompany {
    /// Leaves a run of the monthly payroll as one that was killed before its first payslip does.
    func ask(for period: String) throws {
        let job = try JobCatalog.load(for: company, kinds: Self.kinds).job("payroll-monthly")
        guard let period = Period(period) else { throw Failure(.failed, "\(period) is no period") }
        try store.write { connection in
            let new = NewRun(
                job, period: period, parameters: job.parameters, trigger: .person, notBefore: Self.now)
            _ = try RunQueue(connection, person: "test", at: Self.now).enqueue(new)
        }
    }

    /// Makes runs that are done look as if they had failed after their last commit, which no run that is done does.
    func cutOff() throws {
        try store.write { connection in
            for state in ["succeeded", "partly"] {
                try connection.execute(
                    "INSERT INTO run_transition (from_state, to_state) VALUES (?, 'failed')", state)
            }
            try connection.execute("UPDATE run SET state = 'failed'")
        }
    }

    /// Brings in one more person, monthly paid.
    func importPerson(startingOn day: String) throws {
        try "employee_id,name,start_date,pay_group\nE900,Ann Late,\(day),monthly\n"
            .write(to: directory.appending(path: "employees.csv"), atomically: true, encoding: .utf8)
        try importPeople(from: directory)
    }

    /// Records one fact a moment after everything else.
    func record(_ employee: String, _ field: String, _ value: String, from day: String) throws {
        try store.write { connection in
            _ = try connection.execute(
                """
                INSERT INTO employee_fact (employee_id, field, value, effective_from, source, recorded_by, recorded_at)
                VALUES (?, ?, ?, ?, 'test', 'test', ?)
                """, employee, field, value, day, DemoCompany.now.adding(seconds: 1))
        }
    }
}

private func day(_ text: String) -> CalendarDate { CalendarDate(text) ?? .earliest }
