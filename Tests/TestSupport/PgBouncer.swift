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

    private static let port = 6_432

    private struct Running: Sendable {
        let server: TemporaryServer

        var url: String { "postgresql:///postgres?host=\(server.directory)&port=\(port)&user=steward" }
    }

    private static let started = Result { Running(server: try TemporaryServer(try script())) }

    private static func script() throws -> TemporaryServer.Script {
        TemporaryServer.Script(
            name: "PgBouncer",
            prepare: """
                cat >pgbouncer.ini <<END
                [databases]
                * = host=\(try PostgresCluster.socketDirectory()) user=steward
                [pgbouncer]
                listen_addr =
                listen_port = \(port)
                unix_socket_dir = $directory
                auth_type = any
                pool_mode = transaction
                server_round_robin = 1
                default_pool_size = 8
                max_client_conn = 500
                END
                chmod 644 pgbouncer.ini
                """,
            serve: "exec $become \(program) pgbouncer.ini", probe: "[ -S .s.PGSQL.\(port) ]")
    }
}
