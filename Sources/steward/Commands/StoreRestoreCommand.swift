import ArgumentParser
import Calendars
import Daemon
import Diagnostics
import Jobs
import Store

/// `steward store restore`: puts a backup in the place of the store.
struct StoreRestoreCommand: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Put a backup in the place of the store, and keep the former one beside it.",
        discussion: """
            Nobody may use the store meanwhile: stop the daemon first. The file is checked before anything is changed.
            What was in the store since the backup was made is in the former store alone.
            """)

    @Argument(help: "The backup.", completion: .file()) var file: String
    @Option(help: ArgumentHelp("The name of the company, as config/company.yaml has it.", valueName: "name"))
    var confirm: String?
    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let company = context.company
        let restore = StoreRestore(
            of: company.settings.store, relativeTo: company.directory, migrations: Application.migrations)
        let path = CommandContext.absolutePath(file)
        guard confirm == company.settings.name else {
            throw Failure(
                .usage,
                confirm.map { "\"\($0)\" is not the name of this company, which is \"\(company.settings.name)\"." }
                    ?? "Restoring a backup replaces the store of \(company.settings.name).",
                advice: "To do so, give --confirm \"\(company.settings.name)\". Nothing was changed.")
        }
        try company.makeFolder("var")
        // A daemon that starts meanwhile finds this lock and is refused.
        let lock = try DaemonLock(at: company.path(Daemon.lockPath), clock: context.clock)
        defer { Terminal.clearProgress() }
        let outcome = try withExtendedLifetime(lock) {
            try restore.restore(path, at: context.clock.now()) { Terminal.showProgress($0) }
        }
        Terminal.clearProgress()
        var details = Details()
        details.add("restored", file)
        details.add("bytes", Int(outcome.backup.bytes))
        details.add("tables", outcome.backup.tables)
        details.add("former store", outcome.former.map { $0.replacing(company.directory + "/", with: "") })
        context.printer.print(details)
        if outcome.backup.isOlder {
            context.printer.say("\nIts tables are of an older version: run `steward store migrate` next.")
        } else {
            context.printer.say("\nRun `steward store check` next, then start the daemon again.")
        }
    }
}
