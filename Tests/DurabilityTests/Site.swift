import CompanyFixtures
import Diagnostics
import Foundation
import Store
import TestSupport

/// A company directory that the built program works on, in processes of its own.
struct Site {
    let directory: URL
    let storeURL: String

    /// Between the pay dates of April and the first of May.
    static let now = "2026-04-28T06:00:00Z"
    /// Small, so that the demo's 42 employees make many commits.
    static let chunkItems = 7

    struct Output {
        var status: Int32
        var wasKilled: Bool
        var text: String
    }

    static let program: URL = {
        let bundle =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        return URL(filePath: bundle).deletingLastPathComponent().appending(path: "steward")
    }()

    // MARK: - Commands

    /// - Parameters:
    ///   - additions: to its environment.
    ///   - launcher: what starts it, with its arguments; without it, it is started itself.
    func start(
        _ arguments: [String], crashAt: String? = nil, now: String = Site.now,
        environment additions: [String: String] = [:], launcher: [String] = []
    ) throws -> (Process, Pipe) {
        let process = Process()
        let command = launcher + [Self.program.path] + arguments
        process.executableURL = URL(filePath: command[0])
        process.arguments = Array(command.dropFirst())
        process.currentDirectoryURL = directory
        var environment = [
            "STEWARD_COMPANY": directory.path, "STEWARD_NOW": now, "STEWARD_CHUNK_ITEMS": "\(Self.chunkItems)",
            "PATH": "/usr/bin:/bin",
        ]
        environment["STEWARD_CRASH_AT"] = crashAt
        process.environment = environment.merging(additions) { _, new in new }
        let output = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        return (process, output)
    }

    func steward(
        _ arguments: [String], crashAt: String? = nil, now: String = Site.now, environment: [String: String] = [:]
    ) throws -> Output {
        let (process, output) = try start(arguments, crashAt: crashAt, now: now, environment: environment)
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return Output(
            status: process.terminationStatus, wasKilled: process.terminationReason == .uncaughtSignal, text: text)
    }

    /// Runs several commands beside each other.
    func atOnce(_ commands: [[String]]) throws -> [Output] {
        try commands.map { try start($0) }.map { process, output in
            let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            return Output(
                status: process.terminationStatus, wasKilled: process.terminationReason == .uncaughtSignal, text: text)
        }
    }

    /// Runs a command that must succeed, perhaps with some items set aside.
    func mustDo(_ arguments: [String]) throws {
        let output = try steward(arguments)
        guard output.status == 0 || output.status == 3 else {
            throw Failure(.failed, "\(arguments.joined(separator: " ")): \(output.status): \(output.text)")
        }
    }

    // MARK: - What there is

    func withStore<T>(_ body: (Store) throws -> T) throws -> T {
        guard let url = StoreURL(storeURL) else { throw Failure(.failed, "\(storeURL) is no address of a store") }
        let store = try Store.open(url, relativeTo: directory.path, migrations: DemoCompany.migrations)
        defer { try? store.close() }
        return try body(store)
    }

    func dump(omitting: Set<String> = [], namingRuns: Bool = false) throws -> [String] {
        try withStore {
            try StoreDump.lines(of: $0, omitting: StoreDump.attempts.union(omitting), namingRuns: namingRuns)
                // A number that was drawn and rolled back is not drawn again on PostgreSQL.
                .map { $0.replacing(/outbox_message_id=\d+/, with: "outbox_message_id=…") }
        }
    }

    /// The finished files of a folder below `var`, by name.
    func files(_ folder: String) -> [String: Data] {
        let path = directory.appending(path: "var/\(folder)").path
        var files: [String: Data] = [:]
        for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] where !name.hasPrefix(".") {
            files[name] = FileManager.default.contents(atPath: path + "/" + name)
        }
        return files
    }
}

// MARK: - Making and copying

extension Site {
    /// A company with the demo's people, on which nothing was run yet.
    ///
    /// - Parameter mail: lines of `mail:` in `config/company.yaml` in the place of the demo's folder.
    static func make(_ database: Database, in parent: URL, mail: String? = nil) throws -> Site {
        switch database {
        case .sqlite: try make(at: "sqlite:var/steward.db", in: parent, mail: mail)
        case .postgresql: try make(at: PostgresDatabases.create(), in: parent, mail: mail)
        }
    }

    /// - Parameter url: the address of a store that nobody else uses.
    static func make(at url: String, in parent: URL, mail: String? = nil) throws -> Site {
        let directory = parent.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try DemoCompany.copyConfiguration(
            to: directory, store: url,
            edit: mail.map { mail in
                ["config/company.yaml": { $0.replacing("\n  folder: var/outbox\n", with: "\n\(mail)\n") }]
            } ?? [:])
        let site = Site(directory: directory, storeURL: url)
        try site.mustDo(["store", "migrate"])
        for kind in ["employees", "facts"] {
            try site.mustDo(["import", kind, repositoryRoot.appending(path: "fixtures/demo/\(kind).csv").path])
        }
        return site
    }

    /// Runs `body` with a copy of this company, store and all.
    func withCopy<T>(_ body: (Site) throws -> T) throws -> T {
        let copy = directory.deletingLastPathComponent().appending(path: UUID().uuidString)
        try FileManager.default.copyItem(at: directory, to: copy)
        defer { try? FileManager.default.removeItem(at: copy) }
        guard storeURL.hasPrefix("postgresql:") else {
            return try body(Site(directory: copy, storeURL: storeURL))
        }
        let url = try PostgresDatabases.create(from: storeURL)
        defer { PostgresDatabases.drop(url) }
        let settings = copy.appending(path: "config/company.yaml")
        try String(contentsOf: settings, encoding: .utf8).replacing(storeURL, with: url)
            .write(to: settings, atomically: true, encoding: .utf8)
        return try body(Site(directory: copy, storeURL: url))
    }
}

/// Databases of the throw-away server, for whole companies to be copied.
enum PostgresDatabases {
    static func create(from template: String? = nil) throws -> String {
        let shared = try PostgresCluster.shared()
        let name = "d_" + UUID().uuidString.lowercased().replacing("-", with: "")
        try execute("CREATE DATABASE \(name)" + (template.map { " TEMPLATE \(databaseName($0))" } ?? ""))
        return shared.replacing("///postgres?", with: "///\(name)?")
    }

    static func drop(_ url: String) {
        try? execute("DROP DATABASE \(databaseName(url)) WITH (FORCE)")
    }

    private static func databaseName(_ url: String) -> String {
        String(url.dropFirst("postgresql:///".count).prefix { $0 != "?" })
    }

    private static func execute(_ sql: String) throws {
        guard let programs = PostgresCluster.programs else { throw Failure(.failed, "PostgreSQL is not installed") }
        let process = Process()
        process.executableURL = programs.appending(path: "psql")
        process.arguments = ["-X", "-q", "-d", try PostgresCluster.shared(), "-c", sql]
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(.failed, "psql refuses: \(sql)") }
    }
}
