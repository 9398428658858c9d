import CompanyFixtures
import Diagnostics
import Foundation
import TestSupport
import Testing

/// A server that proves who it is, and wants to know who we are: TLS with an authority of our own, a role that is no
/// superuser with a password and one schema.
@Suite(
    .serialized,
    .enabled(
        if: PostgresCluster.isInstalled && FileManager.default.isExecutableFile(atPath: SecureServer.openssl),
        "skipped: no PostgreSQL, or no openssl"))
struct SecureServerTests {
    private static let server = Result { try SecureServer() }

    private static func withSite(
        _ host: String = "localhost", authority: String = "ca.pem", parameters: String = "", in parent: URL,
        _ body: (Site) throws -> Void
    ) throws {
        let server = try server.get()
        let url =
            "postgresql://clerk@\(host):\(server.port)/postgres?sslmode=verify-full&schema=books"
            + "&sslrootcert=\(server.directory)/\(authority)\(parameters)"
        let directory = parent.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try DemoCompany.copyConfiguration(to: directory, store: url)
        try body(Site(directory: directory, storeURL: url))
    }

    /// - Returns: the path of a password file.
    private static func passwordFile(
        _ password: String = SecureServer.password, permissions: Int = 0o600, in directory: URL
    ) throws -> String {
        let file = directory.appending(path: "pgpass-\(UUID().uuidString)")
        try Data("*:*:*:clerk:\(password)\n".utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: file.path)
        return file.path
    }

    @Test
    func `a role without rights works in its own schema, by a password file that PGPASSFILE or the address names`()
        throws
    {
        try withTemporaryDirectory { directory in
            let file = try Self.passwordFile(in: directory)
            try Self.withSite(in: directory) { site in
                for command in [
                    ["store", "migrate"],
                    ["import", "employees", repositoryRoot.appending(path: "fixtures/demo/employees.csv").path],
                    ["import", "facts", repositoryRoot.appending(path: "fixtures/demo/facts.csv").path],
                ] {
                    let output = try site.steward(command, environment: ["PGPASSFILE": file])
                    #expect(output.status == 0, "\(output.text)")
                }
                let unknown = try site.steward(["run", "list"])
                #expect(unknown.status == ExitCode.storeUnavailable.rawValue, "\(unknown.text)")
                #expect(unknown.text.contains("no password supplied"), "\(unknown.text)")
            }
            try Self.withSite(parameters: "&passfile=\(file)", in: directory) { site in
                let output = try site.steward(["run", "payroll-monthly", "--period", "2026-04"])
                #expect(output.status == 3, "\(output.text)")
                let check = try site.steward(["store", "check"])
                #expect(check.status == 0, "\(check.text)")
            }
            let server = try Self.server.get()
            #expect(try server.ask("SELECT COUNT(*) FROM pg_tables WHERE schemaname = 'public'") == "0")
            let tables = try server.ask(
                "SELECT COUNT(*) > 40, COUNT(DISTINCT tableowner), MIN(tableowner) FROM pg_tables WHERE schemaname = 'books'"
            )
            #expect(tables == "t|1|clerk")
        }
    }

    @Test func `a server with a certificate of another authority, or for another name, is refused, and it is said why`()
        throws
    {
        try withTemporaryDirectory { directory in
            let file = try Self.passwordFile(in: directory)
            for (host, authority, reason) in [
                ("localhost", "other.pem", "certificate verify failed"),
                ("127.0.0.1", "ca.pem", "does not match host name \"127.0.0.1\""),
                ("localhost", "missing.pem", "missing.pem\" does not exist"),
            ] {
                try Self.withSite(host, authority: authority, in: directory) { site in
                    let output = try site.steward(["run", "list"], environment: ["PGPASSFILE": file])
                    #expect(output.status == ExitCode.storeUnavailable.rawValue, "\(output.text)")
                    #expect(output.text.contains(reason), "\(output.text)")
                }
            }
        }
    }

    @Test func `a wrong password and a password file that others may read are refused, and nothing of it is shown`()
        throws
    {
        try withTemporaryDirectory { directory in
            let wrong = try Self.passwordFile("battery staple", in: directory)
            let open = try Self.passwordFile(permissions: 0o644, in: directory)
            try Self.withSite(in: directory) { site in
                for (file, reason) in [
                    (wrong, "password authentication failed for user \"clerk\""), (open, "no password supplied"),
                ] {
                    let output = try site.steward(["run", "list"], environment: ["PGPASSFILE": file])
                    #expect(output.status == ExitCode.storeUnavailable.rawValue, "\(output.text)")
                    #expect(output.text.contains(reason), "\(output.text)")
                    #expect(!output.text.contains("staple") && !output.text.contains(SecureServer.password))
                }
            }
        }
    }
}
