import Glibc

/// Measures the books.
///
///     LedgerBenchmark import [TRANSACTIONS [RUNS]]           beside ledger and hledger on the same journal
///     LedgerBenchmark take-in JOURNAL STORE                  imports and adds up: the measured part
///     LedgerBenchmark post [POSTINGS]                        posting in bulk, and the trial balance from nothing
///     LedgerBenchmark generate PATH TRANSACTIONS             the journal that is measured
let arguments = CommandLine.arguments
func number(_ index: Int, _ usual: Int) -> Int { arguments.count > index ? Int(arguments[index]) ?? usual : usual }
do {
    switch arguments.dropFirst().first {
    case "import": try ImportComparison(transactions: number(2, 100_000), runs: number(3, 3)).run()
    case "take-in" where arguments.count == 4:
        try ImportComparison.takeIn(journal: arguments[2], store: arguments[3])
    case "post": try BooksInStore(postings: number(2, 1_000_000)).run()
    case "generate" where arguments.count == 4:
        try GeneratedBooks.write(to: arguments[2], transactions: number(3, 100_000))
    default:
        print("LedgerBenchmark import [TRANSACTIONS [RUNS]] | post [POSTINGS] | generate PATH TRANSACTIONS")
        exit(2)
    }
} catch {
    print("\(error)")
    exit(1)
}
