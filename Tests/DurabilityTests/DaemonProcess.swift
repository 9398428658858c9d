import Diagnostics
import Foundation
import Store

/// The built daemon at work on a site, with a clock of its own that goes.
final class DaemonProcess {
    let process = Process()
    private let output: FileHandle
    let logFile: URL

    /// - Parameters:
    ///   - shiftSeconds: how far its clock is ahead of the machine's.
    ///   - crashAt: a place at which it ends, or one of its workers.
    ///   - additions: to its environment, or in the place of what it has.
    ///   - launcher: what starts it, with its arguments; without it, it is started itself.
    init(
        _ site: Site, shiftSeconds: Int64, crashAt: String? = nil, environment additions: [String: String] = [:],
        launcher: [String] = []
    ) throws {
        logFile = site.directory.appending(path: "var/daemon-\(UUID().uuidString.prefix(8)).log")
        try Data().write(to: logFile)
        output = try FileHandle(forWritingTo: logFile)
        let command = launcher + [Site.program.path, "daemon", "run"]
        process.executableURL = URL(filePath: command[0])
        process.arguments = Array(command.dropFirst())
        process.currentDirectoryURL = site.directory
        var environment = [
            "STEWARD_COMPANY": site.directory.path, "STEWARD_CHUNK_ITEMS": "\(Site.chunkItems)",
            "PATH": "/usr/bin:/bin",
            "STEWARD_NOW": shiftSeconds < 0 ? "\(shiftSeconds)" : "+\(shiftSeconds)",
        ]
        environment["STEWARD_CRASH_AT"] = crashAt
        process.environment = environment.merging(additions) { _, new in new }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
    }

    deinit {
        kill()
        try? output.close()
    }

    /// At once, with no chance to do anything about it.
    func kill() {
        guard process.isRunning else { return }
        Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// As a service manager does it; returns when it has ended.
    func terminate() {
        Glibc.kill(process.processIdentifier, SIGTERM)
        process.waitUntilExit()
    }

    var log: String { (try? String(contentsOf: logFile, encoding: .utf8)) ?? "" }

    struct TookTooLong: Error, CustomStringConvertible {
        let description: String
    }

    /// Waits until something is so: looks every 50 ms.
    ///
    /// - Throws: when it is not so in time, with the daemon's log.
    func wait(upTo seconds: Double, for what: String, until isSo: () throws -> Bool) throws {
        let end = Date().addingTimeInterval(seconds)
        while try !isSo() {
            guard Date() < end else { throw TookTooLong(description: "\(what) after \(seconds) s; the log:\n\(log)") }
            Thread.sleep(forTimeInterval: 0.05)
        }
    }
}
