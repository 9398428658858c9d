import Configuration
import Diagnostics
import Jobs
import Store

/// The reports of a company: every `config/reports/*.yaml`.
package struct ReportCatalog: Sendable {
    /// By name, without those whose file has mistakes.
    package let reports: [ReportDeclaration]
    /// What is wrong in the other files, by the name of the report that each should have.
    package let mistakes: [String: ProblemList]

    package static let folder = "config/reports"

    /// What the files are called, and so the reports that they should hold.
    package static func names(of company: Company) -> [String] {
        SourceFile.names(in: company.path(folder), withExtension: "yaml").map { String($0.dropLast(".yaml".count)) }
    }

    /// Reads every file. One with mistakes stands in no other's way.
    package static func load(for company: Company) -> ReportCatalog {
        var reports: [ReportDeclaration] = []
        var mistakes: [String: ProblemList] = [:]
        var probe: QueryProbe?
        for name in names(of: company) {
            let shown = "\(folder)/\(name).yaml"
            let path = company.path(shown)
            var problems = ProblemList()
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
            if problems.isEmpty, let report {
                reports.append(report)
            } else {
                mistakes[name] = problems
            }
        }
        return ReportCatalog(reports: reports.sorted { $0.name < $1.name }, mistakes: mistakes)
    }

    /// Everything that is wrong in any of the files.
    package var problems: ProblemList {
        mistakes.values.reduce(into: ProblemList()) { $0.add(contentsOf: $1) }
    }

    /// - Throws: a failure with all that is wrong in its file; one that names the report most like it, where there is none
    ///   of that name.
    package func report(_ name: String) throws(Failure) -> ReportDeclaration {
        try mistakes[name]?.throwIfAny(consequence: "the report \(name) cannot be made")
        guard let report = reports.first(where: { $0.name == name }) else {
            throw Failure(
                .notFound,
                "There is no report \"\(name)\"."
                    + Suggestion.question(for: name, among: reports.map(\.name) + mistakes.keys.sorted()),
                advice: "Run `steward report list` to see all reports.")
        }
        return report
    }
}
