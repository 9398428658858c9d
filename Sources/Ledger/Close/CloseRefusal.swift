import Diagnostics
import Jobs

/// A step of a close found something that nobody has signed off.
struct CloseRefusal: ReportableError {
    var step: any CloseStep
    var period: FiscalPeriod
    var runPeriod: String
    var findings: CloseFindings

    static let maximumShownFindings = 50

    var failure: Failure {
        let count = findings.obstacles.count
        let shown = findings.obstacles.prefix(Self.maximumShownFindings).map { Problem("\($0.item): \($0.text)") }
        return Failure(
            .refused,
            "The close of \(period) stops at \(step.name) (\(step.title)): \(count == 1 ? "1 finding" : "\(count) findings").",
            problems: shown + (count > shown.count ? [Problem("and \(count - shown.count) more")] : []),
            advice:
                "Put that right and give `steward close resume \(runPeriod)`; or let somebody with the role sign it "
                + "off: `steward close sign-off \(runPeriod) \(step.name) --reason REASON`.")
    }
}
