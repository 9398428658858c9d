import Diagnostics

/// Why a backup could not be made, or a file is no backup to be restored.
package enum BackupError: Error, Hashable, Sendable {
    case exists(path: String)
    case cannotWrite(path: String, reason: String)
    case cannotRead(path: String, reason: String)
    /// The copy is not what was copied.
    case notVerified(path: String, reason: String)
    case notABackup(path: String, reason: String)
    /// A program that makes or reads archives of PostgreSQL is not there.
    case programMissing(name: String)
    case programFailed(name: String, reason: String)
    /// Somebody else has the store open.
    case inUse(store: String, by: String)
    /// It was the store itself that was named.
    case isTheStore(path: String)
}

extension BackupError: ReportableError {
    package var failure: Failure {
        switch self {
        case .exists(let path):
            Failure(
                .refused, "There is a file at \(path) already; it is not overwritten.",
                advice: "Give another name, or remove that file first.")
        case .cannotWrite(let path, let reason):
            Failure(
                .failed, "The backup \(path) could not be written: \(reason). Nothing is left of it.",
                advice: "Free some space or choose another folder, then give the command again.")
        case .cannotRead(let path, let reason):
            Failure(
                .notFound, "The backup \(path) cannot be read: \(reason).",
                advice: "Check its name and who may read it.")
        case .notVerified(let path, let reason):
            Failure(
                .failed, "The copy for \(path) is not what was copied: \(reason). Nothing is left of it.",
                advice: "Run `steward store check`, and look into the disk and the system's log.")
        case .notABackup(let path, let reason):
            Failure(.refused, "\(path) is no backup of a store: \(reason). Nothing was changed.")
        case .programMissing(let name):
            Failure(
                .failed, "A store on PostgreSQL needs the program \(name) for this, which is not on this machine.",
                advice: "Install it (Debian: apt install postgresql-client), of the server's version or later.")
        case .programFailed(let name, let reason):
            Failure(.failed, "\(name) failed: \(reason)", advice: "Nothing is left of what it did.")
        case .inUse(let store, let other):
            Failure(
                .alreadyRunning, "The store \(store) is in use by \(other). Nothing was changed.",
                advice: "End what uses it (`steward daemon stop`), then give the command again.")
        case .isTheStore(let path):
            Failure(.usage, "\(path) is the store itself.", advice: "Name the file of a backup.")
        }
    }
}

extension BackupError: CustomStringConvertible {
    package var description: String { failure.description }
}
