import Amounts
import Calendars
import Configuration
import Diagnostics
import Mail
import Store

/// A company directory, and what its `config/company.yaml` says.
package struct Company: Sendable {
    /// The absolute path of the directory.
    package let directory: String
    package let settings: CompanySettings
    /// What its files of configuration mean, for all who ask with this value or a copy of it.
    package let readings = FileReadings()

    package init(directory: String, settings: CompanySettings) {
        self.directory = directory
        self.settings = settings
    }

    package static let settingsFile = "config/company.yaml"

    /// Reads `config/company.yaml` below a directory.
    package static func load(from directory: String) throws(Failure) -> Company {
        guard SourceFile.exists(directory + "/" + settingsFile) else {
            throw Failure(
                .notFound,
                "\(directory.isEmpty ? "\"\"" : directory) is not a company directory: it has no \(settingsFile).",
                advice:
                    "Go to the company's directory, name it with --company DIRECTORY, or make one with `steward init`.")
        }
        var problems = ProblemList()
        let company = load(from: directory, problems: &problems)
        try problems.throwIfAny(consequence: "nothing was done")
        guard let company else { preconditionFailure("settings without problems were read") }
        return company
    }

    /// Reads it and reports what is wrong; nil where it cannot be read.
    package static func load(from directory: String, problems: inout ProblemList) -> Company? {
        CompanySettings.load(directory: directory, problems: &problems).map {
            Company(directory: directory, settings: $0)
        }
    }

    /// The absolute path of a file or folder of the company.
    package func path(_ relative: String) -> String {
        relative.hasPrefix("/") ? relative : directory + "/" + relative
    }

    /// Opens the company's store.
    package func openStore(migrations: [Migration], create: Bool = false) throws -> Store {
        try Store.open(
            settings.store, relativeTo: directory, create: create, migrations: migrations,
            requireCurrentSchema: !create)
    }
}
