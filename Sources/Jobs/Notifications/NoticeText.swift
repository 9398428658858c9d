import Calendars
import Mail

/// The words of the mails that tell people what happens to runs. Pure.
struct NoticeText {
    let company: Company

    static let latePrefix = "notify/late/"
    static let reminderPrefix = "notify/reminder/"

    private var companyName: String { company.settings.name }

    private func name(_ run: RunRecord) -> String { "\(run.identity.job) \(run.identity.period)" }

    private func opening(_ run: RunRecord) -> String {
        "Run \(run.id) of the job \(run.identity.job) for \(run.identity.period) at \(companyName)"
    }

    /// Lines of two columns, indented.
    private func lines(_ rows: [(String, String)]) -> [String] {
        let width = rows.map(\.0.count).max() ?? 0
        return rows.map { label, value in
            let indent = String(repeating: " ", count: width + 4)
            let text = value.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n" + indent)
            return "  " + label + String(repeating: " ", count: width - label.count) + "  " + text
        }
    }

    private func text(_ parts: [[String]]) -> String {
        parts.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
    }

    private func cut(_ reason: String) -> String {
        reason.count > Notices.maximumReasonCharacters
            ? String(reason.prefix(Notices.maximumReasonCharacters)) + " […]" : reason
    }

    // MARK: - Failed, missed, late

    func failed(_ run: RunRecord, error: String, to: [EmailAddress]) -> Notices.Notice {
        var rows = [("Why", cut(error)), ("Attempt", "\(run.attempt)")]
        if let due = run.dueAt { rows.append(("Due", "\(due)")) }
        rows.append(("Done", "\(run.itemsDone) of \(run.itemsTotal) items"))
        return Notices.Notice(
            key: "notify/failed/\(run.id)/\(run.attempt)", to: to, subject: "Failed: \(name(run)) (run \(run.id))",
            text: text([
                ["\(opening(run)) has failed. It is not tried again by itself."],
                lines(rows),
                [
                    "What was committed stands. Look at the run, remove the cause, and let it go on where it stopped:",
                    "  steward run show \(run.id)", "  steward run logs \(run.id)", "  steward run retry \(run.id)",
                ],
            ]), run: run.id)
    }

    func missed(_ job: JobDeclaration, _ records: [OccurrenceRecord], to: [EmailAddress]) -> Notices.Notice {
        let count = records.count == 1 ? "1 time" : "\(records.count) times"
        let shown = records.suffix(Notices.maximumListedOccurrences)
        let rows = shown.map { ("\($0.due)", $0.reason ?? "") }
        let left = records.count - shown.count
        return Notices.Notice(
            key: "notify/missed/\(job.name)/\(records.first?.due.microseconds ?? 0)", to: to,
            subject: "Missed: \(job.name), \(count)",
            text: text([
                ["The job \(job.name) at \(companyName) was due \(count) and did not run:"],
                (left > 0 ? ["  (the first \(left) are left out)"] : []) + lines(rows),
                [
                    "Let one of them run after all, or say that it need not:",
                    "  steward missed list --job \(job.name)",
                    "  steward missed run \(job.name) \(records.last.map { "\($0.due)" } ?? "")",
                    "  steward missed dismiss \(job.name) \(records.last.map { "\($0.due)" } ?? "") --reason REASON",
                ],
            ]), run: nil)
    }

    func late(_ run: RunRecord, to: [EmailAddress], at now: Instant) -> Notices.Notice {
        let late = run.dueAt.map { ElapsedText(now.secondsSinceEpoch - $0.secondsSinceEpoch).description } ?? ""
        var rows = [("Due", run.dueAt.map { "\($0)" } ?? ""), ("State", run.state.words)]
        if let started = run.startedAt { rows.append(("Started", "\(started)")) }
        if run.itemsTotal > 0 { rows.append(("Done", "\(run.itemsDone) of \(run.itemsTotal) items")) }
        return Notices.Notice(
            key: Self.latePrefix + "\(run.id)", to: to, subject: "Late: \(name(run)) (run \(run.id))",
            text: text([
                ["\(opening(run)) is \(late) late: it \(run.startedAt == nil ? "has not started" : "has not ended")."],
                lines(rows),
                ["See what it waits for:", "  steward run show \(run.id)", "  steward run list"],
            ]), run: run.id)
    }

    // MARK: - Approval

    func approvalWanted(
        _ run: RunRecord, _ proposal: Proposal, _ rule: ApprovalRule, exceptions: [RunException], to: [EmailAddress]
    ) -> Notices.Notice {
        let people = rule.people == 1 ? "one person" : "\(rule.people) people"
        return Notices.Notice(
            key: "notify/approval/\(run.id)", to: to, subject: "To approve: \(name(run)) (run \(run.id))",
            text: text(
                [
                    [
                        "\(opening(run)) has computed its results and waits. Nothing takes effect until \(people) with "
                            + "the role \(rule.role) approved, other than who started it (\(run.createdBy))."
                    ],
                    lines(proposal.summary.figures.map { ($0.label, $0.shownText) }),
                    exceptionLines(exceptions),
                ] + comparisonLines(proposal.comparison) + [decisionLines(run, proposal)]), run: run.id)
    }

    func reminder(
        _ run: RunRecord, _ proposal: Proposal, _ rule: ApprovalRule, to: [EmailAddress], at now: Instant
    ) -> Notices.Notice {
        let waits = ElapsedText(now.secondsSinceEpoch - proposal.proposedAt.secondsSinceEpoch)
        return Notices.Notice(
            key: Self.reminderPrefix + "\(run.id)", to: to, subject: "Still to approve: \(name(run)) (run \(run.id))",
            text: text([
                [
                    "\(opening(run)) has waited for an approval for \(waits), which is longer than its job allows. "
                        + "Nothing takes effect until then."
                ], decisionLines(run, proposal),
            ]), run: run.id)
    }

    private func exceptionLines(_ exceptions: [RunException]) -> [String] {
        guard !exceptions.isEmpty else { return ["Nobody and nothing was set aside."] }
        let shown = exceptions.prefix(Notices.maximumListedOccurrences)
        let left = exceptions.count - shown.count
        return ["Set aside:"] + lines(shown.map { ($0.item, cut($0.message)) })
            + (left > 0 ? ["  and \(left) more"] : [])
    }

    private func comparisonLines(_ comparison: ResultComparison) -> [[String]] {
        guard let previous = comparison.previous else {
            return [["There is nothing before to compare with."]]
        }
        return [["Compared with \(previous):"]]
            + comparison.sections.map { section in
                let rows = comparison.rows.filter { $0.section == section }
                let cells = rows.map { row in
                    [row.item, shown(row.before), shown(row.now), shown(row.change)]
                }
                return [section.prefix(1).uppercased() + section.dropFirst()]
                    + aligned([["", "before", "now", "change"]] + cells)
            }
    }

    private func shown(_ value: String?) -> String {
        value.map { RunSummary.Figure("", $0).shownText } ?? "-"
    }

    /// The first column to the left, the others to the right.
    private func aligned(_ rows: [[String]]) -> [String] {
        let count = rows.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
        return rows.map { row in
            let cells = row.enumerated().map { column, cell in
                let space = String(repeating: " ", count: widths[column] - cell.count)
                return column == 0 ? cell + space : space + cell
            }
            return "  " + cells.joined(separator: "  ")
        }
    }

    private func decisionLines(_ run: RunRecord, _ proposal: Proposal) -> [String] {
        [
            "Look at it, and decide. An approval counts for the results with this hash, and for no others:",
            "  steward run show \(run.id)",
            "  steward run approve \(run.id) --hash \(proposal.resultsHash.prefix(12))",
            "  steward run reject \(run.id) --reason REASON",
        ]
    }
}

extension RunSummary.Figure {
    /// The value as people read it: money with its thousands apart.
    package var shownText: String {
        money.map { "\($0.currency.code) \($0.groupedText)" } ?? value
    }
}
