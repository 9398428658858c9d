import Foundation
import TestSupport
import Testing

@testable import Mail

/// A mail server of our own on the loopback, a process that ends with the test.
final class SMTPSink {
    let port: Int
    private let process = Process()
    private let input = Pipe()
    private let folder: URL

    /// What the server kept of one message.
    struct Received: Decodable {
        var sender: String
        var options: [String]
        var recipients: [String]
        var isSecure: Bool
        var isLoggedIn: Bool
        /// How many connections there had been when the message came.
        var connections: Int
        var clientName: String
    }

    init(folder: URL, arguments: [String]) throws {
        self.folder = folder
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = [testFolder.appending(path: "smtp_sink.py").path, "--folder", folder.path] + arguments
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        port = try #require(Int(line.trimmingCharacters(in: .whitespacesAndNewlines)), "the mail server did not start")
    }

    deinit {
        // Not SIGTERM: a process started from a dispatch thread inherits its mask, which blocks that signal.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    var count: Int {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: folder.path).count { $0.hasSuffix(".eml") }
        }
    }

    func bytes(_ number: Int) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appending(path: "\(number).eml")))
    }

    func received(_ number: Int) throws -> Received {
        try JSONDecoder().decode(Received.self, from: Data(contentsOf: folder.appending(path: "\(number).json")))
    }

    /// Whether this machine has aiosmtpd for the system's Python.
    static let isAvailable = (try? run("/usr/bin/python3", ["-c", "import aiosmtpd"])) != nil
}

/// Runs `body` with a server and its folder.
func withSink<Result>(_ arguments: [String] = [], _ body: (SMTPSink, URL) throws -> Result) throws -> Result {
    try withTemporaryDirectory { folder in
        let sink = try SMTPSink(folder: folder, arguments: arguments)
        return try withExtendedLifetime(sink) { try body(sink, folder) }
    }
}

/// A self-signed certificate for `localhost` and 127.0.0.1.
func makeCertificate(in folder: URL, name: String = "localhost", addresses: String = "DNS:localhost,IP:127.0.0.1")
    throws
    -> (certificate: String, key: String)
{
    let certificate = folder.appending(path: "certificate.pem").path
    let key = folder.appending(path: "key.pem").path
    try run(
        "/usr/bin/openssl",
        [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-batch",
            "-subj", "/CN=\(name)", "-addext", "subjectAltName=\(addresses)", "-keyout", key, "-out", certificate,
        ])
    return (certificate, key)
}
