/// How many runs a second go through the queue, and how many items a second through the chunks of a run, on SQLite and,
/// where it is installed, on PostgreSQL; beside a bare program that writes the least of it.
///
///     RunBenchmark [runs|items] [COUNT] [ROUNDS]
///
/// PostgreSQL is a server of its own whose commits wait for the disk, as SQLite's do.
import Foundation
import TestSupport

let arguments = CommandLine.arguments.dropFirst().map { $0 }
let subjects = arguments.first.map { [$0] } ?? ["runs", "items"]
let count = arguments.dropFirst().first.flatMap { Int($0) }
let rounds = arguments.dropFirst(2).first.flatMap { Int($0) } ?? 3
setenv("STEWARD_TEST_POSTGRES_DURABLE", "1", 1)

/// Prints at once, also into a file: the whole takes long.
func say(_ text: String) {
    print(text)
    fflush(nil)
}

/// A whole number with its thousands apart, to the right of nine columns.
func grouped(_ number: Double) -> String {
    var digits = Array(String(Int(number)))
    var position = digits.count - 3
    while position > 0 {
        digits.insert(",", at: position)
        position -= 3
    }
    return String(repeating: " ", count: max(0, 9 - digits.count)) + String(digits)
}

/// The median of the rounds of one thing, beside that of its bare counterpart.
func line(_ label: String, _ costs: [Cost], bare: [Cost], items: Int) {
    func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
    func rate(_ costs: [Cost]) -> Double { Double(items) / median(costs.map(\.seconds)) }
    func microseconds(_ costs: [Cost]) -> Double { median(costs.map(\.processorSeconds)) * 1e6 / Double(items) }
    say(
        label.padding(toLength: 48, withPad: " ", startingAt: 0) + grouped(rate(costs))
            + String(format: "/s %7.1f µs cpu   bare ", microseconds(costs)) + grouped(rate(bare))
            + String(format: "/s %7.1f µs cpu   ratio %.2f", microseconds(bare), rate(costs) / rate(bare)))
}

let load = ((try? String(contentsOfFile: "/proc/loadavg", encoding: .utf8)) ?? "").split(separator: " ").prefix(3)
say("medians of \(rounds) rounds, with the processor time of this program alone; load \(load.joined(separator: " "))")
let databases = PostgresCluster.isInstalled ? [false, true] : [false]
if subjects.contains("runs") {
    let runs = count ?? 4_000
    say("\(runs) runs asked for, claimed and ended, with all their events; aims 4,000/s and 1,000/s")
    for isPostgres in databases { try measureRuns(runs, isPostgres: isPostgres, rounds: rounds) }
}
if subjects.contains("items") {
    let items = count ?? 200_000
    say("\(items) items of a run, in chunks of \(BareItems.chunkItems); aims 50,000/s and 10,000/s")
    for isPostgres in databases { try measureItems(items, isPostgres: isPostgres, rounds: rounds) }
}
