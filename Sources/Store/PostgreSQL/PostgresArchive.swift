import Foundation
import Processes

/// Archives of our schema, by PostgreSQL's own pg_dump and pg_restore.
///
/// The password goes by the environment, never by an argument, which every user of the machine could read
/// (postgresql.org/docs/current/libpq-envars.html).
struct PostgresArchive {
    let address: PostgresAddress
    let store: String
    let secrets: [String]

    private var uri: String { address.ownConnectionURI }
    var schema: String { address.schema }

    /// What every archive in pg_dump's own format begins with.
    static let magic = Array("PGDMP".utf8)

    func dump(
        to path: String, shownAs shown: String, progress: (StoreProgress) throws -> Void
    ) throws -> StoreCopy {
        try progress(StoreProgress(.copying))
        try run(
            "pg_dump",
            ["--format=custom", "--no-owner", "--no-privileges", "--schema=\(schema)", "--file=\(path)"],
            progress: { try progress(StoreProgress(.copying, done: Int(FileSystem.size(of: path)))) })
        try progress(StoreProgress(.verifying))
        let contents = try Self.contents(of: path, shownAs: shown)
        return StoreCopy(
            path: shown, bytes: FileSystem.size(of: path), tables: contents.tables.count, rows: 0)
    }

    /// Puts an archive in the place of our schema, which must not be there; all of it or nothing.
    func restore(_ path: String, progress: (StoreProgress) throws -> Void) throws {
        try run(
            "pg_restore",
            ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", path],
            progress: { try progress(StoreProgress(.restoring)) })
    }

    struct Contents {
        var schemas: [String]
        /// Tables of which there are rows, or that there are none.
        var tables: [String]
    }

    /// What pg_restore finds in an archive, which it reads to its end.
    static func contents(of path: String, shownAs shown: String) throws -> Contents {
        let listing = try answer("pg_restore", ["--list", path], environment: [:], unreadable: shown)
        // Every byte of the data is read, and thrown away.
        _ = try answer("pg_restore", ["--file=/dev/null", path], environment: [:], unreadable: shown)
        // "3344; 1259 16386 TABLE DATA steward run postgres"
        var contents = Contents(schemas: [], tables: [])
        for line in listing.split(separator: "\n") where !line.hasPrefix(";") {
            let words = line.split(separator: " ").dropFirst(3).map(String.init)
            if words.starts(with: ["TABLE", "DATA"]), words.count > 3 { contents.tables.append(words[3]) }
            if words.first == "SCHEMA", words.count > 2 { contents.schemas.append(words[2]) }
        }
        return contents
    }

    // MARK: The programs

    private func run(_ name: String, _ arguments: [String], progress: () throws -> Void) throws {
        let (address, password) = Self.withoutPassword(uri)
        var environment = ["PGCONNECT_TIMEOUT": "10", "PGCLIENTENCODING": "UTF8"]
        if let password { environment["PGPASSWORD"] = password }
        for variable in ["HOME", "PGPASSFILE", "PGSERVICEFILE", "PGSSLROOTCERT", "PGSSLMODE", "PGPASSWORD"]
        where environment[variable] == nil {
            environment[variable] = ProcessInfo.processInfo.environment[variable]
        }
        do {
            _ = try Self.answer(
                name, ["--dbname=\(address)", "--no-password"] + arguments, environment: environment, progress: progress
            )
        } catch BackupError.programFailed(let name, var reason) {
            for secret in secrets { reason = reason.replacing(secret, with: "***") }
            throw BackupError.programFailed(name: name, reason: reason.replacing(address, with: store))
        }
    }

    /// - Parameter unreadable: the file that is at fault when the program fails.
    private static func answer(
        _ name: String, _ arguments: [String], environment: [String: String], unreadable: String? = nil,
        progress: () throws -> Void = {}
    ) throws -> String {
        guard let path = OutsideProgram.path(of: name, in: folders) else {
            throw BackupError.programMissing(name: name)
        }
        let program = OutsideProgram(
            path: path, arguments: arguments,
            environment: environment.merging(["LC_ALL": "C", "PATH": "/usr/bin:/bin"]) { given, _ in given },
            directory: "/")
        let answer = try program.captured(whileRunning: progress)
        guard answer.ending == .exited(0) else {
            let said = answer.errors.split(separator: "\n").joined(separator: "; ")
            let reason = said.isEmpty ? "\(answer.ending)" : said
            if let unreadable { throw BackupError.notABackup(path: unreadable, reason: reason) }
            throw BackupError.programFailed(name: name, reason: reason)
        }
        return answer.output
    }

    /// The newest version first: one that is older than the server refuses.
    private static var folders: [String] {
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
        return versions.compactMap(Int.init).sorted(by: >).map { "/usr/lib/postgresql/\($0)/bin" }
            + OutsideProgram.searchPath
    }

    /// The URI without the password, which may stand before the host or among the parameters, and the password.
    static func withoutPassword(_ uri: String) -> (uri: String, password: String?) {
        var password: String?
        var halves = uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        if let at = halves[0].lastIndex(of: "@") {
            let start = halves[0].range(of: "://")?.upperBound ?? halves[0].startIndex
            if let colon = halves[0][start..<at].firstIndex(of: ":") {
                password = String(halves[0][halves[0].index(after: colon)..<at]).removingPercentEncoding
                halves[0].removeSubrange(colon..<at)
            }
        }
        if halves.count > 1 {
            let mark = "password="
            let parameters = halves[1].split(separator: "&")
            if let given = parameters.last(where: { $0.hasPrefix(mark) }) {
                password = String(given.dropFirst(mark.count)).removingPercentEncoding
            }
            let rest = parameters.filter { !$0.hasPrefix(mark) }
            halves = rest.isEmpty ? [halves[0]] : [halves[0], rest.joined(separator: "&")]
        }
        return (halves.joined(separator: "?"), password)
    }
}
