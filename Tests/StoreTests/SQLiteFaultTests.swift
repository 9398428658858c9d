import Diagnostics
import Foundation
import GRDBSQLite
import TestSupport
import Testing

@testable import Store

/// What can be wrong with a file.
@Suite struct SQLiteFaultTests {
    @Test func `a new store can be read and written by its owner alone`() throws {
        try withFile { file in
            let store = try open(file, create: true)
            try store.migrate()
            try store.write { try $0.add("a") }
            for suffix in ["", "-wal", "-shm"] {
                let attributes = try FileManager.default.attributesOfItem(atPath: file.path + suffix)
                #expect(attributes[.posixPermissions] as? Int == 0o600, "\(suffix)")
            }
            try store.close()
        }
    }

    @Test func `every commit is on disk before it returns, and readers do not wait`() throws {
        try withFile { file in
            let store = try open(file, create: true)
            defer { try? store.close() }
            let settings = try store.write { db in
                try ["synchronous", "foreign_keys", "recursive_triggers"].map { name in
                    try db.first("PRAGMA \(name)") { try $0.int(0) }
                }
            }
            #expect(settings == [2, 1, 1])
            #expect(try store.write { try $0.first("PRAGMA journal_mode") { try $0.text(0) } } == "wal")
        }
    }

    @Test func `a missing store is missing and not made`() throws {
        try withFile { file in
            let error = StoreError.missing(store: file.path)
            #expect(throws: error) { try open(file) }
            #expect(error.failure.exitCode == .storeUnavailable)
            #expect(error.description.contains("steward store migrate"))
            #expect(!FileManager.default.fileExists(atPath: file.path))
        }
    }

    @Test func `a folder that is not there, or in the place of the file, is named`() throws {
        try withFile { file in
            let deep = file.appending(path: "deeper.db")
            #expect(throws: StoreError.cannotOpen(store: deep.path, reason: "there is no folder \(file.path)")) {
                try open(deep, create: true)
            }
            try FileManager.default.createDirectory(at: file, withIntermediateDirectories: true)
            #expect(throws: StoreError.cannotOpen(store: file.path, reason: "it is a folder")) { try open(file) }
        }
    }

    @Test(arguments: [
        "SQLite format 3\0 and then something else", "id;name\n1;Ada\n", String(repeating: "x", count: 5_000),
    ])
    func `a file that is no store is refused and left alone`(content: String) throws {
        try withFile { file in
            try Data(content.utf8).write(to: file)
            #expect {
                try open(file)
            } throws: { error in
                guard case StoreError.damaged(store: file.path, _) = error else { return false }
                return (error as? StoreError)?.failure.exitCode == .storeUnavailable
            }
            #expect(try Data(contentsOf: file) == Data(content.utf8))
        }
    }

    @Test func `a page that is damaged is found when it is read`() throws {
        try withFile { file in
            let store = try open(file, create: true)
            try store.migrate()
            try store.write { db in
                try db.insert(into: "department", columns: ["name"], rows: 0..<5_000) {
                    try $1.bind("department \($0)")
                }
            }
            try store.close()
            #expect(!FileManager.default.fileExists(atPath: file.path + "-wal"), "a closed store is one file")
            let writer = try FileHandle(forWritingTo: file)
            try writer.seek(toOffset: 40_960)
            try writer.write(contentsOf: Data(repeating: 0xA5, count: 20_480))
            try writer.close()
            let damaged = try open(file)
            defer { try? damaged.close() }
            #expect {
                _ = try damaged.read { try $0.all("SELECT id, name FROM department") { try $0.text(1) } }
            } throws: { error in
                guard case StoreError.damaged = error else { return false }
                return true
            }
        }
    }

    @Test func `another program's database is not taken for a store`() throws {
        try withFile { file in
            try withHandle(file) { try run($0, "CREATE TABLE theirs (a)") }
            for create in [true, false] {
                #expect(throws: StoreError.foreign(store: file.path)) { try open(file, create: create) }
            }
        }
    }

    @Test func `a store that another process is writing to is locked`() throws {
        try withFile { file in
            let store = try open(file, create: true)
            defer { try? store.close() }
            try store.migrate()
            try store.write { try $0.add("before") }
            try withHandle(file) { other in
                try run(other, "BEGIN IMMEDIATE")
                let start = ContinuousClock.now
                #expect(throws: StoreError.locked(store: file.path)) { try store.write { try $0.add("a") } }
                #expect(ContinuousClock.now - start > .seconds(SQLiteDriver.busyTimeoutSeconds * 0.9))
                // Reading goes on meanwhile.
                #expect(try store.departments() == ["before"])
                try run(other, "ROLLBACK")
            }
            try store.write { try $0.add("after") }
            #expect(try store.departments() == ["after", "before"])
        }
    }

    @Test func `a full disk undoes the transaction and is named`() throws {
        try withFile { file in
            let store = try open(file, create: true)
            defer { try? store.close() }
            try store.migrate()
            try store.write { try $0.add("before") }
            _ = try store.write { try $0.first("PRAGMA max_page_count = 40") { try $0.int(0) } }
            #expect(throws: StoreError.diskFull(store: file.path)) {
                try store.write { db in
                    try db.insert(into: "department", columns: ["name"], rows: 0..<100_000) { i, row in
                        try row.bind("department \(i)")
                    }
                }
            }
            #expect(StoreError.diskFull(store: "x").failure.exitCode == .storeUnavailable)
            _ = try store.write { try $0.first("PRAGMA max_page_count = 100000") { try $0.int(0) } }
            try store.write { try $0.add("after") }
            #expect(try store.departments() == ["after", "before"])
        }
    }

    @Test(.enabled(if: getuid() == 0, "skipped: only root can mount"))
    func `a disk that is really full is named`() throws {
        try withTemporaryDirectory { directory in
            try Self.shell("mount -t tmpfs -o size=1m tmpfs '\(directory.path)'")
            defer { try? Self.shell("umount '\(directory.path)'") }
            let file = directory.appending(path: "steward.db")
            let store = try open(file, create: true)
            try store.migrate()
            #expect {
                try store.write { db in
                    try db.insert(into: "department", columns: ["name"], rows: 0..<100_000) { i, row in
                        try row.bind("department \(i)")
                    }
                }
            } throws: { error in
                "\(error)".contains("is full")
            }
            #expect(try store.departments() == [])
            try store.close()
        }
    }

    @Test(.enabled(if: getuid() == 0, "skipped: only root can mount"))
    func `a disk that is read-only is named`() throws {
        try withTemporaryDirectory { directory in
            try Self.shell("mount -t tmpfs -o size=1m tmpfs '\(directory.path)'")
            defer { try? Self.shell("umount '\(directory.path)'") }
            let file = directory.appending(path: "steward.db")
            let store = try open(file, create: true)
            try store.migrate()
            try store.close()
            try Self.shell("mount -o remount,ro '\(directory.path)'")
            #expect(throws: StoreError.readOnly(store: file.path)) { try open(file) }
        }
    }

    @Test(.enabled(if: getuid() != 0, "skipped: root may write everywhere"))
    func `a folder that is read-only is named`() throws {
        try withFile { file in
            let folder = file.deletingLastPathComponent().path
            let store = try open(file, create: true)
            try store.migrate()
            try store.close()
            try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: folder)
            defer { try? FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder) }
            #expect(throws: StoreError.readOnly(store: file.path)) { try open(file) }
        }
    }

    @Test(arguments: [
        ("/srv/books/steward.db", "nfs4"), ("/srv/books", "nfs4"), ("/srv/bookshop/steward.db", nil),
        ("/srv/steward.db", nil), ("/mnt/my share/a.db", "cifs"), ("/home/ada/a.db", nil), ("/x", nil),
    ])
    func `a network file system is recognised`(path: String, kind: String?) {
        let mounts = """
            22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw
            40 22 0:40 / /srv/books rw shared:1 master:2 - nfs4 server:/books rw,vers=4.2
            41 22 0:41 / /mnt/my\\040share rw - cifs //server/share rw
            42 22 0:42 / /home rw - nfs server:/home rw
            43 42 8:2 / /home/ada rw - xfs /dev/sdb1 rw
            nonsense
            """
        #expect(FileSystem.networkKind(of: path, mounts: mounts) == kind)
    }

    @Test func `this machine's temporary folder is local`() throws {
        try withTemporaryDirectory { #expect(FileSystem.networkKind(of: $0.path) == nil) }
    }

    // MARK: -

    private func withFile<T>(_ body: (URL) throws -> T) throws -> T {
        try withTemporaryDirectory { try body($0.appending(path: "steward.db")) }
    }

    private func open(_ file: URL, create: Bool = false) throws -> Store {
        let url = try #require(StoreURL("sqlite:" + file.path))
        return try Store.open(url, relativeTo: "/", create: create, migrations: [.tables])
    }

    /// A connection of somebody else.
    private func withHandle(_ file: URL, _ body: (OpaquePointer?) throws -> Void) throws {
        var handle: OpaquePointer?
        #expect(sqlite3_open(file.path, &handle) == SQLITE_OK)
        defer { sqlite3_close(handle) }
        try body(handle)
    }

    private func run(_ handle: OpaquePointer?, _ sql: String) throws {
        try #require(sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK)
    }

    private static func shell(_ command: String) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", command]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(command)")
    }
}
