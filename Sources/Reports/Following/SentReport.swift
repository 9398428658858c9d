import Diagnostics
import Jobs

/// A declared report that a run mailed.
package enum SentReport {
    /// What makes the report of a run again, as of the time of the run.
    ///
    /// - Parameter wanted: which report, of a run that mailed several.
    /// - Throws: a failure when the run mailed none, or one that the person may not see.
    package static func engine(
        of record: RunRecord, report wanted: String? = nil, person: String, company: Company, users: UserDirectory
    ) throws(Failure) -> ReportEngine {
        let names = Mailing.names(record.identity.parameters)
        guard record.kind == SendReport.name, let first = names.first,
            MailedReports.find(for: record.identity.parameters, in: company) == nil
        else {
            throw Failure(
                .usage, "Run \(record.id) mailed no report of \(ReportCatalog.folder).",
                advice: "Give a run of the kind report.send; `steward run list` shows the kinds of runs.")
        }
        guard let name = wanted ?? (names.count == 1 ? first : nil), names.contains(name) else {
            throw Failure(
                .usage,
                wanted.map {
                    "Run \(record.id) mailed no report \"\($0)\"." + Suggestion.question(for: $0, among: names)
                }
                    ?? "Run \(record.id) mailed \(names.count) reports.",
                advice: "Say which with --report: " + names.joined(separator: ", ") + ".")
        }
        let report = try ReportCatalog.load(for: company).report(name)
        return try ReportEngine(
            report, given: SendReport.arguments(of: report, record.identity), of: company, asOf: record.knownAt,
            for: try report.reader(account: person, in: users), run: record.id)
    }
}
