import CompanyFixtures
import Diagnostics
import Foundation
import Jobs
import Store
import TestSupport
import Testing

@testable import Operations

@Suite struct StoreTransferTests {
    private func url(_ text: String) throws -> StoreURL {
        try #require(StoreURL(text), "\(text) is no address of a store")
    }

    private func transfer(
        _ store: Store, to url: StoreURL, rowsPerTransaction: Int = 7
    ) throws -> StoreTransfer {
        try StoreTransfer(
            from: store, to: url, relativeTo: "/", migrations: DemoCompany.migrations,
            rowsPerTransaction: rowsPerTransaction)
    }

    private func open<T>(_ url: StoreURL, _ body: (Store) throws -> T) throws -> T {
        let store = try Store.open(url, relativeTo: "/", migrations: DemoCompany.migrations)
        defer { try? store.close() }
        return try body(store)
    }

    /// Where a company was paid and its register was sent.
    private func withCompany(_ database: Database, _ body: (DemoCompany) throws -> Void) throws {
        try DemoCompany.with(database) { demo in
            try demo.run("payroll-monthly", "2026-04")
            try demo.run("payroll-register-monthly", "2026-04")
            try body(demo)
        }
    }

    @Test(.enabled(if: Database.available.count == 2, "skipped: no PostgreSQL"), arguments: Database.allCases)
    func `a store that goes to the other database and back is the same`(database: Database) throws {
        try withCompany(database) { demo in
            let there = try url((database == .sqlite ? Database.postgresql : .sqlite).freshURL(in: demo.directory))
            let back = try url(database.freshURL(in: demo.directory))
            let before = try StoreDump.lines(of: demo.store, omitting: ["schema_version"])
            let outcome = try transfer(demo.store, to: there).run(at: DemoCompany.now)
            #expect(outcome.rows == Int64(before.count) && outcome.rowsBefore == 0)
            try open(there) { store in
                let findings = try StoreCheck(store).run().findings
                #expect(findings == [])
                let second = try transfer(store, to: back).run(at: DemoCompany.now)
                #expect(second.rows == outcome.rows)
            }
            let after = try open(back) { try StoreDump.lines(of: $0, omitting: ["schema_version"]) }
            #expect(after == before)
            let unchanged = try StoreDump.lines(of: demo.store, omitting: ["schema_version"])
            #expect(unchanged == before)
        }
    }

    @Test(arguments: Database.available, Database.available)
    func `the company goes on in the copy as it would have done in the original`(
        from database: Database, to other: Database
    ) throws {
        try withCompany(database) { demo in
            let copy = try url(other.freshURL(in: demo.directory))
            let file = demo.directory.appending(path: "config/company.yaml")
            _ = try transfer(demo.store, to: copy).run(at: DemoCompany.now)
            let text = try String(contentsOf: file, encoding: .utf8)
            let address = try #require(text.split(separator: "\n").first { $0.hasPrefix("store: ") })
            let to = copy.description
            try text.replacing(address, with: "store: \"\(to)\"").write(to: file, atomically: true, encoding: .utf8)
            let company = try Company.load(from: demo.directory.path)
            let store = try company.openStore(migrations: DemoCompany.migrations)
            defer { try? store.close() }
            let same = try demo.run("payroll-weekly", "2026-W15")
            let next = try demo.moved(to: company, store).run("payroll-weekly", "2026-W15")
            #expect(next.id == same.id)
            #expect(next.effectsDigest == same.effectsDigest)
            #expect(try StoreCheck(store).run().findings == [])
            // The rules are there again.
            #expect(throws: StoreError.appendOnly(table: "journal_entry")) {
                try store.write { try $0.execute("DELETE FROM journal_entry") }
            }
        }
    }

    private struct Stop: Error {}

    @Test(arguments: Database.available)
    func `a copy that was cut off is no store, and goes on when it is begun again`(database: Database) throws {
        try withCompany(.sqlite) { demo in
            let copy = try url(database.freshURL(in: demo.directory))
            var stops = 0
            var outcome: StoreTransfer.Outcome?
            var limit: Int64 = 100
            while outcome == nil {
                do {
                    outcome = try transfer(demo.store, to: copy).run(at: DemoCompany.now) { progress in
                        if progress.phase == .copying, progress.rows > limit { throw Stop() }
                    }
                } catch is Stop {
                    stops += 1
                    limit += 500
                    let refusal = #expect(throws: StoreError.self) { try open(copy) { _ in } }
                    #expect(refusal?.failure.summary.contains("was begun and is not complete") == true)
                }
            }
            #expect(stops > 1)
            #expect(try #require(outcome).rowsBefore > 100)
            let findings = try open(copy) { try StoreCheck($0).run().findings }
            #expect(findings == [])
        }
    }

    @Test(arguments: Database.available)
    func `what was written to the store since the copy was begun is found`(database: Database) throws {
        try withCompany(.sqlite) { demo in
            let copy = try url(database.freshURL(in: demo.directory))
            #expect(throws: Stop.self) {
                try transfer(demo.store, to: copy, rowsPerTransaction: 2).run(at: DemoCompany.now) { progress in
                    if progress.phase == .comparing { throw Stop() }
                }
            }
            try demo.store.write { try $0.execute("UPDATE run SET priority = priority + 1 WHERE run_id = 1") }
            let refusal = #expect(throws: Failure.self) {
                try transfer(demo.store, to: copy).run(at: DemoCompany.now)
            }
            #expect(
                refusal?.summary.contains("The table run is not the same on both sides") == true, "\(refusal as Any)")
            #expect(throws: StoreError.self) { try open(copy) { _ in } }
        }
    }

    @Test(arguments: Database.available)
    func `a store is never copied over`(database: Database) throws {
        try withCompany(database) { demo in
            try DemoCompany.with(.sqlite, hasPeople: false) { other in
                let before = try StoreDump.lines(of: demo.store)
                let refusal = #expect(throws: Failure.self) {
                    try transfer(other.store, to: demo.company.settings.store).run(at: DemoCompany.now)
                }
                #expect(refusal?.summary.contains("is a store already") == true)
                let after = try StoreDump.lines(of: demo.store)
                #expect(after == before)
            }
        }
    }
}
