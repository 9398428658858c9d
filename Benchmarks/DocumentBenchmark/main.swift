import Documents
import Glibc

/// Measures documents, and writes examples to look at.
///
///     DocumentBenchmark [DOCUMENTS]              one-page PDFs a second, on one core and on all
///     DocumentBenchmark register PATH ROWS [COLUMNS]   a register of so many rows as a PDF, its time and peak memory
///     DocumentBenchmark pictures FOLDER ROWS [COLUMNS] the pages of such a register as PNG
let arguments = CommandLine.arguments

func seconds(_ body: () throws -> Void) rethrows -> Double {
    var start = timespec()
    clock_gettime(CLOCK_MONOTONIC, &start)
    try body()
    var end = timespec()
    clock_gettime(CLOCK_MONOTONIC, &end)
    return Double(end.tv_sec - start.tv_sec) + Double(end.tv_nsec - start.tv_nsec) / 1e9
}

/// Of the whole process, on all cores.
func processorSeconds() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
        + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
}

func peakMegabytes() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Int(usage.ru_maxrss) / 1_024
}

func write(_ bytes: UnsafeRawBufferPointer, to file: UnsafeMutablePointer<FILE>) {
    fwrite(bytes.baseAddress, 1, bytes.count, file)
}

do {
    let kind = arguments.count > 1 ? arguments[1] : ""
    let rows = arguments.count > 3 ? Int(arguments[3]) ?? 0 : 0
    let extra = arguments.count > 4 ? Int(arguments[4]) ?? 0 : 0
    switch kind {
    case "register" where arguments.count > 3:
        var pages = 0
        let taken = try seconds {
            let document = try SampleDocument.register(rows: rows, columns: extra, typesetter: Typesetter())
            pages = document.pageCount
            guard let file = fopen(arguments[2], "w") else { exit(1) }
            try document.writePDF { write($0, to: file) }
            fclose(file)
        }
        print("register rows=\(rows) pages=\(pages) seconds=\(taken) peak=\(peakMegabytes()) MB")
    case "pictures" where arguments.count > 3:
        let document = try SampleDocument.register(rows: rows, columns: extra, typesetter: Typesetter())
        for page in 1...document.pageCount {
            let bytes = try document.picture(ofPage: page)
            guard let file = fopen("\(arguments[2])/page-\(page).png", "w") else { exit(1) }
            bytes.withUnsafeBytes { write($0, to: file) }
            fclose(file)
        }
    default:
        let count = Int(kind) ?? 2_000
        for threads in [1, 2] {
            try OnePageDocuments(count: count, threads: threads).run()
        }
    }
} catch {
    print("\(error)")
    exit(1)
}
