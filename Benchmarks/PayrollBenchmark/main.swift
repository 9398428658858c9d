import Calendars
import Concurrency
import Diagnostics
import Foundation
import Jobs
import Payroll
import People
import TestSupport

/// The payroll of 100,000 generated employees: employees per second and memory, for the calculation alone and for the
/// whole run (read, calculate, write, post), beside the same database traffic with bare sqlite3.
///
///     swift run -c release PayrollBenchmark [--employees 100000] [--postgresql URL|off]
///
///     PayrollBenchmark --daemons PROGRAM [--employees 100000] [--runs 300] [--claims 2000]
///         [--items 200000] [--races-only]
///
///     PayrollBenchmark --copy PROGRAM [--employees 142000]
///
/// The second is several daemons of the built program on one PostgreSQL: claims and items beside pgbench, runs that do
/// nothing, and a payroll by one, two and four daemons. The third copies a store of two payrolls, 5 million rows of 142,000 employees,
/// from SQLite to PostgreSQL and back. Without a URL it starts a throw-away PostgreSQL server whose commits do not wait for the disk.

let arguments = Array(CommandLine.arguments.dropFirst())

func option(_ name: String) -> String? {
    arguments.firstIndex(of: name).flatMap { $0 + 1 < arguments.count ? arguments[$0 + 1] : nil }
}

let count = max(1, Int(option("--employees") ?? "") ?? 100_000)
let periods = ["2026-04", "2026-05", "2026-06"].compactMap { Period($0) }

/// Pays both months; a digest says whether two programs computed the same.
func payroll(_ company: BenchmarkCompany, on name: String) throws -> (run: RunRecord, first: Measured) {
    let staff = GeneratedStaff(count: count, catalog: company.configuration.catalog)
    let (facts, hiring) = try Measured.measure { try company.hire(staff) }
    print(hiring.line("\(name): insert \(facts.grouped) facts", items: count))
    let first = try Measured.measure { try company.pay(periods[0]) }
    print(first.1.line("\(name): whole run \(periods[0])", items: count))
    print("  digest \(first.result.effectsDigest)")
    let second = try Measured.measure { try company.pay(periods[1]) }
    print(second.1.line("\(name): whole run \(periods[1])", items: count))
    print("  digest \(second.result.effectsDigest)")
    return (first.result, first.1)
}

func onSQLite() throws {
    let company = try BenchmarkCompany(url: nil)
    defer { try? company.remove() }
    let (run, whole) = try payroll(company, on: "SQLite")
    guard let path = company.storePath else { throw Failure(.failed, "The store is no file.") }

    let bare = try BareSQLite(path: path)
    let payslips = try bare.payslips(of: run.id.rawValue)
    let lineCount = payslips.reduce(0) { $0 + $1.lines.count }
    let ids = payslips.map(\.employee)
    let (_, reading) = try Measured.measure { try bare.readFacts(of: ids, chunk: Run.defaultChunkItems) }
    print(reading.line("bare sqlite3: read the facts", items: count))
    let copy = try bare.copyRun(run.id.rawValue)
    let (_, writing) = try Measured.measure {
        try bare.insert(payslips, asRun: copy, chunk: Run.defaultChunkItems)
    }
    print(writing.line("bare sqlite3: insert \(lineCount.grouped) lines", items: count))
    let ratio = whole.seconds / (reading.seconds + writing.seconds)
    print("whole run / bare sqlite3          \(ratio.text(2))")
}

func onPostgreSQL(_ url: String) throws {
    let company = try BenchmarkCompany(url: url)
    defer { try? company.remove() }
    _ = try payroll(company, on: "PostgreSQL")
}

func inMemory() throws {
    let company = try BenchmarkCompany(url: nil)
    defer { try? company.remove() }
    let staff = Array(GeneratedStaff(count: count, catalog: company.configuration.catalog))
    let calculator = try company.calculator(periods[0])
    let (paid, calculation) = Measured.measure {
        staff.concurrentMap { calculator.payslip(for: $0, yearToDate: YearToDate()).payslip?.net }
            .count { $0 != nil }
    }
    print(calculation.line("calculation alone, \(paid.grouped) payslips", items: count))
}

/// Several daemons of `program` on one PostgreSQL.
func withDaemons(_ program: URL) throws {
    try ClaimRace().measure(runs: Int(option("--claims") ?? "") ?? 2_000)
    try ItemRace().measure(items: Int(option("--items") ?? "") ?? 200_000)
    if arguments.contains("--races-only") { return }
    let company = try BenchmarkCompany(url: PostgresCluster.freshURL())
    defer { try? company.remove() }
    let fleet = try DaemonFleet(program: program, company: company)
    let runs = Int(option("--runs") ?? "") ?? 300
    for (index, daemons) in [1, 2, 4].enumerated() {
        try fleet.with(daemons) {
            print(
                "\(daemons) daemons: \(try fleet.runsPerSecond(runs, from: index * runs).text(1)) runs/s, a process each"
            )
        }
    }
    _ = try company.hire(GeneratedStaff(count: count, catalog: company.configuration.catalog))
    for (daemons, period) in zip([1, 2, 4], periods) {
        try fleet.with(daemons) {
            let (run, seconds) = try fleet.pay(period)
            print(
                "\(daemons) daemons: payroll \(period) of \(run.itemsDone.grouped) employees in \(seconds.text(1)) s, "
                    + "\(Int(Double(run.itemsDone) / seconds).grouped) a second; \(run.state), digest \(run.effectsDigest)"
            )
        }
    }
}

/// A store of two payrolls copied to PostgreSQL and back.
func copying(_ program: URL) throws {
    let company = try BenchmarkCompany(url: nil)
    defer { try? company.remove() }
    _ = try company.hire(GeneratedStaff(count: count, catalog: company.configuration.catalog))
    for period in periods.prefix(2) { _ = try company.pay(period) }
    try StoreCopying(program: program, company: company).thereAndBack()
}

do {
    if let program = option("--copy") {
        try copying(URL(filePath: program).standardizedFileURL)
        exit(0)
    }
    if let program = option("--daemons") {
        try withDaemons(URL(filePath: program).standardizedFileURL)
        exit(0)
    }
    print("\(count.grouped) employees, \(ProcessInfo.processInfo.activeProcessorCount) cores")
    try onSQLite()
    switch option("--postgresql") {
    case "off": break
    case let url?: try onPostgreSQL(url)
    case nil where PostgresCluster.isInstalled: try onPostgreSQL(PostgresCluster.freshURL())
    case nil: print("PostgreSQL: not installed (apt: postgresql)")
    }
    try inMemory()
} catch let error as any ReportableError {
    FileHandle.standardError.write(Data("\(error.failure)\n".utf8))
    exit(1)
}
