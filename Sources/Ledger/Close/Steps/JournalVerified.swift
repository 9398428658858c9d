import Jobs
import Store

/// The journal is what was posted: chain, balance and period of every entry; snapshots are what it adds up to.
struct JournalVerified: CloseStep {
    let name = "journal-verified"
    let title = "Journal verified against its hashes, snapshots against the journal"
    let stage = CloseStage.verification
    let occasions: Set<CloseOccasion> = [.month, .year]

    func check(_ close: CloseContext, in connection: Connection) throws -> CloseFindings {
        var findings = CloseFindings()
        let extent = try Journal.check(in: connection, report: { findings.add("journal", $0) })
        let snapshots = try PeriodSnapshots.verify(in: connection) { findings.add("snapshots", $0) }
        findings.add(.init("entries verified", "\(extent.entries)"))
        findings.add(.init("snapshots verified", "\(snapshots)"))
        return findings
    }
}
