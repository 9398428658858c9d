import ArgumentParser
import Diagnostics
import Ledger

/// `steward ledger schedules`: what is spread over time.
struct LedgerSchedules: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedules", abstract: "Show the schedules of depreciation and deferrals, or the rows of one.",
        discussion: """
            The close of a month posts what is due of them.

            EXAMPLES
              steward ledger schedules
              steward ledger schedules asset/A-17
            """)

    @Argument(help: "One schedule; without it, all.")
    var schedule: String?

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let (schedules, unposted) = try context.openStore().read { connection in
            (
                try ScheduleRecords.all(in: connection),
                try ScheduleRecords.unposted(through: .latest, in: connection)
            )
        }
        guard let schedule else { return context.printer.print(list(schedules, unposted), orSay: "There are none.") }
        guard let found = schedules.first(where: { $0.key == schedule }) else {
            throw Failure(
                .notFound,
                "There is no schedule \(schedule).\(Suggestion.question(for: schedule, among: schedules.map(\.key)))",
                advice: "`steward ledger schedules` lists them.")
        }
        let open = Set(unposted.filter { $0.schedule == schedule }.map(\.row.number))
        var table = Table(columns: [
            .init("Row", .right), .init("Date"), .init("Amount", .right), .init("Accumulated", .right), .init("Posted"),
        ])
        table.rows = found.rows.map {
            [
                .integer($0.number), .text("\($0.date)"), .money($0.amount), .money($0.accumulated),
                .text(open.contains($0.number) ? "no" : "yes"),
            ]
        }
        context.printer.say("\(found.description): \(found.debit) to \(found.credit), in \(found.currency)\n\n")
        context.printer.print(table)
    }

    private func list(_ schedules: [PostingSchedule], _ unposted: [UnpostedRow]) -> Table {
        let open = Dictionary(grouping: unposted, by: \.schedule)
        var table = Table(columns: [
            .init("Schedule"), .init("Description"), .init("Debit"), .init("Credit"), .init("From"), .init("To"),
            .init("Currency"), .init("Total", .right), .init("To come", key: "unposted", .right),
        ])
        table.rows = schedules.map { schedule in
            let total = try? schedule.rows.map(\.amount).sum(schedule.currency)
            let rest = try? (open[schedule.key] ?? []).map(\.row.amount).sum(schedule.currency)
            return [
                .text(schedule.key), .text(schedule.description), .text(schedule.debit.rawValue),
                .text(schedule.credit.rawValue), .text(schedule.rows.first.map { "\($0.date)" } ?? ""),
                .text(schedule.rows.last.map { "\($0.date)" } ?? ""), .text(schedule.currency.code),
                total.map { .money($0) } ?? .none, rest.map { .money($0) } ?? .none,
            ]
        }
        return table
    }
}
