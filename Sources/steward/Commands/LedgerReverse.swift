import ArgumentParser
import Ledger

/// `steward ledger reverse`: posts the mirror of an entry.
struct LedgerReverse: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "reverse", abstract: "Reverse an entry: post its exact mirror.",
        discussion: """
            What is posted stands; the mirror takes it back on a later day, once. Open items of the entry are settled \
            with it; items that were settled otherwise must be unsettled first.

            EXAMPLES
              steward ledger reverse 12 --reason "Booked twice"
              steward ledger reverse manual/rent-2026-04 --date 2026-04-30 --reason "Wrong shop"
            """)

    @Argument(help: "The entry: its number or its key.")
    var entry: String

    @Option(help: "Why, for those who look at it later.", transform: Reason.init)
    var reason: Reason

    @Option(help: "The day of the reversal; without it, today.")
    var date: String?

    @Flag(help: "Show what would be posted; write nothing.")
    var dryRun = false

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let company = context.company
        let day = try context.day(date, option: "--date")
        let settings = try LedgerSettings.load(for: company)
        let (posted, isNew) = try context.post(isDryRun: dryRun) {
            try EntryReversals.reverse(
                entry, on: day, reason: reason.text, accounts: try settings.settlementAccounts(),
                company.settings.currency, in: $0)
        }
        JournalEntriesOutput(
            [.init(entry: posted.entry, number: posted.number, isNew: isNew)], isDryRun: dryRun
        ).print(to: context.printer)
    }
}
