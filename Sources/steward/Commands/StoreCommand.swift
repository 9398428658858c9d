import ArgumentParser
import Store

/// `steward store`: the company's store.
struct StoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store", abstract: "Look after the store.",
        subcommands: [
            StoreMigrate.self, StoreCheckCommand.self, StoreBackupCommand.self, StoreRestoreCommand.self,
            StoreCopyCommand.self,
        ])
}

/// `steward store migrate`: makes the store and brings its tables up to date.
struct StoreMigrate: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Make the store where there is none, and bring its tables up to date.")

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        try context.company.makeFolder("var")
        let store = try Store.open(
            context.company.settings.store, relativeTo: context.company.directory, create: true,
            migrations: Application.migrations, requireCurrentSchema: false)
        let applied = try store.migrate()
        try store.close()
        var table = Table(columns: [.init("Migration", .right), .init("Name")])
        table.rows = applied.map { [.integer($0.number), .text($0.name)] }
        context.printer.print(table, orSay: "The store is up to date.")
    }
}
