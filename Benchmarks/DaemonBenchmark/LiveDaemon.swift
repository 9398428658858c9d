import Foundation

/// `steward daemon run` at work on a site.
final class LiveDaemon {
    private let process = Process()
    private let log: FileHandle
    /// From its start to the moment at which it told the service manager that it is ready.
    let secondsToReady: Double
    /// When that was, by the machine's clock.
    let readyAt: Date

    private static let maximumStartSeconds = 120

    init(_ site: BenchmarkSite) throws {
        let logFile = site.directory.appending(path: "var/daemon.log")
        try Data().write(to: logFile)
        log = try FileHandle(forWritingTo: logFile)
        let notices = try NoticeSocket(at: site.directory.appending(path: "var/notify.sock").path)
        process.executableURL = site.program
        process.arguments = ["daemon", "run"]
        process.currentDirectoryURL = site.directory
        process.environment = site.environment.merging(["NOTIFY_SOCKET": notices.path]) { _, new in new }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = log
        process.standardError = log
        let begin = ContinuousClock.now
        try process.run()
        guard notices.waitUntilReady(seconds: Self.maximumStartSeconds) else {
            process.terminate()
            throw BenchmarkError(
                "the daemon was not ready after \(Self.maximumStartSeconds) s; its log:\n"
                    + ((try? String(contentsOf: logFile, encoding: .utf8)) ?? ""))
        }
        secondsToReady = (ContinuousClock.now - begin) / .seconds(1)
        readyAt = Date()
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    var isRunning: Bool { process.isRunning }

    /// As a service manager does it: returns when it has ended.
    func stop() {
        process.terminate()
        process.waitUntilExit()
    }

    // MARK: - What it takes

    /// Processor time that it has used, in seconds, without its workers'.
    var processorSeconds: Double {
        var clock = clockid_t()
        var time = timespec()
        guard clock_getcpuclockid(process.processIdentifier, &clock) == 0, clock_gettime(clock, &time) == 0 else {
            return .nan
        }
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    var residentMegabytes: Double { status("VmRSS:") / 1_024 }
    var peakMegabytes: Double { status("VmHWM:") / 1_024 }

    var openDescriptors: Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process.processIdentifier)/fd"))?.count ?? -1
    }

    var threads: Int { Int(status("Threads:")) }

    /// A number of proc(5), `/proc/pid/status`; sizes are in kB.
    private func status(_ field: String) -> Double {
        let path = "/proc/\(process.processIdentifier)/status"
        let line = (try? String(contentsOfFile: path, encoding: .utf8))?.split(separator: "\n")
            .first { $0.hasPrefix(field) }
        return (line?.split(whereSeparator: \.isWhitespace)).flatMap { $0.count > 1 ? Double($0[1]) : nil } ?? .nan
    }
}
