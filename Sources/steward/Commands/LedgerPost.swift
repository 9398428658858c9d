import ArgumentParser
import Diagnostics
import Ledger
import Store

/// `steward ledger post`: posts entries that a person wrote.
struct LedgerPost: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "post", abstract: "Post entries from a file: YAML, or CSV with one row for each posting.",
        discussion: """
            All entries of the file are posted, or none. Each has a name, and one name is posted once: the same file a \
            second time changes nothing. Amounts in another currency are booked at the rate of the document's day, \
            unless the file says what they are worth. docs/guide/entries.md shows both forms.

            EXAMPLES
              steward ledger post april.yaml --dry-run
              steward ledger post april.yaml
              steward ledger post accruals.csv --adjusting --reverse-on-day-1
            """)

    @Argument(help: "The file.", completion: .file(extensions: ["yaml", "csv"]))
    var file: String

    @Flag(help: "Its entries adjust a period that is soft-closed.")
    var adjusting = false

    @Flag(
        name: .customLong("reverse-on-day-1"),
        help: "Each entry is undone on the first day of the next period: an accrual.")
    var reverseOnDay1 = false

    @Flag(help: "Check everything and show the entries; post nothing.")
    var dryRun = false

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let company = context.company
        let currency = company.settings.currency
        let chart = try ChartOfAccounts.load(for: company)
        let settings = try LedgerSettings.load(for: company)
        let store = try context.openStore()
        let rates = try store.read { try ExchangeRateRecords.table(knownAt: nil, in: $0) }
        let entries = try EntryFile(
            EntryDrafting(chart: chart, settings: settings, base: currency, rates: rates), base: currency
        ).read(
            contentsOf: CommandContext.absolutePath(file), shownAs: FileImport.shownName(file),
            .init(kind: adjusting ? .adjusting : .normal, isReversedNext: reverseOnDay1))
        let (known, numbers) = try context.post(to: store, isDryRun: dryRun) { unit in
            let known = Set(try Journal.find(keys: entries.map(\.key), in: unit.connection).keys)
            return (known, try Journal.post(entries, in: unit))
        }
        JournalEntriesOutput(
            zip(entries, numbers).map { .init(entry: $0, number: $1, isNew: !known.contains($0.key)) },
            isDryRun: dryRun
        ).print(to: context.printer)
    }
}
