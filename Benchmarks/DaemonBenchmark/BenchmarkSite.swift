import Foundation

/// A company directory made for one measurement, and the built program that works on it.
struct BenchmarkSite {
    let program: URL
    let directory: URL

    /// - Parameters:
    ///   - jobs: the text of each file of `jobs/`, by its name without the ending.
    ///   - calendar: the text of a business calendar `bench`.
    ///   - hasMail: whether messages become files in `var/outbox`.
    init(program: URL, jobs: [String: String], calendar: String? = nil, workers: Int = 2, hasMail: Bool = false) throws
    {
        self.program = program
        directory = FileManager.default.temporaryDirectory.appending(path: "steward-bench-\(UUID().uuidString)")
        for folder in ["config/calendars", "jobs", "var"] {
            try FileManager.default.createDirectory(
                at: directory.appending(path: folder), withIntermediateDirectories: true)
        }
        var settings = "company: Test Ltd\ncurrency: GBP\ntime_zone: Europe/London\nstore: sqlite:var/steward.db\n"
        if hasMail { settings += "mail:\n  from: Steward <steward@test.example>\n  folder: var/outbox\n" }
        try write(settings, to: "config/company.yaml")
        try write("workers: \(workers)\nhttp: {enabled: false}\n", to: "config/daemon.yaml")
        if let calendar { try write(calendar, to: "config/calendars/bench.yaml") }
        for (name, text) in jobs { try write(text, to: "jobs/\(name).yaml") }
        try steward("store", "migrate")
    }

    func remove() {
        try? FileManager.default.removeItem(at: directory)
    }

    private func write(_ text: String, to path: String) throws {
        try text.write(to: directory.appending(path: path), atomically: false, encoding: .utf8)
    }

    var store: URL { directory.appending(path: "var/steward.db") }

    var environment: [String: String] { ["STEWARD_COMPANY": directory.path, "PATH": "/usr/bin:/bin"] }

    private func steward(_ arguments: String...) throws {
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.environment = environment
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw BenchmarkError("steward \(arguments) fails") }
    }
}

struct BenchmarkError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
