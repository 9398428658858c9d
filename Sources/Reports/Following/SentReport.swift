import Diagnostics
import Jobs

/// A declared report that a run mailed.
package enum SentReport {
    /// What makes the report of a run again, as of the time of the run.
    ///
    /// - Throws: a failure when the run mailed none, or one that the person may not see.
    package static func engine(
        of record: RunRecord, person: String, company: Company, users: UserDirectory
    ) throws(Failure) -> ReportEngine {
        guard record.kind == SendReport.name, let name = record.identity.parameters["report"],
            MailedReports.find(name) == nil
        else {
            throw Failure(
                .usage, "Run \(record.id) mailed no report of \(ReportCatalog.folder).",
                advice: "Give a run of the kind report.send, or a report by name with --set and --as-of.")
        }
        let report = try ReportCatalog.load(for: company).report(name)
        return try ReportEngine(
            report, given: SendReport.arguments(of: report, record.identity), of: company, asOf: record.knownAt,
            for: try report.reader(account: person, in: users), run: record.id)
    }
}
