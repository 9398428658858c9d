import ArgumentParser
import Calendars
import Diagnostics
import Jobs
import Operations
import Store

/// `steward store backup`: a verified copy of the store, while others work on it.
struct StoreBackupCommand: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy the store, as it is at one moment, into a new file.",
        discussion: """
            The daemon and others may go on working meanwhile. The copy is verified before the file comes into being; a
            file that is there already is never overwritten. On PostgreSQL it is an archive of pg_dump.
            """)

    @Argument(
        help: "The file to make. Without it, one in var/backups with the time in its name.", completion: .file())
    var file: String?
    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let store = try context.openStore()
        Interruption.listen()
        if file == nil { try context.company.makeFolder(BackupFolder.path) }
        let shown = file ?? "\(BackupFolder.path)/\(BackupFolder.fileName(at: context.clock.now(), of: store))"
        // What a person names is meant from the folder they are in.
        let path = file.map(CommandContext.absolutePath) ?? context.company.path(shown)
        defer { Terminal.clearProgress() }
        let copy = try store.backup(to: path) { progress in
            try Interruption.check(
                consequence: "no copy was made", advice: "Give the same command again to begin anew.")
            Terminal.showProgress(progress)
        }
        Terminal.clearProgress()
        var details = Details()
        details.add("backup", shown)
        details.add("bytes", Int(copy.bytes))
        details.add("tables", copy.tables)
        // An archive says nothing of its rows.
        if copy.rows > 0 { details.add("rows", Int(copy.rows)) }
        context.printer.print(details)
    }
}
