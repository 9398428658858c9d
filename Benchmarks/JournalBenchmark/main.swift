import Glibc

/// Measures how long a journal takes to be read and added up, beside `ledger bal` and `hledger bal` on the same text.
///
///     JournalBenchmark [TRANSACTIONS [RUNS]]      medians of alternating runs, and the ratios
///     JournalBenchmark generate PATH COUNT        the journal that is measured
///     JournalBenchmark balances FORMAT PATH       reads and adds up: the measured part
let arguments = CommandLine.arguments
do {
    switch arguments.dropFirst().first {
    case "generate" where arguments.count == 4:
        try GeneratedJournal.write(to: arguments[2], transactions: Int(arguments[3]) ?? 100_000)
    case "balances" where arguments.count == 4:
        try JournalBalances.print(format: arguments[2], path: arguments[3])
    default:
        try JournalComparison(
            transactions: arguments.count > 1 ? Int(arguments[1]) ?? 100_000 : 100_000,
            runs: arguments.count > 2 ? Int(arguments[2]) ?? 3 : 3
        ).run()
    }
} catch {
    print("\(error)")
    exit(1)
}
