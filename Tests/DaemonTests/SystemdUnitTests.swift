import Calendars
import Daemon
import Foundation
import TestSupport
import Testing

struct SystemdUnitTests {
    private static let analyzer = "/usr/bin/systemd-analyze"

    /// The unit as it is installed, for a program that is there; nil where there is no systemd to ask.
    private func analyze(_ arguments: [String]) throws -> (outcome: WorkerEnd.Outcome, text: String)? {
        guard FileManager.default.isExecutableFile(atPath: Self.analyzer) else {
            print("skipped: there is no \(Self.analyzer)")
            return nil
        }
        return try withTemporaryDirectory { directory in
            let bin = directory.appending(path: "bin")
            try FileManager.default.createDirectory(at: bin, withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: "/bin/true", toPath: bin.appending(path: "steward").path)
            let source = repositoryRoot.appending(path: "packaging/systemd/steward@.service")
            let unit = try String(contentsOf: source, encoding: .utf8)
                .replacingOccurrences(of: "@PREFIX@", with: directory.path)
            let file = directory.appending(path: "steward@acme.service")
            try Data(unit.utf8).write(to: file)
            let recorder = EventRecorder()
            let supervisor = try WorkerSupervisor(clock: SystemClock(), onEvent: recorder.add)
            defer { supervisor.close(graceSeconds: 0) }
            let worker = try supervisor.start(
                WorkerCommand(
                    program: Self.analyzer, arguments: ["systemd-analyze"] + arguments + [file.path],
                    environment: ["PATH": "/usr/bin:/bin", "LC_ALL": "C"], workingDirectory: "/"))
            let end = try recorder.end(of: worker)
            return (end.outcome, recorder.text(of: worker) + recorder.text(of: worker, .standardError))
        }
    }

    @Test func `systemd finds nothing wrong with the unit`() throws {
        guard let (outcome, text) = try analyze(["verify", "--man=no"]) else { return }
        #expect(outcome == .exited(code: 0))
        #expect(!text.contains("steward"))
    }

    @Test func `the unit shuts the daemon off from what it does not need`() throws {
        // The threshold counts tenths: 2.0 of 10.
        guard let (outcome, _) = try analyze(["security", "--offline=true", "--threshold=20"]) else { return }
        #expect(outcome == .exited(code: 0))
    }
}
