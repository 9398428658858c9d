import Diagnostics
import Foundation
import TestSupport

/// A PostgreSQL server of its own that a test stops and starts.
final class RestartableServer {
    private let directory: String
    private let programs: URL
    let url: String

    init() throws {
        guard let programs = PostgresCluster.programs else { throw Failure(.failed, "PostgreSQL is not installed") }
        self.programs = programs
        // The path of a socket has room for about 100 characters.
        directory = "/tmp/steward-pr-" + UUID().uuidString.prefix(8).lowercased()
        url = "postgresql:///postgres?host=\(directory)&user=steward"
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        if getuid() == 0 { try run("/bin/chown", [Self.user, directory], asUser: false) }
        try program(
            "initdb", ["-D", directory + "/data", "-U", "steward", "--auth=trust", "--encoding=UTF8", "--no-sync"])
        let settings =
            "listen_addresses = ''\nunix_socket_directories = '\(directory)'\nfsync = off\n"
            + "full_page_writes = off\nlc_messages = 'C'\n"
        let file = directory + "/data/postgresql.conf"
        let handle = try FileHandle(forWritingTo: URL(filePath: file))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(settings.utf8))
        try handle.close()
        try start()
    }

    deinit {
        try? stop("immediate")
        try? FileManager.default.removeItem(atPath: directory)
    }

    func start() throws {
        try program(
            "pg_ctl", ["-D", directory + "/data", "-l", directory + "/log", "-w", "-t", "60", "start"])
    }

    /// - Parameter mode: `fast` ends the sessions and shuts down; `immediate` drops everything, as a crash does.
    func stop(_ mode: String) throws {
        try program("pg_ctl", ["-D", directory + "/data", "-w", "-m", mode, "stop"])
    }

    /// PostgreSQL refuses to run as root.
    private static let user: String = {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/id")
        process.arguments = ["-u", "postgres"]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try? process.run()
        process.waitUntilExit()
        return process.terminationStatus == 0 ? "postgres" : "nobody"
    }()

    private func program(_ name: String, _ arguments: [String]) throws {
        try run(programs.appending(path: name).path, arguments, asUser: getuid() == 0)
    }

    private func run(_ path: String, _ arguments: [String], asUser: Bool) throws {
        let become = asUser ? ["/usr/bin/setpriv", "--reuid=\(Self.user)", "--clear-groups"] : []
        let command = become + [path] + arguments
        let status = try Self.status(of: command)
        guard status == 0 else {
            let log = (try? String(contentsOfFile: directory + "/log", encoding: .utf8)) ?? ""
            throw Failure(.failed, "\(command.joined(separator: " ")): \(status): \(log)")
        }
    }

    /// How a program ended. Not by Foundation, which waits until all that it has started has ended too: here, the server.
    private static func status(of command: [String]) throws -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for descriptor in Int32(0)...2 {
            posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
        }
        let words = command.map { strdup($0) }
        defer { for word in words { free(word) } }
        var process: pid_t = 0
        let code = posix_spawn(&process, command[0], &actions, nil, words + [nil], environ)
        guard code == 0 else { throw Failure(.failed, "\(command[0]) cannot be started: \(code)") }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        return status
    }
}
