import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Store

/// What can be wrong with a server.
@Suite(.enabled(if: PostgresCluster.isInstalled, "skipped: PostgreSQL is not installed (apt: postgresql)"))
struct PostgresFaultTests {
    @Test(arguments: [
        "postgresql://ada:s3cret@127.0.0.1:1/books?connect_timeout=2",
        "postgresql://ada:s3cret@/books?host=/nowhere",
        "postgresql://ada@/books?host=/nowhere&password=s3cret",
        "postgresql://ada:s3cret@127.0.0.1:1/books?no_such_parameter=1",
        "postgresql://ada:s3cret@[::1/books", "postgresql://ada:s3cret%zz@localhost/books",
        "postgresql://ada@localhost/books?password=s3cret%zz",
    ])
    func `a server that does not answer is named, without the password`(text: String) throws {
        let url = try #require(StoreURL(text))
        #expect {
            try Store.open(url, relativeTo: "/", migrations: [])
        } throws: { error in
            guard case StoreError.unreachable(_, let reason) = error else { return false }
            return (error as? StoreError)?.failure.exitCode == .storeUnavailable && !reason.isEmpty
                && !"\(error)".contains("s3cret")
        }
    }

    @Test func `a database that does not exist is named`() throws {
        let text = try PostgresCluster.freshURL().replacing("postgresql:///postgres", with: "postgresql:///nowhere")
        #expect {
            try Store.open(try #require(StoreURL(text)), relativeTo: "/", migrations: [])
        } throws: { error in
            guard case StoreError.unreachable(_, let reason) = error else { return false }
            return reason.contains("\"nowhere\" does not exist")
        }
    }

    @Test func `a schema that was never made is behind`() throws {
        let url = try #require(StoreURL(try PostgresCluster.freshURL()))
        #expect {
            try Store.open(url, relativeTo: "/", migrations: [.tables])
        } throws: { error in
            guard case StoreError.schemaTooOld(_, found: 0, needed: 1) = error else { return false }
            return true
        }
    }

    @Test func `a row that another transaction holds is locked after a while`() throws {
        let url = try #require(StoreURL(try PostgresCluster.freshURL()))
        let store = try Store.open(url, relativeTo: "/", create: true, migrations: [.tables])
        let other = try Store.open(url, relativeTo: "/", create: true, migrations: [.tables])
        defer {
            try? store.close()
            try? other.close()
        }
        try store.migrate()
        try store.write { try $0.add("a") }
        try store.write { db throws in
            try db.execute("UPDATE department SET name = 'b'")
            #expect {
                try other.write { try $0.execute("UPDATE department SET name = 'c'") }
            } throws: { error in
                guard case StoreError.locked = error else { return false }
                return true
            }
        }
        #expect(try other.departments() == ["b"])
    }

    @Test func `a connection that the server ended is made anew`() throws {
        try StoreUnderTest.postgresql.withStore { store throws in
            try store.write { try $0.add("a") }
            #expect {
                try store.write { db in
                    try db.add("lost")
                    try db.execute("SELECT pg_terminate_backend(pg_backend_pid())")
                }
            } throws: { error in
                guard case StoreError.unreachable = error else { return false }
                return true
            }
            try store.write { try $0.add("b") }
            #expect(try store.departments() == ["a", "b"])
            // Also when it happens while nobody looks.
            let backend = try store.read { try $0.first("SELECT pg_backend_pid()") { try $0.int(0) } }
            let url = try #require(StoreURL(try PostgresCluster.shared()))
            let other = try Store.open(url, relativeTo: "/", migrations: [])
            defer { try? other.close() }
            try other.write { _ = try $0.first("SELECT pg_terminate_backend(CAST(? AS int))", backend) { _ in 0 } }
            #expect(try store.departments() == ["a", "b"])
        }
    }

    @Test func `a connection that is lost in a bulk insert is an error, and nothing stays`() throws {
        try StoreUnderTest.postgresql.withStore { store throws in
            let backends = """
                SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity
                WHERE query LIKE 'COPY "department"%' AND pid <> pg_backend_pid()
                """
            let url = try #require(StoreURL(try PostgresCluster.shared()))
            let other = try Store.open(url, relativeTo: "/", migrations: [])
            defer { try? other.close() }
            #expect {
                try store.write { db in
                    try db.insert(into: "department", columns: ["name"], rows: 0..<200_000) { i, row in
                        if i == 100_000 { _ = try other.read { try $0.first(backends) { try $0.int(0) } } }
                        try row.bind("department \(i)")
                    }
                }
            } throws: { error in
                guard case StoreError.unreachable = error else { return false }
                return true
            }
            #expect(try store.departments() == [])
        }
    }
}
