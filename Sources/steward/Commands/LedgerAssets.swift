import ArgumentParser
import Ledger

/// `steward ledger assets`: records how assets lose their value.
struct LedgerAssets: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "assets", abstract: "Import assets from CSV: their schedules of depreciation.",
        discussion: """
            Columns: asset, name, cost, in_use_from, months (the useful life), method (straight_line, \
            straight_line_daily, declining_balance, declining_then_straight_line, sum_of_digits), debit and credit; \
            and where needed salvage, every_months, first_date, rate, cost_centre, rows_before and depreciated. All of the file is recorded, or \
            nothing; an asset that is known with the same figures is passed over. The close of a month posts what is due.

            EXAMPLES
              steward ledger assets config/assets.csv --dry-run
            """)

    @Argument(help: "The CSV file.", completion: .file(extensions: ["csv"]))
    var file: String

    @Flag(help: "Check everything and show the schedules; write nothing.")
    var dryRun = false

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let company = context.company
        let schedules = try AssetFile(
            chart: try ChartOfAccounts.load(for: company), currency: company.settings.currency,
            cycle: try LedgerSettings.load(for: company).cycle
        ).read(contentsOf: CommandContext.absolutePath(file), shownAs: FileImport.shownName(file))
        try ScheduleOutput.record(schedules, isDryRun: dryRun, in: context)
    }
}

/// Records schedules and says so.
enum ScheduleOutput {
    static func record(_ schedules: [PostingSchedule], isDryRun: Bool, in context: CommandContext) throws {
        let new = try context.write(isDryRun: isDryRun) { try ScheduleRecords.insert(schedules, in: $0) }
        var table = Table(columns: [
            .init("Schedule"), .init("Rows", .right), .init("From"), .init("To"), .init("Currency"),
            .init("First", .right), .init("Last", .right), .init("Total", .right),
        ])
        table.rows = schedules.map { schedule in
            let total = try? schedule.rows.map(\.amount).sum(schedule.currency)
            return [
                .text(schedule.key), .integer(schedule.rows.count),
                .text(schedule.rows.first.map { "\($0.date)" } ?? ""),
                .text(schedule.rows.last.map { "\($0.date)" } ?? ""), .text(schedule.currency.code),
                schedule.rows.first.map { .money($0.amount) } ?? .none,
                schedule.rows.last.map { .money($0.amount) } ?? .none, total.map { .money($0) } ?? .none,
            ]
        }
        context.printer.print(table)
        let noun = new == 1 ? "1 schedule" : "\(new) schedules"
        context.printer.say(
            isDryRun
                ? "\n\(noun) would be recorded; nothing was written."
                : new == 0 ? "\nEverything was known; nothing was written." : "\n\(noun) recorded.")
    }
}
