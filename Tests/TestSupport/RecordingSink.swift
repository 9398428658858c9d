import Foundation

/// A mail server on the loopback that writes down every byte as it comes (`Tests/MailTests/recording_sink.py`); it ends
/// with the object.
package final class RecordingSink {
    package let port: Int
    private let process = Process()
    private let input = Pipe()
    private let folder: URL

    package struct NotStarted: Error {}

    /// - Parameters:
    ///   - parent: where a folder for what it writes is made.
    ///   - arguments: as the script describes them.
    package init(in parent: URL, _ arguments: [String] = []) throws {
        folder = parent.appending(path: "sink-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments =
            [
                repositoryRoot.appending(path: "Tests/MailTests/recording_sink.py").path, "--folder", folder.path,
            ] + arguments
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) else { throw NotStarted() }
        self.port = port
    }

    deinit {
        // Not SIGTERM: a process started from a dispatch thread inherits its mask, which blocks that signal.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Whether this machine has Python.
    package static let isAvailable = FileManager.default.isExecutableFile(atPath: "/usr/bin/python3")

    /// The Message-IDs of what it took, in the order in which it did.
    package var accepted: [String] {
        get throws {
            try String(contentsOf: folder.appending(path: "accepted"), encoding: .utf8).split(separator: "\n")
                .map(String.init)
        }
    }

    /// How many connections there have been.
    package var connectionCount: Int {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: folder.path).count { $0.hasSuffix(".raw") }
        }
    }

    /// All that came over one connection so far, counted from 1.
    package func bytes(of connection: Int) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appending(path: "\(connection).raw")))
    }
}
