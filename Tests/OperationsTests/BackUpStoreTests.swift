import Calendars
import CompanyFixtures
import Diagnostics
import Foundation
import Jobs
import Store
import TestSupport
import Testing

@testable import Operations

@Suite struct BackUpStoreTests {
    static let job = ["backup": "kind: store.backup\nperiod: day\nparameters: {name: nightly, keep_count: '3'}"]

    @Test(arguments: Database.available)
    func `each day has its backup, and the oldest go`(database: Database) throws {
        let suffix = database == .sqlite ? "db" : "dump"
        try Workshop.with(database, jobs: Self.job) { shop in
            try shop.company.makeFolder("var/backups")
            for name in ["nightly-2020.txt", "other-2020-01-01.\(suffix)", "nightly-soon.\(suffix)"] {
                try "kept".write(toFile: shop.path("var/backups/\(name)"), atomically: true, encoding: .utf8)
            }
            for day in 1...5 {
                let record = try shop.run("backup", "2026-04-0\(day)")
                #expect(record.state == .succeeded)
                #expect(record.summary.files == ["var/backups/nightly-2026-04-0\(day).\(suffix)"])
                #expect(record.summary["removed"] == (day > 3 ? "1" : "0"))
                #expect(record.summary["verified"] == "yes")
            }
            #expect(
                shop.files(in: "var/backups") == [
                    "nightly-2020.txt", "nightly-2026-04-03.\(suffix)", "nightly-2026-04-04.\(suffix)",
                    "nightly-2026-04-05.\(suffix)", "nightly-soon.\(suffix)", "other-2020-01-01.\(suffix)",
                ])
            // Asking again changes nothing; a repetition has a file of its own.
            try shop.run("backup", "2026-04-05")
            let again = try shop.run("backup", "2026-04-05", repetition: .again)
            #expect(again.summary.files == ["var/backups/nightly-2026-04-05-run\(again.id).\(suffix)"])
            #expect(try shop.check() == [])
        }
    }

    @Test func `those of some days stay beside those of some number`() {
        let files = BackupFiles(folder: "/", name: "n", fileExtension: "db")
        #expect(files.fileName(for: .instant(Workshop.now)) == "n-2026-04-28T060000Z.db")
        for name in [
            "n-2026-04-28T060000Z.db", "n-2026-04-28.db", "n-2026-W15.db", "n-2026-04.db", "n-2026-04-28-run7.db",
        ] {
            let parsed = files.parse(name)
            #expect(
                parsed.map { files.fileName(for: $0.period, run: $0.run > 0 ? RunID(rawValue: $0.run) : nil) } == name)
        }
        for name in [
            "m-2026-04-28.db", "n-2026-04-28.dump", "n-.db", "n-2026-13-01.db", "n-2026-04-28-runx.db", "n.db",
            "n-2026-04-28.db.partial-7", "n-2026-04-28T0600Z.db", "n-2026-04-28T06000éZ.db",
        ] {
            #expect(files.parse(name) == nil, "\(name)")
        }
    }

    @Test(arguments: [(1, 0, 1), (3, 0, 3), (1, 10, 10), (3, 10, 10), (20, 10, 20), (1, 36_525, 40)])
    func `what is kept`(count: Int, days: Int, left: Int) throws {
        try withTemporaryDirectory { directory in
            let files = BackupFiles(folder: directory.path, name: "n", fileExtension: "db")
            let first = try #require(CalendarDate("2026-01-01"))
            for day in 0..<40 {
                let name = files.fileName(for: .day(first.adding(days: day)))
                try "".write(to: directory.appending(path: name), atomically: true, encoding: .utf8)
            }
            let newest = files.fileName(for: .day(first.adding(days: 39)))
            let old = try files.outdated(keepCount: count, keepDays: days, newest: newest)
            #expect(old.count == 40 - left)
            #expect(!old.contains(newest))
            // A backup of a day long gone takes away nothing that is newer, and not itself.
            let early = try files.outdated(keepCount: count, keepDays: days, newest: files.fileName(for: .day(first)))
            #expect(!early.contains(files.fileName(for: .day(first))))
            #expect(!early.contains(newest) || count == 1 && days == 0)
        }
    }

    @Test func `an attempt that follows one that was cut off keeps its file when it is whole`() throws {
        try Workshop.with(jobs: Self.job) { shop in
            let gone = WorkerProcess(host: WorkerProcess.current.host, id: 2_000_000_000, started: "1")
            let declaration = try shop.declaration("backup")
            let day = try #require(Period("2026-04-01"))
            // It had copied the store and got no further.
            let claimed = try shop.store.write { db in
                let queue = RunQueue(db, person: "ann", at: Workshop.now)
                let run = try queue.enqueue(
                    NewRun(
                        declaration, period: day, parameters: declaration.parameters, trigger: .person,
                        notBefore: Workshop.now))
                return try queue.claim(run.record.id, for: gone)
            }
            try shop.store.write {
                try $0.execute(
                    "UPDATE run SET steps = 'file nightly-2026-04-01.db', chunks = 1 WHERE run_id = ?", claimed.id)
            }
            try shop.company.makeFolder("var/backups")
            _ = try shop.store.backup(to: shop.path("var/backups/nightly-2026-04-01.db"))
            let record = try shop.run("backup", "2026-04-01")
            #expect(record.attempt == 2 && record.state == .succeeded)
            #expect(shop.files(in: "var/backups") == ["nightly-2026-04-01.db"])
        }
    }

    @Test func `a dry run copies and removes nothing`() throws {
        try Workshop.with(jobs: Self.job) { shop in
            for day in 1...3 { try shop.run("backup", "2026-04-0\(day)") }
            let before = shop.files(in: "var/backups")
            let rehearsal = try shop.rehearse("backup", "2026-04-04")
            #expect(rehearsal.record.summary["would write"] == "var/backups/nightly-2026-04-04.db")
            #expect(rehearsal.record.summary["would remove"] == "1")
            #expect(shop.files(in: "var/backups") == before)
        }
    }

    @Test func `what cannot be kept is refused when the job is read`() throws {
        try Workshop.with(jobs: [
            "a": "kind: store.backup\nperiod: day\nparameters: {name: ../etc, keep_count: '0', keep_days: many}",
            "b": "kind: store.backup\nperiod: year",
        ]) { shop in
            var problems = ProblemList()
            _ = JobCatalog.load(for: shop.company, kinds: Workshop.kinds, problems: &problems)
            let texts = problems.problems.map(\.description)
            #expect(texts.count == 4, "\(texts)")
            for part in ["name \"../etc\"", "keep_count \"0\"", "keep_days \"many\"", "does not run for a year"] {
                #expect(texts.contains { $0.contains(part) }, "\(part)")
            }
        }
    }
}
