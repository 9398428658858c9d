import Foundation

/// Puts an archive in the place of our schema on a PostgreSQL server; the former schema is kept under another name.
struct PostgresRestore {
    let archive: PostgresArchive

    /// - Returns: the name of the former schema; nil where there was none.
    func restore(
        _ file: String, suffix: String, progress: (StoreProgress) throws -> Void
    ) throws -> String? {
        let session = try PostgresSession(
            archive.address, uri: archive.address.ownConnectionURI, store: archive.store, secrets: archive.secrets)
        if let other = try text(
            """
            SELECT 'process ' || pid || COALESCE(' on ' || host(client_addr), '') FROM pg_stat_activity
             WHERE application_name = ? AND datname = current_database() AND pid <> pg_backend_pid() LIMIT 1
            """, [PostgresSession.applicationName(archive.schema)], session)
        {
            throw BackupError.inUse(store: archive.store, by: other)
        }
        var former: String?
        if try text("SELECT nspname FROM pg_namespace WHERE nspname = ?", [archive.schema], session) != nil {
            let name = try formerName(suffix, session)
            try session.script("ALTER SCHEMA \"\(archive.schema)\" RENAME TO \"\(name)\"")
            former = name
        }
        do {
            try archive.restore(file, progress: progress)
        } catch {
            if let former {
                try session.script("ALTER SCHEMA \"\(former)\" RENAME TO \"\(archive.schema)\"")
            }
            throw error
        }
        return former
    }

    /// What the former schema is called from now on: no earlier one has this name.
    private func formerName(_ suffix: String, _ session: PostgresSession) throws -> String {
        let mark = "_before_restore_\(suffix)"
        // A long name of a schema is cut, and never the time.
        let name = archive.schema.prefix(Identifier.maximumLength - mark.utf8.count - 3) + mark
        for candidate in [String(name)] + (2...99).map({ "\(name)_\($0)" }) {
            if try text("SELECT nspname FROM pg_namespace WHERE nspname = ?", [candidate], session) == nil {
                return candidate
            }
        }
        throw BackupError.exists(path: String(name))
    }

    private func text(_ sql: String, _ arguments: [String], _ session: PostgresSession) throws -> String? {
        var text: String?
        try session.rows(sql, arguments, fetch: .first) { row in
            text = try row.text(0)
            return false
        }
        return text
    }
}
