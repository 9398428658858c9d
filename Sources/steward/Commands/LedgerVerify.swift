import ArgumentParser
import Diagnostics
import Jobs
import Ledger

/// `steward ledger verify`: whether the journal is what was posted.
struct LedgerVerify: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Read the whole journal and compare it with its chain of hashes and its snapshots.",
        discussion: """
            It finds whatever was changed in a posted row, an entry that is missing, was added in between, does not
            balance or is counted in a wrong period, and balances of a closed period that the journal does not add up to. The hash that it prints proves later that nothing up to that entry was
            changed: keep it where nobody who can write to the store can change it. Exit code 0: all is well; 1: it is
            not.
            """)

    /// More are counted.
    private static let maximumFindings = 20

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let store = try context.openStore()
        Interruption.listen()
        defer { Terminal.clearProgress() }
        var findings: [String] = []
        var count = 0
        func report(_ finding: String) {
            count += 1
            if findings.count < Self.maximumFindings { findings.append(finding) }
        }
        let (extent, snapshots) = try store.read { connection in
            let extent = try Journal.check(
                in: connection, report: report,
                progress: { done in
                    try Interruption.check(
                        consequence: "not all was looked at", advice: "Give the same command again to begin anew.")
                    Terminal.showProgress("verifying: \(done) entries")
                })
            return (extent, try PeriodSnapshots.verify(in: connection, report: report))
        }
        Terminal.clearProgress()
        var details = Details()
        details.add("entries", extent.entries)
        details.add("postings", extent.postings)
        details.add("last entry", Int(extent.lastNumber))
        details.add("hash", extent.lastHash)
        details.add("snapshots", snapshots)
        details.add("findings", count)
        var table = Table(columns: [.init("What is wrong", key: "text")])
        table.rows = findings.map { [.text($0)] }
        details.add(section: "FINDINGS", key: "problems", table)
        context.printer.print(details)
        guard count == 0 else {
            let more = count > findings.count ? "; \(count - findings.count) more findings are not listed" : ""
            throw Failure(
                .failed, "The journal is not what was posted\(more).",
                advice: "Keep a copy of the store as it is, and restore a backup that `ledger verify` finds sound.")
        }
    }
}
