import ArgumentParser
import Diagnostics
import Jobs
import Ledger
import Store

/// `steward ledger period list`: every period with its state by area.
struct LedgerPeriodList: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Show the periods of the books, how far each is closed for each area.",
        discussion: """
            EXAMPLE
              steward ledger period list
            """)

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let settings = try context.ledgerSettings()
        let present = FiscalPeriod(containing: context.clock.now().utc.date, in: settings.cycle)
        let (periods, snapshots, requests) = try context.openStore().read { connection in
            (
                try FiscalPeriodRecords.load(settings, at: context.clock.now(), in: connection),
                try PeriodSnapshots.valid(in: connection), try PeriodRequests.pending(in: connection)
            )
        }
        var details = Details()
        details.add("first period", "\(periods.first)")
        details.add("fiscal year", "\(present.year), \(present.year.firstDay) to \(present.year.lastDay)")
        var table = Table(
            columns: [.init("Period"), .init("From"), .init("To")]
                + LedgerArea.allCases.map { .init($0.rawValue.capitalizedFirst, key: $0.rawValue) }
                + [.init("Snapshot", visibility: .whereFilled)])
        for period in periods.periods {
            // Of the open future one month is enough for people.
            guard context.printer.format != .text || period <= present.nextMonth else { continue }
            let snapshot = snapshots.last { $0.period == "\(period)" }
            table.rows.append(
                [.text("\(period)"), .text("\(period.firstDay)"), .text("\(period.lastDay)")]
                    + LedgerArea.allCases.map { .text(periods.state(period, $0)?.name ?? "") }
                    + [snapshot.map { .text(String($0.digest.prefix(12))) } ?? .none])
        }
        details.add(section: "PERIODS", key: "periods", table)
        details.mainSection = "periods"
        if !periods.exceptions.isEmpty {
            var exceptions = Table(columns: [
                .init("Period"), .init("Area"), .init("Person"), .init("Until"), .init("Reason"), .init("Granted by"),
            ])
            exceptions.rows = periods.exceptions.map { exception in
                [
                    .text("\(exception.period)"),
                    .text(exception.areas.sorted().map(\.rawValue).joined(separator: ", ")), .text(exception.person),
                    .text("\(exception.until)"), .text(exception.reason),
                    .text(exception.grantedBy.joined(separator: ", ")),
                ]
            }
            details.add(section: "MAY POST ALL THE SAME", key: "exceptions", exceptions)
        }
        if !requests.isEmpty {
            var table = Table(columns: [
                .init("Request", .right), .init("What"), .init("Period"), .init("Reason"), .init("Asked by"),
            ])
            table.rows = requests.map { request in
                [
                    .integer(Int(request.number)), .text(request.what == .reopen ? "open again" : "leave to post"),
                    .text("\(request.period)"), .text(request.reason), .text(request.requestedBy),
                ]
            }
            details.add(section: "WAIT FOR A SECOND PERSON", key: "requests", table)
        }
        context.printer.print(details)
    }
}

extension String {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
