import Foundation
import TestSupport

@testable import Store

/// The databases that every test of the conformance suite runs on.
enum StoreUnderTest: String, CaseIterable {
    case sqlite, postgresql
    /// PostgreSQL behind PgBouncer in transaction mode.
    case pooled

    /// Those that can be had on this machine. CI has all.
    static let available = allCases.filter { database in
        switch database {
        case .sqlite: true
        case .postgresql: PostgresCluster.isInstalled
        case .pooled: PgBouncer.isInstalled
        }
    }

    /// A location that nobody else uses: a file in `directory`, or a schema of its own.
    func freshURL(in directory: URL) throws -> StoreURL {
        let text =
            switch self {
            case .sqlite: "sqlite:" + directory.appending(path: "\(UUID().uuidString).db").path
            case .postgresql: try PostgresCluster.freshURL()
            case .pooled: try PgBouncer.freshURL()
            }
        guard let url = StoreURL(text) else { throw NoSuchURL(text: text) }
        return url
    }

    struct NoSuchURL: Error { let text: String }

    /// Runs `body` with a new store of the tables below.
    @discardableResult
    func withStore<T>(_ migrations: [Migration] = [.tables], _ body: (Store) throws -> T) throws -> T {
        try withTemporaryDirectory { directory in
            let url = try freshURL(in: directory)
            let store = try Store.open(url, relativeTo: directory.path, create: true, migrations: migrations)
            defer { try? store.close() }
            try store.migrate()
            return try body(store)
        }
    }
}

extension Migration {
    /// A lamp that is off and goes on, and then breaks for good.
    static let lamps = Migration(
        number: 1, name: "lamps",
        sql: """
            CREATE TABLE lamp_transition (
                from_state TEXT NOT NULL, to_state TEXT NOT NULL, PRIMARY KEY (from_state, to_state)
            ) STRICT;
            INSERT INTO lamp_transition (from_state, to_state) VALUES ('off', 'on'), ('on', 'broken');
            CREATE TABLE lamp (state TEXT NOT NULL, changes INTEGER NOT NULL) STRICT;
            TRANSITIONS(lamp, lamp_transition);
            INSERT INTO lamp (state, changes) VALUES ('off', 0);
            """)

    /// Sacks that are closed when their parcels are in.
    static let parcels = Migration(
        number: 1, name: "parcels",
        sql: """
            CREATE TABLE parcel (sack INTEGER NOT NULL, weight INTEGER NOT NULL) STRICT;
            CREATE TABLE sack (
                sack INTEGER NOT NULL PRIMARY KEY, maximum_weight INTEGER NOT NULL, is_sent INTEGER NOT NULL DEFAULT 0
            ) STRICT;
            REFUSE_INSERTS(sack, is_not_too_heavy, sack,
                SELECT 1 FROM INSERTED AS added JOIN sack ON sack.sack = added.sack
                  JOIN parcel ON parcel.sack = sack.sack
                 GROUP BY sack.sack, sack.maximum_weight HAVING SUM(parcel.weight) > sack.maximum_weight);
            REFUSE_UPDATES(sack, is_not_empty, OLD.is_sent = 0 AND NEW.is_sent = 1,
                SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM parcel WHERE parcel.sack = NEW.sack));
            """)

    /// Tables with all that our schema uses.
    static let tables = Migration(
        number: 1, name: "tables",
        sql: """
            -- It's a comment with a quote, a ? and the word TEXT.
            CREATE TABLE department (
                id SERIAL_KEY,
                name TEXT NOT NULL UNIQUE CHECK (name <> 'INTEGER TEXT?')
            ) STRICT;
            CREATE TABLE employee (
                id SERIAL_KEY,
                number TEXT NOT NULL,
                department_id INTEGER NOT NULL REFERENCES department (id),
                hired_on TEXT NOT NULL,
                pay_minor INTEGER NOT NULL CONSTRAINT pay_is_positive CHECK (pay_minor >= 0),
                CONSTRAINT employee_number UNIQUE (department_id, number)
            ) STRICT;
            CREATE TABLE cell (
                id INTEGER PRIMARY KEY,
                number INTEGER,
                "text" TEXT,
                bytes BLOB
            ) STRICT;
            CREATE TABLE pair (
                a INTEGER NOT NULL,
                b TEXT NOT NULL,
                PRIMARY KEY (a, b)
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE fact (
                id SERIAL_KEY,
                name TEXT NOT NULL,
                run_id INTEGER,
                recorded_by TEXT NOT NULL,
                recorded_at INTEGER NOT NULL
            ) STRICT;
            APPEND_ONLY(fact);
            CREATE TABLE light_sack (
                sack INTEGER NOT NULL PRIMARY KEY, maximum_weight INTEGER NOT NULL DEFAULT 0, run_id INTEGER,
                recorded_by TEXT NOT NULL, recorded_at INTEGER NOT NULL
            ) STRICT;
            CREATE TABLE light (weight INTEGER NOT NULL PRIMARY KEY) STRICT;
            INSERT INTO light (weight) VALUES (10);
            REFUSE_INSERTS(light_sack, is_light, maximum_weight,
                SELECT 1 FROM INSERTED AS added CROSS JOIN light WHERE added.maximum_weight > light.weight);
            """)
}

struct DepartmentID: RecordID {
    let rawValue: Int64
}
