import Diagnostics
import Foundation

/// Postfix's test server and test client, from an unpacked package.
final class PostfixSink {
    let port: Int
    private let programs: URL
    private let process = Process()

    init(programs: URL) throws {
        self.programs = programs
        port = try Self.freePort()
        process.executableURL = programs.appending(path: "usr/sbin/smtp-sink")
        // It refuses to run as root without being told to.
        process.arguments = (getuid() == 0 ? ["-u", "root"] : []) + ["127.0.0.1:\(port)", "1024"]
        process.environment = Self.environment(programs)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        for _ in 0..<100 {
            if Self.isListening(port) { return }
            usleep(20_000)
        }
        throw Failure(.failed, "smtp-sink does not listen on port \(port)")
    }

    func stop() {
        process.terminate()
        process.waitUntilExit()
    }

    /// How long smtp-source takes for so many messages.
    func secondsOfSource(messages: Int, bytes: Int, sessions: Int) throws -> Double {
        let source = Process()
        source.executableURL = programs.appending(path: "usr/sbin/smtp-source")
        source.arguments = [
            "-d", "-s", "\(sessions)", "-l", "\(bytes)", "-m", "\(messages)", "-f", "payroll@steward.example", "-t",
            "ann@example.com", "127.0.0.1:\(port)",
        ]
        source.environment = Self.environment(programs)
        let start = ContinuousClock.now
        try source.run()
        source.waitUntilExit()
        guard source.terminationStatus == 0 else { throw Failure(.failed, "smtp-source failed") }
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        return Double(seconds) + Double(attoseconds) / 1e18
    }

    private static func environment(_ programs: URL) -> [String: String] {
        ["PATH": "/usr/sbin:/usr/bin:/bin", "LD_LIBRARY_PATH": programs.appending(path: "usr/lib/postfix").path]
    }

    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = loopback(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && getsockname(descriptor, address, &length) == 0
            }
        }
        guard bound else { throw Failure(.failed, "no port is free") }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    private static func isListening(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = loopback(UInt16(port))
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    private static func loopback(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}
