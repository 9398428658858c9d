import ArgumentParser
import Diagnostics
import Ledger

/// `steward ledger rates show`: the rate between two currencies on a day.
struct LedgerRatesShow: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show the rate from one currency to another on a day, and what it is made of.",
        discussion: """
            A day without a rate has that of the last day before it, at most \(ExchangeRateTable.defaultMaximumAgeDays) \
            days. Where no rate of the two is known, it goes by way of EUR.

            EXAMPLES
              steward ledger rates show USD GBP 2026-04-30
            """)

    @Argument(help: "The currency that is changed: USD.")
    var from: String

    @Argument(help: "The currency that it becomes: GBP.")
    var to: String

    @Argument(help: "The day; without it, today.")
    var date: String?

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let from = try context.read(from, .currency, "the currency")
        let to = try context.read(to, .currency, "the currency")
        let day = try context.day(date, option: "the day")
        let earliest = day.adding(days: -ExchangeRateTable.defaultMaximumAgeDays)
        let rate = try context.openStore().read {
            try ExchangeRateRecords.table(earliest...day, knownAt: nil, in: $0).rate(from: from, to: to, on: day)
        }
        var details = Details()
        details.add("rate", "\(from) 1 = \(to) \(try rate.decimal().normalized)")
        details.add("date", "\(rate.date)")
        switch rate.derivation {
        case .identity: details.add("made of", "the same currency")
        case .direct: details.add("made of", "\(from) in \(to)")
        case .inverse: details.add("made of", "\(to) in \(from)")
        case .cross(let pivot): details.add("made of", "\(from) and \(to) by way of \(pivot)")
        }
        context.printer.print(details)
    }
}
