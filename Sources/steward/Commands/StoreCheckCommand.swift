import ArgumentParser
import Diagnostics
import Jobs
import Operations
import Store

/// `steward store check`: reads the whole store and says everything that is wrong with it.
struct StoreCheckCommand: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Read the whole store and say everything that is wrong with it.",
        discussion: """
            It looks at the database itself, the journal's chain of hashes, the runs and their events, attempts and
            effects, the schedules, and the outbox, all as of one moment, while others go on working. Exit code 0: all is
            well; 1: something is wrong, and it says what; 11: the store cannot be opened.
            """)

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let store = try context.openStore()
        Interruption.listen()
        defer { Terminal.clearProgress() }
        let report = try StoreCheck(store).run { area, done in
            try Interruption.check(
                consequence: "not all was looked at", advice: "Give the same command again to begin anew.")
            Terminal.showProgress("checking: \(area.rawValue)" + (done > 0 ? ", \(done)" : ""))
        }
        Terminal.clearProgress()
        var details = Details()
        details.add("store", context.company.settings.store.description)
        for (label, count) in report.counts { details.add(label, count) }
        details.add("findings", report.findings.count + report.unlisted)
        var table = Table(columns: [.init("Area"), .init("What is wrong")])
        table.rows = report.findings.map { [.text($0.area.rawValue), .text($0.text)] }
        details.add(section: "FINDINGS", key: "problems", table)
        details.mainSection = "problems"
        context.printer.print(details)
        guard report.findings.isEmpty else {
            throw Failure(
                .failed,
                report.unlisted > 0
                    ? "The store is not sound; \(report.unlisted) more findings are not listed."
                    : "The store is not sound.",
                advice:
                    "Keep a copy of it as it is, stop the daemon, and restore a backup that `store check` finds sound.")
        }
    }
}
