import Diagnostics
import Foundation
import TestSupport

/// Copies of the store of a `BenchmarkCompany` by the built program, as people make them: `steward store copy`, which copies,
/// compares and checks.
struct StoreCopying {
    let program: URL
    let company: BenchmarkCompany

    /// From the company's store to a server and from there to a file, and prints how long each took.
    func thereAndBack() throws {
        let url = try PostgresCluster.freshURL()
        try copy([], to: url, "to PostgreSQL")
        try copy(["--from", url], to: "sqlite:var/back.db", "to SQLite")
    }

    private func copy(_ arguments: [String], to destination: String, _ name: String) throws {
        let process = Process()
        process.executableURL = program
        process.arguments = ["store", "copy", "--json"] + arguments + ["--to", destination]
        process.environment = ["STEWARD_COMPANY": company.directory.path, "PATH": "/usr/bin:/bin"]
        let output = Pipe()
        process.standardOutput = output
        let begin = ContinuousClock.now
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let seconds = (ContinuousClock.now - begin) / .seconds(1)
        guard process.terminationStatus == 0,
            let details = try JSONSerialization.jsonObject(with: text) as? [String: Any],
            let rows = details["rows"] as? Int
        else { throw Failure(.failed, "steward store copy fails: \(String(decoding: text, as: UTF8.self))") }
        print(
            "store copy \(name): \(rows.grouped) rows in \(seconds.text(1)) s, "
                + "\(Int(Double(rows) / seconds).grouped) a second")
    }
}
