import Foundation
import TestSupport
import Testing

@testable import Store

/// What is different behind PgBouncer in transaction mode; that all else is the same, the conformance suite shows.
@Suite(.enabled(if: PgBouncer.isInstalled, "skipped: PgBouncer is not installed (apt: pgbouncer)"))
struct PoolerTests {
    private func store(_ text: String) throws -> Store {
        let url = try #require(StoreURL(text))
        let store = try Store.open(url, relativeTo: "/", create: true, migrations: [.tables])
        try store.migrate()
        return store
    }

    @Test func `nothing is left on the connections of the pooler`() throws {
        let store = try store(PgBouncer.freshURL())
        defer { try? store.close() }
        // In turn on all of its connections.
        for number in 1...40 {
            try store.write { db in
                try db.add("d\(number)")
                try db.insert(into: "pair", columns: ["a", "b"], rows: [number, number], onConflict: .doNothing) {
                    try $1.bind($0)
                    try $1.bind("x")
                }
            }
            _ = try store.read { try $0.first("SELECT COUNT(*) FROM department") { try $0.int(0) } }
        }
        let other = try Store.open(
            try #require(StoreURL(try PgBouncer.freshURL())), relativeTo: "/", create: true, migrations: [])
        defer { try? other.close() }
        for _ in 1...20 {
            let left = try other.read { db in
                try db.first(
                    """
                    SELECT (SELECT COUNT(*) FROM pg_prepared_statements)
                           + (SELECT COUNT(*) FROM pg_class WHERE relpersistence = 't')
                    """
                ) { try $0.int(0) }
            }
            #expect(left == 0)
        }
        let servers = try PostgresDatabaseQuery.texts(
            "SELECT DISTINCT current_setting('search_path')", through: try PgBouncer.freshURL())
        #expect(servers == ["\"$user\", public"])
    }

    @Test func `who listens behind a pooler goes to the server, where the address names it`() throws {
        let blind = try store(PgBouncer.freshURL())
        defer { try? blind.close() }
        #expect(try blind.listener() == nil)
        let store = try store(PgBouncer.freshURL(isDirectKnown: true))
        defer { try? store.close() }
        let listener = try #require(try store.listener())
        try store.write { try $0.tellAtCommit() }
        let isHeard = try listener.wait(upToMilliseconds: 5_000, or: -1)
        #expect(isHeard)
    }
}

/// Plain questions to a server, without a store's settings.
enum PostgresDatabaseQuery {
    static func texts(_ sql: String, through text: String) throws -> [String] {
        guard let url = StoreURL(text), case .postgresql(let address) = url.location,
            let programs = PostgresCluster.programs
        else { return [] }
        let process = Process()
        process.executableURL = programs.appending(path: "psql")
        process.arguments = ["-X", "-A", "-t", "-d", address.uri, "-c", sql]
        process.standardInput = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let answer = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return answer.split(separator: "\n").map(String.init)
    }
}
