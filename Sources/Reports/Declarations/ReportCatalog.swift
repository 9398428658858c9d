import Configuration
import Diagnostics
import Jobs
import Store

/// The reports of a company: every `config/reports/*.yaml`.
package struct ReportCatalog: Sendable {
    /// By name.
    package let reports: [ReportDeclaration]

    package static let folder = "config/reports"

    /// - Throws: a failure with everything that is wrong in any of the files.
    package static func load(for company: Company) throws(Failure) -> ReportCatalog {
        var problems = ProblemList()
        let catalog = load(for: company, problems: &problems)
        try problems.throwIfAny(consequence: "no report was loaded")
        return catalog
    }

    /// Reads every file and reports what is wrong, for `steward check`.
    package static func load(for company: Company, problems: inout ProblemList) -> ReportCatalog {
        var reports: [ReportDeclaration] = []
        for file in SourceFile.names(in: company.path(folder), withExtension: "yaml") {
            let shown = "\(folder)/\(file)"
            guard
                let document = YAMLDocument(contentsOf: company.path(shown), shownAs: shown, problems: &problems),
                let report = ReportFile(currency: company.settings.currency, file: shown)
                    .read(document, problems: &problems)
            else { continue }
            reports.append(report)
        }
        return ReportCatalog(reports: reports.sorted { $0.name < $1.name })
    }

    /// - Throws: a failure that names the report most like it, where there is none of that name.
    package func report(_ name: String) throws(Failure) -> ReportDeclaration {
        guard let report = reports.first(where: { $0.name == name }) else {
            throw Failure(
                .notFound,
                "There is no report \"\(name)\"." + Suggestion.question(for: name, among: reports.map(\.name)),
                advice: "Run `steward report list` to see all reports.")
        }
        return report
    }
}
