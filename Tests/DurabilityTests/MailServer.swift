import Diagnostics
import Foundation
import TestSupport

/// A mail server on the loopback that keeps what it takes; it ends with the object.
final class MailServer {
    private let process = Process()
    private let input = Pipe()
    private let folder: URL
    private let port: Int

    /// Whether this machine has aiosmtpd for the system's Python.
    static let isAvailable: Bool = {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = ["-c", "import aiosmtpd"]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()

    init(folder parent: URL) throws {
        folder = parent.appending(path: "received")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = [
            repositoryRoot.appending(path: "Tests/MailTests/smtp_sink.py").path, "--folder", folder.path,
        ]
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw Failure(.failed, "the mail server did not start")
        }
        self.port = port
    }

    deinit {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// As `config/company.yaml` names it.
    var settings: String { "  smtp: {host: 127.0.0.1, port: \(port), tls: none}" }

    /// Messages taken so far.
    var count: Int {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: folder.path).count { $0.hasSuffix(".eml") }
        }
    }
}
