import Jobs
import Store

/// What people read of the approval of a run.
enum ApprovalDetails {
    /// Adds the results that a run waits, or waited, with, what they are compared with, and who decided what.
    static func add(to details: inout Details, of record: RunRecord, in connection: Connection) throws {
        guard let proposal = try ProposalRecords.proposal(of: record.id, in: connection) else { return }
        details.add("results hash", proposal.resultsHash)
        details.add("proposed", key: "proposed_at", "\(proposal.proposedAt)")
        let comparison = proposal.comparison
        details.add(
            "compared with", text: record.state == .waitingApproval ? comparison.previous ?? "nothing before" : nil,
            json: JSONValue(comparison.previous))
        var all = Table(columns: columns([.init("Section")]))
        // As the figures of the run: money with its currency.
        all.rows = comparison.rows.map { row in
            [.text(row.section), .text(row.item)]
                + [row.before, row.now, row.change].map { $0.map(Table.Cell.text) ?? .none }
        }
        // Once it is decided the differences are history: for programs alone.
        for section in record.state == .waitingApproval ? comparison.sections : [] {
            var table = Table(columns: columns())
            table.rows = comparison.rows.filter { $0.section == section }.map(cells)
            details.add(
                section: section.prefix(1).uppercased() + section.dropFirst(), key: differencesKey, table,
                json: .array([]))
        }
        details.add(section: "", key: differencesKey, Table(columns: []), json: all.json)
        details.add(
            section: "Decisions", key: "decisions",
            table(of: try ProposalRecords.decisions(of: record.id, in: connection)))
    }

    /// What is shown after a decision.
    static func decided(_ record: RunRecord, missing: Int?, in connection: Connection) throws -> Details {
        var details = Details()
        details.add("run", Int(record.id.rawValue))
        details.add("job", record.identity.job)
        details.add("period", "\(record.identity.period)")
        details.add("state", record.state.rawValue)
        details.add("results hash", try ProposalRecords.proposal(of: record.id, in: connection)?.resultsHash)
        details.add(
            section: "Decisions", key: "decisions",
            table(of: try ProposalRecords.decisions(of: record.id, in: connection)))
        return details
    }

    private static let differencesKey = "differences"

    private static func columns(_ leading: [Table.Column] = []) -> [Table.Column] {
        leading + [.init("Item"), .init("Before", .right), .init("Now", .right), .init("Change", .right)]
    }

    private static func cells(of row: ResultComparison.Row) -> [Table.Cell] {
        [.text(row.item)] + [row.before, row.now, row.change].map(cell)
    }

    private static func cell(_ value: String?) -> Table.Cell {
        guard let value else { return .none }
        return RunSummary.Figure("", value).money.map(Table.Cell.money) ?? .text(value)
    }

    private static func table(of decisions: [Decision]) -> Table {
        var table = Table(columns: [
            .init("Decision"), .init("At"), .init("Results"), .init("Reason"), .init("By"),
        ])
        table.rows = decisions.map {
            [
                .text($0.verdict.rawValue), .text("\($0.decidedAt)"), .text(String($0.resultsHash.prefix(12))),
                .text($0.reason ?? ""), .text($0.person),
            ]
        }
        return table
    }
}

extension RunState {
    /// After the name of a run whose figures are not final: ` (proposed, not approved)`.
    var figuresNote: String {
        switch self {
        case .waitingApproval: " (proposed, not approved)"
        case .rejected: " (rejected: these never count)"
        case .canceled: " (canceled)"
        default: ""
        }
    }
}
