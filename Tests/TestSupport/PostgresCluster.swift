import Foundation

/// A throw-away PostgreSQL server for tests: made and started once for each test process, on a socket in a temporary
/// directory, and removed when the process ends, in whatever way it ends.
///
/// ```swift
/// let url = try PostgresCluster.freshURL()   // postgresql:///postgres?host=/tmp/…&schema=t_4f2a…
/// ```
/// Its commits are not durable (`fsync` is off), unless `STEWARD_TEST_POSTGRES_DURABLE` is set, for benchmarks. Needs Debian's
/// package `postgresql`, or the programs of another version in the folder that `STEWARD_TEST_POSTGRES_PROGRAMS` names; without
/// them the tests that need it are skipped.
package enum PostgresCluster {
    /// Where the version that was named, or the newest that is installed, has its programs; nil when there is none.
    package static let programs: URL? = {
        if let named = ProcessInfo.processInfo.environment["STEWARD_TEST_POSTGRES_PROGRAMS"] {
            return URL(filePath: named)
        }
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
        let newest = versions.compactMap(Int.init).max()
        guard let newest else { return nil }
        let programs = URL(filePath: "/usr/lib/postgresql/\(newest)/bin")
        return FileManager.default.isExecutableFile(atPath: programs.appending(path: "initdb").path) ? programs : nil
    }()

    package static var isInstalled: Bool { programs != nil }

    /// A URL of the server with a schema of its own, for one test.
    package static func freshURL() throws -> String {
        let schema = "t_" + UUID().uuidString.lowercased().replacing("-", with: "")
        return try shared() + "&schema=" + schema
    }

    /// The URL of the server, started at the first call.
    package static func shared() throws -> String {
        try started.get().url
    }

    /// Where the server has its socket.
    package static func socketDirectory() throws -> String {
        try started.get().directory
    }

    private static let started = Result {
        try PostgresServer(
            durability: ProcessInfo.processInfo.environment["STEWARD_TEST_POSTGRES_DURABLE"] == nil
                ? .none : .endOfMachine)
    }
}
