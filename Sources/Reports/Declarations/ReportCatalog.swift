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
        var probe: QueryProbe?
        for file in SourceFile.names(in: company.path(folder), withExtension: "yaml") {
            let shown = "\(folder)/\(file)"
            let path = company.path(shown)
            // Each job that mails a report asks for all of them.
            let report = company.readings.value(of: shown, from: [path], problems: &problems) {
                problems -> ReportDeclaration? in
                guard let document = YAMLDocument(contentsOf: path, shownAs: shown, problems: &problems) else {
                    return nil
                }
                let shared = probe ?? QueryProbe()
                probe = shared
                return ReportFile(currency: company.settings.currency, file: shown, probe: shared)
                    .read(document, problems: &problems)
            }
            if let report { reports.append(report) }
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
