import Calendars
import CompanyFixtures
import Diagnostics
import Foundation
import GRDBSQLite
import Jobs
import Store
import TestSupport
import Testing

@testable import Operations

@Suite struct BackupTests {
    @Test(arguments: Database.available)
    func `a backup of a company is that company`(database: Database) throws {
        try DemoCompany.with(database) { demo in
            try demo.run("payroll-monthly", "2026-04")
            let file = demo.directory.appending(path: "copy").path
            let before = try StoreDump.lines(of: demo.store)
            let copy = try demo.store.backup(to: file)
            #expect(copy.path == file)
            let size = try #require(FileManager.default.attributesOfItem(atPath: file)[.size] as? Int64)
            #expect(copy.bytes == size && size > 10_000)
            let mode = try #require(FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int)
            #expect(mode == 0o600)
            // Something happens after it, and the store is put back.
            try demo.run("payroll-register-monthly", "2026-04")
            #expect(try StoreDump.lines(of: demo.store) != before)
            try demo.store.close()
            let restore = StoreRestore(
                of: demo.company.settings.store, relativeTo: demo.directory.path, migrations: DemoCompany.migrations)
            let outcome = try restore.restore(file, at: DemoCompany.now)
            #expect(!outcome.backup.isOlder)
            let former = try #require(outcome.former)
            #expect(former.hasSuffix(database == .sqlite ? ".before-restore-20260428T060000Z" : "_20260428t060000z"))
            let store = try demo.company.openStore(migrations: DemoCompany.migrations)
            defer { try? store.close() }
            #expect(try StoreDump.lines(of: store) == before)
            #expect(try StoreCheck(store).run().findings == [])
        }
    }

    @Test func `a backup while another process writes is one moment of the store`() throws {
        try Workshop.with { shop in
            try shop.store.write { db in
                try db.execute("CREATE TABLE pair (a INTEGER, b TEXT)")
                try db.insert(into: "pair", columns: ["a", "b"], rows: 0..<40_000) { number, row in
                    try row.bind(number)
                    try row.bind(String(repeating: "x", count: 400))
                }
            }
            let other = try shop.company.openStore(migrations: Workshop.migrations)
            defer { try? other.close() }
            var writes = 0
            let file = shop.path("copy.db")
            let copy = try shop.store.backup(to: file) { progress in
                guard progress.phase == .copying else { return }
                try other.write { try $0.execute("INSERT INTO pair (a, b) VALUES (?, 'later')", writes) }
                writes += 1
            }
            #expect(writes > 1)
            var handle: OpaquePointer?
            #expect(sqlite3_open(file, &handle) == SQLITE_OK)
            defer { sqlite3_close(handle) }
            var statement: OpaquePointer?
            sqlite3_prepare_v2(handle, "SELECT COUNT(*) FROM pair WHERE b = 'later'", -1, &statement, nil)
            #expect(sqlite3_step(statement) == SQLITE_ROW)
            #expect(sqlite3_column_int64(statement, 0) == 0)
            sqlite3_finalize(statement)
            #expect(copy.rows >= 40_000)
            #expect(try shop.count("pair") == Int64(40_000 + writes))
        }
    }

    @Test(arguments: Database.available)
    func `a backup overwrites nothing and leaves nothing where it fails`(database: Database) throws {
        try Workshop.with(database) { shop in
            let file = shop.path("var/backups/a")
            #expect(
                throws: BackupError.cannotWrite(path: file, reason: "there is no folder \(shop.path("var/backups"))")
            ) {
                try shop.store.backup(to: file)
            }
            try shop.company.makeFolder("var/backups")
            try "mine".write(toFile: file, atomically: true, encoding: .utf8)
            #expect(throws: BackupError.exists(path: file)) { try shop.store.backup(to: file) }
            #expect(try String(contentsOfFile: file, encoding: .utf8) == "mine")
            struct Stop: Error {}
            #expect(throws: Stop.self) { try shop.store.backup(to: shop.path("var/backups/b")) { _ in throw Stop() } }
            #expect(shop.files(in: "var/backups") == ["a"])
            // What a process that is gone has left is taken away; what another one is writing is not.
            for name in ["c.partial-2000000000", "c.partial-1", "cc.partial-2000000000"] {
                try "half".write(toFile: shop.path("var/backups/\(name)"), atomically: true, encoding: .utf8)
            }
            _ = try shop.store.backup(to: shop.path("var/backups/c"))
            #expect(shop.files(in: "var/backups") == ["a", "c", "c.partial-1", "cc.partial-2000000000"])
        }
    }

    @Test(
        arguments: [
            (Database.sqlite, "no such file"), (.sqlite, "text"), (.sqlite, "theirs"), (.sqlite, "cut"),
            (.sqlite, "damaged"),
            (.sqlite, "itself"), (.sqlite, "newer"), (.postgresql, "no such file"), (.postgresql, "text"),
            (.postgresql, "cut"),
        ].filter { Database.available.contains($0.0) })
    func `what is no sound backup is not restored`(database: Database, what: String) throws {
        try Workshop.with(database, jobs: ["backup": "kind: store.backup\nperiod: day"]) { shop in
            try shop.run("backup", "2026-04-28")
            var file = shop.path("copy")
            _ = try shop.store.backup(to: file)
            let before = try StoreDump.lines(of: shop.store)
            try shop.store.close()
            switch what {
            case "no such file": file += "2"
            case "text": try "SQLite format 3\0 or not".write(toFile: file, atomically: true, encoding: .utf8)
            case "theirs":
                try FileManager.default.removeItem(atPath: file)
                try Self.sql("CREATE TABLE theirs (a)", file)
            case "cut":
                let bytes = try Data(contentsOf: URL(filePath: file))
                try bytes.prefix(bytes.count / 2).write(to: URL(filePath: file))
            case "damaged":
                var bytes = try Data(contentsOf: URL(filePath: file))
                bytes.replaceSubrange(8_192..<16_384, with: Data(repeating: 0xA5, count: 8_192))
                try bytes.write(to: URL(filePath: file))
            case "newer": try Self.sql("INSERT INTO schema_version VALUES (99, 'later', 'x', 0)", file)
            default: file = try #require(shop.company.settings.store.sqlitePath(relativeTo: shop.directory.path))
            }
            let restore = StoreRestore(
                of: shop.company.settings.store, relativeTo: shop.directory.path, migrations: Workshop.migrations)
            let error = #expect(throws: (any Error).self) { try restore.restore(file, at: Workshop.now) }
            #expect(error is BackupError || error is StoreError, "\(String(describing: error))")
            #expect((error as? any ReportableError)?.failure.exitCode != .success)
            let store = try shop.company.openStore(migrations: Workshop.migrations)
            defer { try? store.close() }
            #expect(try StoreDump.lines(of: store) == before)
        }
    }

    @Test(arguments: Database.available)
    func `a store that somebody has open is not replaced`(database: Database) throws {
        try Workshop.with(database) { shop in
            let file = shop.path("copy")
            _ = try shop.store.backup(to: file)
            let restore = StoreRestore(
                of: shop.company.settings.store, relativeTo: shop.directory.path, migrations: Workshop.migrations)
            let error = #expect(throws: BackupError.self) { try restore.restore(file, at: Workshop.now) }
            guard case .inUse = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            // It works on as if nothing had been.
            #expect(try shop.count("run") == 0)
            try shop.store.write { try $0.execute("UPDATE journal_head SET entry_number = entry_number") }
            try shop.store.close()
            _ = try restore.restore(file, at: Workshop.now)
        }
    }

    @Test func `a backup of an older version is restored, and migrated afterwards`() throws {
        try withTemporaryDirectory { directory in
            let url = try #require(StoreURL("sqlite:" + directory.appending(path: "a.db").path))
            let old = try Store.open(
                url, relativeTo: "/", create: true, migrations: Array(Workshop.migrations.prefix(2)))
            try old.migrate()
            _ = try old.backup(to: directory.appending(path: "copy").path)
            try old.close()
            let restore = StoreRestore(of: url, relativeTo: "/", migrations: Workshop.migrations)
            let outcome = try restore.restore(directory.appending(path: "copy").path, at: Workshop.now)
            #expect(outcome.backup.isOlder && outcome.backup.schemaVersion == 2)
            let store = try Store.open(
                url, relativeTo: "/", migrations: Workshop.migrations, requireCurrentSchema: false)
            #expect(try store.migrate().count == Workshop.migrations.count - 2)
            try store.close()
        }
    }

    @Test func `a damaged store is replaced and kept`() throws {
        try Workshop.with { shop in
            let file = shop.path("copy")
            _ = try shop.store.backup(to: file)
            try shop.store.close()
            let path = try #require(shop.company.settings.store.sqlitePath(relativeTo: shop.directory.path))
            try "A letter.".write(toFile: path, atomically: true, encoding: .utf8)
            let restore = StoreRestore(
                of: shop.company.settings.store, relativeTo: shop.directory.path, migrations: Workshop.migrations)
            let former = try #require(try restore.restore(file, at: Workshop.now).former)
            #expect(try String(contentsOfFile: former, encoding: .utf8) == "A letter.")
            let store = try shop.company.openStore(migrations: Workshop.migrations)
            #expect(try StoreCheck(store).run().findings == [])
            try store.close()
        }
    }

    private static func sql(_ sql: String, _ file: String) throws {
        var handle: OpaquePointer?
        try #require(sqlite3_open(file, &handle) == SQLITE_OK)
        defer { sqlite3_close(handle) }
        try #require(sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK)
    }
}
