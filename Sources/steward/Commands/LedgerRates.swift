import ArgumentParser

/// `steward ledger rates`: exchange rates.
struct LedgerRates: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rates", abstract: "Import exchange rates and look at them.",
        discussion: """
            EXAMPLES
              steward ledger rates import eurofxref-daily.xml
              steward ledger rates show USD GBP 2026-04-30
            """,
        subcommands: [LedgerRatesImport.self, LedgerRatesList.self, LedgerRatesShow.self])
}
