import Diagnostics
import Foundation
import Glibc
import TestSupport

/// A PostgreSQL server with a certificate for `localhost` of an authority of its own, `ca.pem`, where the role `clerk` may
/// work in the schema `books` and nowhere else, over TLS and with a password.
final class SecureServer: Sendable {
    static let openssl = "/usr/bin/openssl"
    static let password = "correct-horse"

    let port: Int
    private let server: PostgresServer

    var directory: String { server.directory }

    init() throws {
        let port = try Self.freePort()
        self.port = port
        server = try PostgresServer(port: port, settings: ["ssl = on"], preparation: Self.preparation)
        _ = try ask(
            """
            CREATE ROLE clerk LOGIN PASSWORD '\(Self.password)'; CREATE SCHEMA books AUTHORIZATION clerk;
            REVOKE ALL ON SCHEMA public FROM PUBLIC
            """)
    }

    private static let preparation = """
        key="-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
        for name in ca other; do
            \(openssl) req -x509 $key -days 2 -subj "/CN=$name" -keyout $name.key -out $name.pem
        done
        \(openssl) req $key -subj /CN=localhost -keyout data/server.key -out server.csr
        echo subjectAltName=DNS:localhost >names
        \(openssl) x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names \
            -out data/server.crt
        chmod 600 data/server.key
        [ -z "$become" ] || chown "$user" data/server.key data/server.crt
        printf 'local all all trust\\nhostssl all all 127.0.0.1/32 scram-sha-256\\n' >data/pg_hba.conf
        """

    /// Nobody else has it at this moment.
    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 ? getsockname(descriptor, $0, &length) : -1
            }
        }
        guard descriptor >= 0, result == 0 else { throw Failure(.failed, "no port is free") }
        return Int(in_port_t(bigEndian: address.sin_port))
    }

    /// What a statement gives, as the superuser, over the socket.
    func ask(_ sql: String) throws -> String {
        let process = Process()
        process.executableURL = PostgresCluster.programs?.appending(path: "psql")
        process.arguments = ["-X", "-q", "-A", "-t", "-d", server.url, "-c", sql]
        process.standardInput = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(.failed, "psql refuses: \(sql)") }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
