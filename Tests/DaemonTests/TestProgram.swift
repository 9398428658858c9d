import Daemon
import Foundation

/// The built `DaemonTestProgram`, beside the bundle of the tests.
enum TestProgram {
    static let path: String = {
        let bundle =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        return URL(filePath: bundle).deletingLastPathComponent().appending(path: "DaemonTestProgram").path
    }()

    static func command(
        _ arguments: [String], limits: WorkerLimits = WorkerLimits(), timeoutSeconds: Double? = nil
    ) -> WorkerCommand {
        WorkerCommand(
            program: path, arguments: ["DaemonTestProgram"] + arguments, environment: [:], workingDirectory: "/",
            limits: limits, timeoutSeconds: timeoutSeconds)
    }

    /// A worker that is a script of the shell.
    static func shell(
        _ script: String, environment: [String: String] = ["PATH": "/usr/bin:/bin"], in directory: String = "/",
        timeoutSeconds: Double? = nil, graceSeconds: Double = 30
    ) -> WorkerCommand {
        WorkerCommand(
            program: "/bin/sh", arguments: ["sh", "-c", script], environment: environment, workingDirectory: directory,
            timeoutSeconds: timeoutSeconds, graceSeconds: graceSeconds)
    }
}
