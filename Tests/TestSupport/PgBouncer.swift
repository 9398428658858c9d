import Foundation

/// A throw-away PgBouncer in transaction mode before the server of `PostgresCluster`: made and started once for each test
/// process, and gone with it.
///
/// It gives the transactions of a client to its connections in turn, so that whatever is left on a connection shows.
package enum PgBouncer {
    private static let program = "/usr/sbin/pgbouncer"

    package static var isInstalled: Bool {
        PostgresCluster.isInstalled && FileManager.default.isExecutableFile(atPath: program)
    }

    /// A URL through it with a schema of its own, for one test.
    ///
    /// - Parameter isDirectKnown: whether the URL names the server behind it too.
    package static func freshURL(isDirectKnown: Bool = false) throws -> String {
        let schema = "t_" + UUID().uuidString.lowercased().replacing("-", with: "")
        return try started.get().url + "&schema=" + schema
            + (isDirectKnown ? "&direct=" + PostgresCluster.socketDirectory().replacing("/", with: "%2F") : "")
    }

    private struct Running: @unchecked Sendable {
        let url: String
        /// The watching shell reads from it: its end is the sign to stop. Never used otherwise.
        let lifeline: FileHandle
    }

    private static let started = Result { try start() }

    private static func start() throws -> Running {
        let server = try PostgresCluster.socketDirectory()
        let directory = "/tmp/steward-pb-" + UUID().uuidString.prefix(8).lowercased()
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", script, "sh", directory, program, server]
        let lifeline = Pipe()
        let output = Pipe()
        process.standardInput = lifeline
        process.standardOutput = output
        process.standardError = output
        try process.run()
        var text = ""
        while !text.hasSuffix("ready\n") {
            let piece = output.fileHandleForReading.availableData
            guard !piece.isEmpty else {
                throw PostgresCluster.NotStarted(description: "PgBouncer did not start: \(text)")
            }
            text += String(decoding: piece, as: UTF8.self)
        }
        return Running(
            url: "postgresql:///postgres?host=\(directory)&port=6432&user=steward",
            lifeline: lifeline.fileHandleForWriting)
    }

    /// It refuses to run as root.
    private static let script = """
        directory=$1 program=$2 server=$3
        mkdir -m 700 "$directory" || exit 1
        trap '' INT TERM HUP
        become=
        if [ "$(id -u)" = 0 ]; then
            user=postgres
            id "$user" >/dev/null 2>&1 || user=nobody
            chown "$user" "$directory"
            become="setpriv --reuid=$user --regid=$(id -g $user) --clear-groups"
        fi
        cat >"$directory/pgbouncer.ini" <<END
        [databases]
        * = host=$server user=steward
        [pgbouncer]
        listen_addr =
        listen_port = 6432
        unix_socket_dir = $directory
        auth_type = any
        pool_mode = transaction
        server_round_robin = 1
        default_pool_size = 8
        max_client_conn = 500
        END
        chmod 644 "$directory/pgbouncer.ini"
        $become "$program" "$directory/pgbouncer.ini" >"$directory.log" 2>&1 </dev/null &
        pooler=$!
        tries=0
        until [ -S "$directory/.s.PGSQL.6432" ]; do
            tries=$((tries + 1))
            if [ $tries -gt 100 ] || ! kill -0 $pooler 2>/dev/null; then cat "$directory.log"; break; fi
            sleep 0.1
        done
        if [ -S "$directory/.s.PGSQL.6432" ]; then echo ready; fi
        exec >/dev/null 2>&1
        cat >/dev/null
        kill -TERM $pooler
        wait $pooler
        rm -rf "$directory" "$directory.log"
        """
}
