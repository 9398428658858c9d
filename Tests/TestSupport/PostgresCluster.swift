import Foundation

/// A throw-away PostgreSQL server for tests: made and started once for each test process, on a socket in a temporary
/// directory, and removed when the process ends, in whatever way it ends.
///
/// ```swift
/// let url = try PostgresCluster.freshURL()   // postgresql:///postgres?host=/tmp/…&schema=t_4f2a…
/// ```
/// Its commits are not durable (`fsync` is off), unless `STEWARD_TEST_POSTGRES_DURABLE` is set, for benchmarks; and its
/// default collation is not "C", so that a forgotten collation shows. Needs Debian's package `postgresql`; without it the
/// tests that need it are skipped.
package enum PostgresCluster {
    /// Where the newest installed version has its programs; nil when there is none.
    package static let programs: URL? = {
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

    package struct NotStarted: Error, CustomStringConvertible {
        package let description: String
    }

    private struct Running: @unchecked Sendable {
        let url: String
        let directory: String
        /// The watching shell reads from it: its end is the sign to stop the server. Never used otherwise.
        let lifeline: FileHandle
    }

    private static let started = Result { try start() }

    private static func start() throws -> Running {
        guard let programs else { throw NotStarted(description: "PostgreSQL is not installed (apt: postgresql)") }
        // The path of a socket has room for about 100 characters.
        let directory = "/tmp/steward-pg-" + UUID().uuidString.prefix(8).lowercased()
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        let isDurable = ProcessInfo.processInfo.environment["STEWARD_TEST_POSTGRES_DURABLE"] != nil
        process.arguments = ["-c", script, "sh", directory, programs.path, isDurable ? "on" : "off"]
        let lifeline = Pipe()
        let output = Pipe()
        process.standardInput = lifeline
        process.standardOutput = output
        process.standardError = output
        try process.run()
        var text = ""
        while !text.hasSuffix("ready\n") {
            let piece = output.fileHandleForReading.availableData
            guard !piece.isEmpty else { throw NotStarted(description: "PostgreSQL did not start: \(text)") }
            text += String(decoding: piece, as: UTF8.self)
        }
        return Running(
            url: "postgresql:///postgres?host=\(directory)&user=steward", directory: directory,
            lifeline: lifeline.fileHandleForWriting)
    }

    /// Makes and starts a cluster, says `ready`, waits for the end of its input, stops and removes it.
    ///
    /// PostgreSQL refuses to run as root, who becomes `postgres` or, failing that, `nobody`.
    private static let script = """
        directory=$1 programs=$2 durable=$3
        mkdir -m 700 "$directory" || exit 1
        trap '' INT TERM HUP
        become=
        if [ "$(id -u)" = 0 ]; then
            user=postgres
            id "$user" >/dev/null 2>&1 || user=nobody
            chown "$user" "$directory"
            become="setpriv --reuid=$user --regid=$(id -g $user) --clear-groups"
        fi
        cd "$directory"
        if $become "$programs/initdb" -D "$directory/data" -U steward --auth=trust --encoding=UTF8 \\
            --locale=C.UTF-8 --locale-provider=icu --icu-locale=en-US --no-sync >"$directory.log" 2>&1
        then
            $become "$programs/postgres" -D "$directory/data" -k "$directory" -c listen_addresses= \\
                -c "fsync=$durable" -c "synchronous_commit=$durable" -c "full_page_writes=$durable" \\
                -c max_connections=200 \\
                -c lc_messages=C >"$directory.log" 2>&1 </dev/null &
            server=$!
            tries=0
            until "$programs/pg_isready" -q -h "$directory"; do
                tries=$((tries + 1))
                if [ $tries -gt 300 ] || ! kill -0 $server 2>/dev/null; then break; fi
                sleep 0.1
            done
            if "$programs/pg_isready" -q -h "$directory"; then echo ready; else cat "$directory.log"; fi
            exec >/dev/null 2>&1
            cat >/dev/null
            kill -QUIT $server
            wait $server
        else
            cat "$directory.log"
        fi
        cd /
        rm -rf "$directory" "$directory.log"
        """
}
