import ArgumentParser
import Diagnostics
import Jobs
import Ledger

/// `steward ledger period history`: who closed and opened a period, and why.
struct LedgerPeriodHistory: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Show who closed and opened a period, when and why.",
        discussion: """
            EXAMPLE
              steward ledger period history 2026-04
            """)

    @Argument(help: "The period: 2026-04 or 2026-P04. Without it, all.")
    var period: String?

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let settings = try context.ledgerSettings()
        let period = try period.map { try context.fiscalPeriod($0, settings) }
        let changes = try context.openStore().read { try FiscalPeriodRecords.changes(of: period, in: $0) }
        var table = Table(columns: [
            .init("At"), .init("Period"), .init("Area"), .init("From"), .init("To"), .init("By"), .init("Reason"),
            .init("Run", .right, visibility: .whereFilled),
        ])
        table.rows = changes.map { change in
            [
                .text("\(change.at)"), .text(change.period), .text(change.area), .text(change.from), .text(change.to),
                .text(change.people.joined(separator: ", ")), .text(change.reason),
                change.run.map { .integer(Int($0.rawValue)) } ?? .none,
            ]
        }
        context.printer.print(table, orSay: "Nothing was closed or opened yet.")
    }
}
