import Glibc

/// Measures the spreadsheet layer against the bare library, and writes an example to look at.
///
///     SpreadsheetBenchmark compare BARE_PROGRAM [ROWS [RUNS]]   medians of alternating runs, ratio, peak memory
///     SpreadsheetBenchmark write PATH ROWS                      the measured file
///     SpreadsheetBenchmark report BARE_PROGRAM PYTHON SCRIPT [ROWS [RUNS]]
///                            a declared report of the books beside the library alone and XlsxWriter; PYTHON may be ""
///     SpreadsheetBenchmark books FOLDER ROWS                    the company of that report
///     SpreadsheetBenchmark make FOLDER PATH                     the measured report
///     SpreadsheetBenchmark sample PATH                          a small payroll register with its summary
let arguments = CommandLine.arguments
func number(_ index: Int, _ usual: Int) -> Int { arguments.count > index ? Int(arguments[index]) ?? usual : usual }

func compare(with bare: String, rows: Int, runs: Int) throws {
    let own = try Comparison.ownPath()
    let programs: [Comparison.Program] = [
        .init(name: "ours        ") { [own, "write", $0, String(rows)] },
        .init(name: "bare library") { [bare, $0, String(rows)] },
    ]
    print("spreadsheet rows=\(rows) columns=10 runs=\(runs) (bounds: 1.20, 100 MB)")
    try Comparison.withFolder { try Comparison(programs: programs, runs: runs).run(in: $0) }
}

func compareReport(with bare: String, python: String, script: String, rows: Int, runs: Int) throws {
    let own = try Comparison.ownPath()
    try Comparison.withFolder { folder in
        // In a process of its own: the peak memory of a child counts from that of its parent.
        try Comparison.call([own, "books", folder, String(rows)])
        var programs: [Comparison.Program] = [
            .init(name: "declared report") { [own, "make", folder, $0] },
            .init(name: "bare library   ") { [bare, $0, String(rows)] },
        ]
        if !python.isEmpty {
            programs.append(.init(name: "XlsxWriter     ") { [python, script, "write", $0, String(rows)] })
        }
        print("report rows=\(rows) columns=10 runs=\(runs) (aims: 1.25 of the library, 100 MB, 0.25 of XlsxWriter)")
        try Comparison(programs: programs, runs: runs).run(in: folder)
        guard !python.isEmpty else { return }
        let files = programs.indices.map { "\(folder)/\($0).xlsx" }
        try Comparison.call([python, script, "same", String(rows)] + files)
        print("  all hold the same cells")
    }
}

do {
    switch arguments.dropFirst().first {
    case "compare" where arguments.count >= 3:
        try compare(with: arguments[2], rows: number(3, 1_000_000), runs: max(1, number(4, 3)))
    case "report" where arguments.count >= 5:
        try compareReport(
            with: arguments[2], python: arguments[3], script: arguments[4], rows: number(5, 500_000),
            runs: max(1, number(6, 3)))
    case "books" where arguments.count == 4:
        try PostingsReport.prepare(in: arguments[2], rows: number(3, 500_000))
    case "make" where arguments.count == 4:
        try PostingsReport.make(in: arguments[2], to: arguments[3])
    case "write" where arguments.count == 4:
        try MeasuredRegister.write(to: arguments[2], rows: Int(arguments[3]) ?? 0)
    case "sample" where arguments.count == 3:
        try SampleRegister.write(to: arguments[2])
    default:
        print(
            "usage: SpreadsheetBenchmark compare BARE_PROGRAM [ROWS [RUNS]] | write PATH ROWS | sample PATH | "
                + "report BARE_PROGRAM PYTHON SCRIPT [ROWS [RUNS]] | books FOLDER ROWS | make FOLDER PATH")
        exit(2)
    }
} catch {
    print("\(error)")
    exit(1)
}
