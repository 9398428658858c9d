import Calendars
import Store

/// Where backups are kept, and how they are called.
package enum BackupFolder {
    /// Below the company directory.
    package static let path = "var/backups"

    /// Of a file that a store is copied to: a store of its own, or an archive of PostgreSQL.
    package static func fileExtension(of store: Store) -> String {
        switch store.dialect {
        case .sqlite: "db"
        case .postgresql: "dump"
        }
    }

    /// `steward-20260428T060000Z.db`
    package static func fileName(at instant: Instant, of store: Store) -> String {
        let time = instant.description.prefix { $0 != "." }.filter { $0.isNumber || $0 == "T" }
        return "steward-\(time)Z.\(fileExtension(of: store))"
    }
}
