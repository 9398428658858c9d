import Foundation
import TestSupport
import Testing

@testable import Store

/// How one process tells others that there is something in the store for them.
@Suite struct ListenerTests {
    @Test func `a file tells nobody`() throws {
        try StoreUnderTest.sqlite.withStore { store throws in
            #expect(try store.listener() == nil)
            try store.write { try $0.tellAtCommit() }
        }
    }

    @Test(.enabled(if: PostgresCluster.isInstalled, "skipped: PostgreSQL is not installed (apt: postgresql)"))
    func `news comes with the commit, once for each transaction, and never for one that is rolled back`() throws {
        struct Enough: Error {}
        let url = try #require(StoreURL(try PostgresCluster.freshURL()))
        let store = try Store.open(url, relativeTo: "/", create: true, migrations: [.tables])
        let other = try Store.open(
            try #require(StoreURL(try PostgresCluster.freshURL())), relativeTo: "/", create: true,
            migrations: [.tables])
        defer {
            try? store.close()
            try? other.close()
        }
        let listener = try #require(try store.listener())
        func hears(upToMilliseconds milliseconds: Int32 = 5_000) throws -> Bool {
            try listener.wait(upToMilliseconds: milliseconds, or: -1)
        }
        try store.write { db throws in
            try db.tellAtCommit()
            try db.tellAtCommit()
            let isEarly = try hears(upToMilliseconds: 50)
            #expect(!isEarly)
        }
        #expect(try hears())
        #expect(try !hears(upToMilliseconds: 50))
        #expect(throws: Enough.self) {
            try store.write { db in
                try db.tellAtCommit()
                throw Enough()
            }
        }
        try store.write { try $0.execute("SELECT 1") }
        try store.rehearsing { try $0.write { try $0.tellAtCommit() } }
        try other.write { try $0.tellAtCommit() }
        #expect(try !hears(upToMilliseconds: 50))
        // What was said while nobody waited is heard by the next who does.
        try store.write { try $0.tellAtCommit() }
        try store.write { try $0.tellAtCommit() }
        #expect(try hears())
    }

    @Test(.enabled(if: PostgresCluster.isInstalled, "skipped: PostgreSQL is not installed (apt: postgresql)"))
    func `a listener whose connection is cut says so`() throws {
        let url = try #require(StoreURL(try PostgresCluster.freshURL()))
        let store = try Store.open(url, relativeTo: "/", create: true, migrations: [.tables])
        defer { try? store.close() }
        let listener = try #require(try store.listener())
        try store.write { db in
            _ = try db.first(
                """
                SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity
                 WHERE application_name = current_setting('application_name') AND pid <> pg_backend_pid()
                """
            ) { try $0.int(0) }
        }
        #expect {
            while try !listener.wait(upToMilliseconds: 5_000, or: -1) {}
        } throws: { error in
            guard case StoreError.unreachable = error else { return false }
            return true
        }
    }
}
