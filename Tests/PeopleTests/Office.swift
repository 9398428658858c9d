import Calendars
import CompanyFixtures
import Diagnostics
import Foundation
import Jobs
import Payroll
import Store
import TestSupport

@testable import People

/// A store of people and files to import into it.
struct Office {
    let directory: URL
    let store: Store
    let catalog: FieldCatalog

    static let now = Instant(microseconds: 1_777_356_000_000_000)

    static let catalog = FieldCatalog(
        FieldCatalog.people + PayrollFields.statutory(payGroups: ["monthly", "weekly"]) + [
            EmployeeField("annual_salary", .amount(.gbp), description: "salary of a full year"),
            EmployeeField("weekly_hours", .quantity, description: "hours"),
            EmployeeField("bonus", .amount(.gbp), .occurrence, description: "bonus"),
        ])

    static func with<T>(_ database: Database = .sqlite, _ body: (Office) throws -> T) throws -> T {
        try withTemporaryDirectory { directory in
            try database.withStore(JobsSchema.migrations + PeopleSchema.migrations) { store in
                try body(Office(directory: directory, store: store, catalog: catalog))
            }
        }
    }

    enum Kind { case employees, facts }

    /// Imports a file as the command does: all of it in one transaction, or nothing.
    @discardableResult
    func importFile(
        _ kind: Kind, _ bytes: [UInt8], at now: Instant = Office.now
    ) throws -> ImportPlan {
        let name = kind == .employees ? "employees.csv" : "facts.csv"
        let path = directory.appending(path: name)
        try Data(bytes).write(to: path)
        return try store.write { connection in
            let plan =
                switch kind {
                case .employees:
                    try EmployeeImport(catalog: catalog).plan(
                        path: path.path, shownAs: name, knownAt: now, in: connection)
                case .facts:
                    try FactImport(catalog: catalog).plan(path: path.path, shownAs: name, knownAt: now, in: connection)
                }
            let stamp = Stamp(run: nil, person: "ann", at: now)
            try plan.apply(in: UnitOfWork(connection: connection, stamp: stamp, digest: nil), catalog: catalog)
            return plan
        }
    }

    @discardableResult
    func importFile(_ kind: Kind, _ text: String, at now: Instant = Office.now) throws -> ImportPlan {
        try importFile(kind, Array(text.utf8), at: now)
    }

    /// `E1 annual_salary=36000 2026-04-01… (employees.csv:2)`, in the order recorded.
    func facts() throws -> [String] {
        try store.read {
            try $0.all(
                """
                SELECT employee_id, field, value, effective_from, effective_to, source FROM employee_fact
                 ORDER BY fact_id
                """
            ) { row in
                "\(try row.text(0)) \(try row.text(1))=\(try row.text(2)) \(try row.text(3))…"
                    + "\(try row.optionalText(4) ?? "") (\(try row.text(5)))"
            }
        }
    }

    func employees() throws -> [String] {
        try store.read { try $0.all("SELECT employee_id FROM employee ORDER BY employee_id") { try $0.text(0) } }
    }

    /// What a person reads when the file is refused; checks that nothing was imported.
    func refusal(_ kind: Kind, _ bytes: [UInt8]) throws -> [String] {
        let before = (try employees(), try facts())
        let failure = CompanyFixtures.refusal { try importFile(kind, bytes) }
        let after = (try employees(), try facts())
        guard before == after else { return ["something was imported"] }
        guard let failure else { return ["it was imported"] }
        let noun = failure.problems.count == 1 ? "1 error" : "\(failure.problems.count) errors"
        guard failure.exitCode == .usage, failure.summary == "\(noun); nothing was imported." else {
            return [failure.description]
        }
        return failure.problems.map(\.description)
    }
}
