import Amounts
import ArgumentParser
import Diagnostics
import Ledger

/// `steward ledger aging`: how old what is owed is.
struct LedgerAging: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "aging", abstract: "Show how long what is owed is overdue, by account and party.",
        discussion: """
            Days are counted from the due date of each item. Payments that are not settled yet reduce what is open.

            EXAMPLES
              steward ledger aging --account 1100 --at 2026-04-30
              steward ledger aging --buckets 15,30,60
            """)

    @Option(help: "One control account; without it, all.", completion: .accounts)
    var account: String?

    @Option(help: "Items of one party: customer:C-1042.")
    var party: String?

    @Option(help: "As it was at the end of a day; without it, today.")
    var at: String?

    @Option(help: "The last day overdue of each bucket but the last: 30,60,90.")
    var buckets: String?

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let day = try context.day(at, option: "--at")
        let buckets = try readBuckets()
        let selection = try context.selection(account: account, party: party)
        let currency = context.company.settings.currency
        let aging = try context.openStore().read { connection in
            try Aging(
                of: try OpenItemRecords.balances(selection, on: day, currency, in: connection), on: day,
                buckets: buckets, baseCurrency: currency)
        }
        var table = Table(columns: [.init("Account"), .init("Party"), .init("Currency")])
        table.columns += buckets.labels.enumerated().map {
            .init($1, key: "bucket_\($0)", .right)
        }
        table.columns += [
            .init("Total", .right), .init("In base", key: "total_base", .right, visibility: .never),
        ]
        table.rows = aging.rows.map { row in
            [.text(row.account.rawValue), .text("\(row.party)"), .text(row.currency.code)]
                + row.open.map { .money($0) } + [.money(row.total), .money(row.totalBase)]
        }
        let currencies = Set(aging.rows.map(\.currency))
        if currencies.count == 1, let only = currencies.first, aging.rows.count > 1 {
            let sums = try buckets.labels.indices.map { index in try aging.rows.map { $0.open[index] }.sum(only) }
            table.totals =
                [.text("Total"), .none, .none] + sums.map { .money($0) } + [.money(try sums.sum(only)), .none]
        }
        context.printer.say("Open items at the end of \(day), by days overdue\n\n")
        context.printer.print(table, orSay: "Nothing was open.")
    }

    private func readBuckets() throws -> Aging.Buckets {
        guard let buckets else { return .standard }
        let days = buckets.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
        guard !days.contains(nil) else {
            throw Failure(
                .usage, "\"\(buckets)\" are no buckets.", advice: "Give rising numbers of days, such as 30,60,90.")
        }
        return try Aging.Buckets(days.compactMap(\.self))
    }
}
