import ArgumentParser
import Ledger

/// `steward ledger unsettle`: undoes a settlement.
struct LedgerUnsettle: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "unsettle", abstract: "Undo a settlement: what was open before it is open again.",
        discussion: """
            Nothing is deleted: the settlement and its entry stand, and are undone on a later day.

            EXAMPLE
              steward ledger unsettle 2026-04-28/12.1+15.1 --reason "The cheque bounced"
            """)

    @Argument(help: "The settlement; `steward ledger items ITEM` shows what settled an item.")
    var settlement: String

    @Option(help: "Why, for those who look at it later.", transform: Reason.init)
    var reason: Reason

    @Option(help: "The day on which it is undone; without it, today.")
    var date: String?

    @Flag(help: "Show what would be undone; write nothing.")
    var dryRun = false

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let day = try context.day(date, option: "--date")
        let currency = context.company.settings.currency
        let stored = try context.post(isDryRun: dryRun) {
            try SettlementRecords.reverse(
                settlement, as: settlement + "/undone", on: day, reason: reason.text, currency, in: $0)
        }
        try SettlementOutput([stored], isDryRun: dryRun).print(to: context.printer)
    }
}
