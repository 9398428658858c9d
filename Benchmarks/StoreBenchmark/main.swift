/// How much slower a bulk insert through `Store` is than a bare sqlite3 loop that writes the same rows.
///
///     swift run -c release StoreBenchmark [rows] [rounds] [folder]
///
/// Both write the same table in one transaction with the same settings, in turns, each into a new file; the medians
/// and their ratio are printed. The limit is 1.15.
import Foundation

let arguments = CommandLine.arguments.dropFirst().map { $0 }
let rowCount = arguments.first.flatMap { Int($0) } ?? 1_000_000
let roundCount = arguments.dropFirst().first.flatMap { Int($0) } ?? 7
let parent = arguments.dropFirst(2).first.map { URL(filePath: $0) } ?? FileManager.default.temporaryDirectory
let folder = parent.appending(path: "steward-bench-\(UUID().uuidString)")
try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
defer { try? FileManager.default.removeItem(at: folder) }

var bare: [Duration] = []
var store: [Duration] = []
var stamped: [Duration] = []
var reading: [Duration] = []
for round in 0..<roundCount {
    // Who goes first changes from round to round.
    for turn in 0..<2 {
        let file = folder.appending(path: "\(round)-\(turn).db").path
        if (round + turn) % 2 == 0 {
            bare.append(try BareLoop.duration(file: file, rowCount: rowCount))
        } else {
            let run = try StoreLoop.durations(file: file, rowCount: rowCount)
            store.append(run.insert)
            stamped.append(run.stamped)
            reading.append(run.read)
        }
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: file + suffix) }
    }
}

func line(_ label: String, _ durations: [Duration]) {
    let wall = String(format: "%7.3f s", durations.medianWall)
    let processor = String(format: "%7.3f s", durations.medianProcessor)
    let rate = Int(Double(rowCount) / durations.medianWall)
    print("\(label.padding(toLength: 46, withPad: " ", startingAt: 0)) \(wall)  \(processor)  \(rate) rows/s")
}

print("\(rowCount) rows of six columns, median of \(roundCount) rounds: time, processor time, rate")
line("bare sqlite3 prepared-statement loop", bare)
line("Store.insert", store)
line("UnitOfWork.insert, three more columns, digest", stamped)
line("Connection.forEach", reading)
print(
    String(
        format: "ratio of Store.insert to the bare loop: %.3f in time, %.3f in processor time (limit 1.15)",
        store.medianWall / bare.medianWall, store.medianProcessor / bare.medianProcessor))
