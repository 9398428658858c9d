import Diagnostics
import Foundation
import TestSupport

/// PostgreSQL's own measuring program, with a script of ours, in the schema of a store.
struct Pgbench {
    private let program: URL
    private let schema: String

    /// - Parameter url: of a store of the shared server.
    init(_ url: String) throws {
        guard let programs = PostgresCluster.programs, let schema = url.split(separator: "schema=").last else {
            throw Failure(.failed, "PostgreSQL is not installed")
        }
        program = programs.appending(path: "pgbench")
        self.schema = String(schema)
    }

    /// - Parameter script: statements, each of which ends with its line.
    /// - Returns: scripts a second, of all clients together.
    func rate(_ script: String, clients: Int, scriptsOfEach: Int) throws -> Double {
        let file = FileManager.default.temporaryDirectory.appending(path: "pgbench-\(UUID().uuidString).sql")
        defer { try? FileManager.default.removeItem(at: file) }
        try script.write(to: file, atomically: true, encoding: .utf8)
        let process = Process()
        process.executableURL = program
        process.arguments = [
            "-n", "-M", "prepared", "-c", "\(clients)", "-j", "\(clients)", "-t", "\(scriptsOfEach)", "-f", file.path,
            try PostgresCluster.shared(),
        ]
        process.environment = ["PGOPTIONS": "-c search_path=\(schema)", "PATH": "/usr/bin:/bin"]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let rate = text.split(separator: "\n").first { $0.hasPrefix("tps = ") }?.split(separator: " ")
        guard process.terminationStatus == 0, let rate, rate.count > 2, let value = Double(rate[2]) else {
            throw Failure(.failed, "pgbench: \(text)")
        }
        return value
    }
}
