import Glibc

/// Measures the spreadsheet layer against the bare library, and writes an example to look at.
///
///     SpreadsheetBenchmark compare BARE_PROGRAM [ROWS [RUNS]]   medians of alternating runs, ratio, peak memory
///     SpreadsheetBenchmark write PATH ROWS                      the measured file
///     SpreadsheetBenchmark sample PATH                          a small payroll register with its summary
let arguments = CommandLine.arguments
do {
    switch arguments.dropFirst().first {
    case "compare" where arguments.count >= 3:
        try Comparison(
            barePath: arguments[2], rows: arguments.count > 3 ? Int(arguments[3]) ?? 1_000_000 : 1_000_000,
            runs: arguments.count > 4 ? Int(arguments[4]) ?? 3 : 3
        ).run()
    case "write" where arguments.count == 4:
        try MeasuredRegister.write(to: arguments[2], rows: Int(arguments[3]) ?? 0)
    case "sample" where arguments.count == 3:
        try SampleRegister.write(to: arguments[2])
    default:
        print("usage: SpreadsheetBenchmark compare BARE_PROGRAM [ROWS [RUNS]] | write PATH ROWS | sample PATH")
        exit(2)
    }
} catch {
    print("\(error)")
    exit(1)
}
