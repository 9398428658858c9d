import Foundation

/// A PostgreSQL server of its own, on a socket in a temporary directory.
///
/// Its default collation is not "C", so that a forgotten collation shows.
package final class PostgresServer: Sendable {
    private let server: TemporaryServer
    /// The address of its database `postgres`, for the superuser `steward`.
    package let url: String

    package var directory: String { server.directory }

    /// What a commit survives.
    package enum Durability: Sendable {
        /// Nothing: the fastest.
        case none
        /// The end of the server, however sudden, but not that of the machine.
        case endOfServer
        case endOfMachine
    }

    /// - Parameters:
    ///   - durability: what a commit survives.
    ///   - port: on which it listens on 127.0.0.1, too; nil for the socket alone.
    ///   - settings: lines of `postgresql.conf`.
    ///   - preparation: commands of the shell that are done when the cluster is made, in the words of `TemporaryServer`; its
    ///     files are in `data`.
    package init(
        durability: Durability = .none, port: Int? = nil, settings: [String] = [], preparation: String = ""
    ) throws {
        guard let programs = PostgresCluster.programs?.path else {
            throw TemporaryServer.NotStarted(description: "PostgreSQL is not installed (apt: postgresql)")
        }
        let (waitsForLog, isOnDisk) =
            switch durability {
            case .none: ("off", "off")
            case .endOfServer: ("on", "off")
            case .endOfMachine: ("on", "on")
            }
        let lines =
            [
                "listen_addresses = '\(port == nil ? "" : "127.0.0.1")'", "port = \(port ?? Self.defaultPort)",
                "fsync = \(isOnDisk)", "synchronous_commit = \(waitsForLog)",
                "full_page_writes = \(isOnDisk)", "max_connections = 200", "lc_messages = 'C'",
            ] + settings
        server = try TemporaryServer(
            .init(
                name: "PostgreSQL",
                prepare: """
                    make() {
                        $become "\(programs)/initdb" -D data -U steward --auth=trust --encoding=UTF8 --locale=C.UTF-8 \
                            --no-sync "$@"
                    }
                    # Version 14 knows no other default than those of the system, and not every build has ICU.
                    make --locale-provider=icu --icu-locale=en-US || { rm -rf data; make; }
                    cat >>data/postgresql.conf <<'END'
                    \(lines.joined(separator: "\n"))
                    END
                    \(preparation)
                    """,
                serve: "exec $become \"\(programs)/postgres\" -D data -k \"$directory\"",
                probe: "\"\(programs)/pg_isready\" -q -h \"$directory\" -p \(port ?? Self.defaultPort)"))
        url =
            "postgresql:///postgres?host=\(server.directory)&user=steward" + (port.map { "&port=\($0)" } ?? "")
    }

    /// A part of the name of the socket.
    private static let defaultPort = 5_432

    package enum Shutdown: String, CaseIterable, Sendable {
        /// Ends the sessions and shuts down.
        case fast
        /// Drops everything, as a crash does.
        case immediate
    }

    package func stop(_ mode: Shutdown) throws {
        try server.stop(signal: mode == .fast ? "INT" : "QUIT")
    }

    package func start() throws { try server.start() }
}
