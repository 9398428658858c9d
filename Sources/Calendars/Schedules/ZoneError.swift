import Diagnostics

/// Why there are no rules for a time zone.
package enum ZoneError: ReportableError, Hashable {
    /// The name is none of the IANA database's: an abbreviation, a path.
    /// `suggestion` is the name that it may stand for.
    case notAName(String, suggestion: String?)
    /// The database has no such zone. `suggestion` is the name most like it.
    case unknown(String, directory: String, suggestion: String?)
    /// The zone's file cannot be read, or breaks RFC 9636.
    case damaged(String, path: String, reason: String)

    package var failure: Failure {
        switch self {
        case .notAName(let name, let suggestion):
            Failure(
                .usage,
                "\"\(name)\" is not the name of a time zone." + (suggestion.map { " Did you mean \"\($0)\"?" } ?? ""),
                advice:
                    "Write a name of the IANA database, with its region, as Europe/London or America/New_York, or UTC. "
                    + "Abbreviations such as EST mean different things at different times.")
        case .unknown(let name, let directory, let suggestion):
            Failure(
                .usage,
                "The time zone \"\(name)\" is unknown." + (suggestion.map { " Did you mean \"\($0)\"?" } ?? ""),
                advice: "The zones of this machine are in \(directory), from the package tzdata.")
        case .damaged(let name, let path, let reason):
            Failure(
                .failed, "The rules of the time zone \(name) in \(path) cannot be used: \(reason).",
                advice: "Install the package tzdata anew.")
        }
    }
}
