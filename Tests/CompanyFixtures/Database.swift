import Diagnostics
import Foundation
import Store
import TestSupport

/// The databases that a test runs on.
package enum Database: String, CaseIterable, Sendable {
    case sqlite, postgresql

    /// Those that can be had on this machine. CI has both.
    package static let available = allCases.filter { $0 == .sqlite || PostgresCluster.isInstalled }

    /// The URL of a store that nobody else uses: a file in `directory`, or a schema of its own.
    package func freshURL(in directory: URL) throws -> String {
        switch self {
        case .sqlite: "sqlite:" + directory.appending(path: "\(UUID().uuidString).db").path
        case .postgresql: try PostgresCluster.freshURL()
        }
    }

    /// Runs `body` with a new store that has the tables of `migrations`.
    @discardableResult
    package func withStore<T>(_ migrations: [Migration], _ body: (Store) throws -> T) throws -> T {
        try withTemporaryDirectory { directory in
            let text = try freshURL(in: directory)
            guard let url = StoreURL(text) else { throw Failure(.failed, "\(text) is no address of a store") }
            let store = try Store.open(url, relativeTo: directory.path, create: true, migrations: migrations)
            defer { try? store.close() }
            try store.migrate()
            return try body(store)
        }
    }

    /// Does what the triggers and foreign keys forbid, within a transaction that is rolled back: on SQLite the triggers
    /// are gone.
    package func withoutRules(in db: Connection, _ body: () throws -> Void) throws {
        switch self {
        case .sqlite:
            try db.execute("PRAGMA defer_foreign_keys = ON")
            let triggers = try db.all("SELECT name FROM sqlite_schema WHERE type = 'trigger'") { try $0.text(0) }
            for trigger in triggers { try db.execute("DROP TRIGGER \(trigger)") }
        case .postgresql:
            try db.execute("SET LOCAL session_replication_role = replica")
        }
        try body()
    }
}
