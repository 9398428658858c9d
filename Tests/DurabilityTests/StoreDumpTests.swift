import CompanyFixtures
import Store
import Testing

/// What the other tests compare with must see every difference.
@Suite struct StoreDumpTests {
    @Test(arguments: Database.available)
    func `a dump shows every row that a payroll writes, and every change of a cell`(database: Database) throws {
        try DemoCompany.with(database) { demo in
            try demo.run("payroll-monthly", "2026-04")
            let before = try StoreDump.lines(of: demo.store)
            for table in ["employee_fact", "journal_entry", "payslip", "payslip_line", "posting", "run_exception"] {
                let count = try demo.store.read { try $0.first("SELECT COUNT(*) FROM \(table)") { try $0.int(0) } }
                #expect(Int64(before.count { $0.hasPrefix("\(table): ") }) == count, "\(table)")
                #expect(count != 0, "\(table)")
            }
            #expect(StoreDump.difference(try StoreDump.lines(of: demo.store), from: before).isEmpty)
            try demo.store.write { _ = try $0.execute("UPDATE run_exception SET message = message || '!'") }
            #expect(StoreDump.difference(try StoreDump.lines(of: demo.store), from: before).count == 2)
            #expect(
                StoreDump.difference(
                    try StoreDump.lines(of: demo.store, omitting: ["run_exception.message"]),
                    from: try StoreDump.lines(of: demo.store)
                ).count == 2)
        }
    }
}
