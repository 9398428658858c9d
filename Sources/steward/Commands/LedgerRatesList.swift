import ArgumentParser
import Calendars
import Diagnostics
import Ledger

/// `steward ledger rates list`: the rates of some days.
struct LedgerRatesList: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Show the exchange rates of a period.",
        discussion: """
            EXAMPLES
              steward ledger rates list --period 2026-04 --currency USD
            """)

    @OptionGroup var days: LedgerDays

    @Option(help: "Those of one currency.")
    var currency: String?

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let span = try days.span(in: context.books().cycle)
        let currency = try currency.map { try context.read($0, .currency, "--currency") }
        let rates = try context.openStore().read {
            try ExchangeRateRecords.rates(span.days, knownAt: nil, in: $0)
        }
        var table = Table(columns: [.init("Date"), .init("Base"), .init("Quote"), .init("Rate", .right)])
        for rate in rates where currency.map({ $0 == rate.base || $0 == rate.quote }) ?? true {
            table.rows.append([
                .text("\(rate.date)"), .text(rate.base.code), .text(rate.quote.code),
                .text("\(rate.rate.decimal.normalized)"),
            ])
        }
        context.printer.print(table, orSay: "No rates are known.")
    }
}
