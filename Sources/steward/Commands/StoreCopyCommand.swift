import ArgumentParser
import Daemon
import Diagnostics
import Jobs
import Operations
import Store

/// `steward store copy`: the store in another database.
struct StoreCopyCommand: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "copy",
        abstract: "Copy all of a store into an empty database of either kind, and compare the two row by row.",
        discussion: """
            Stop the daemon first: what is written meanwhile is not copied, and the comparison finds it. A copy that was
            cut off goes on where it stood when the command is given again. Nothing is changed in the store that is
            copied. When it is done, put the new address into config/company.yaml as `store:`.

            EXAMPLES
              steward store copy --to postgresql://steward@db.example/steward
              steward store copy --from postgresql://steward@db.example/steward --to sqlite:var/steward.db
            """)

    @Option(help: ArgumentHelp("The store to copy. Without it, the company's.", valueName: "url"))
    var from: String?
    @Option(help: ArgumentHelp("Where to: sqlite:FILE or postgresql://….", valueName: "url"))
    var to: String
    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let company = context.company
        let origin = try from.map { try url($0, "--from") } ?? company.settings.store
        let destination = try url(to, "--to")
        guard origin != destination else {
            throw Failure(.usage, "\(origin) cannot be copied to itself.", advice: "Name another place with --to.")
        }
        let source = try Store.open(origin, relativeTo: company.directory, migrations: Application.migrations)
        defer { try? source.close() }
        try company.makeFolder("var")
        // A daemon that starts meanwhile finds this lock and is refused.
        let lock = try DaemonLock(at: company.path(Daemon.lockPath), clock: context.clock)
        Interruption.listen()
        defer { Terminal.clearProgress() }
        let transfer = try StoreTransfer(
            from: source, to: destination, relativeTo: company.directory, migrations: Application.migrations)
        let outcome = try withExtendedLifetime(lock) {
            try transfer.run(at: context.clock.now()) { progress in
                try Interruption.check()
                let share = progress.totalRows > 0 ? progress.rows * 100 / progress.totalRows : 100
                Terminal.showProgress("\(progress.phase.rawValue) \(progress.table): \(share) %")
            }
        }
        let findings = try check(destination, in: context)
        Terminal.clearProgress()
        var details = Details()
        details.add("from", origin.description)
        details.add("to", destination.description)
        details.add("tables", outcome.tables)
        details.add("rows", Int(outcome.rows))
        if outcome.rowsBefore > 0 { details.add("of which copied before", Int(outcome.rowsBefore)) }
        details.add("findings", findings)
        context.printer.print(details)
        guard findings == 0 else {
            throw Failure(
                .failed, "The two are the same, and the store is not sound.",
                advice: "See what is wrong with `steward store check`, in the one or the other.")
        }
        if origin == company.settings.store {
            context.printer.say(
                "\nTo use it, write `store: \(destination)` into config/company.yaml and start the daemon.\n")
        }
    }

    private func url(_ text: String, _ option: String) throws -> StoreURL {
        guard let url = StoreURL(text) else {
            throw Failure(
                .usage, "\(option) \(text) is no address of a store.",
                advice: "Write sqlite:FILE or postgresql://USER@HOST/DATABASE.")
        }
        return url
    }

    /// The chains of hashes and all other laws, in the copy.
    ///
    /// - Returns: how many findings there are.
    private func check(_ url: StoreURL, in context: CommandContext) throws -> Int {
        let store = try Store.open(
            url, relativeTo: context.company.directory, migrations: Application.migrations)
        defer { try? store.close() }
        let report = try StoreCheck(store).run { area, done in
            try Interruption.check()
            Terminal.showProgress("checking: \(area.rawValue)" + (done > 0 ? ", \(done)" : ""))
        }
        return report.findings.count + report.unlisted
    }
}
