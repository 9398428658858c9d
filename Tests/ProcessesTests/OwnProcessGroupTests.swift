import Foundation
import Testing

@testable import Processes

struct OwnProcessGroupTests {
    @Test func `those in a group are counted until they have ended`() throws {
        let shell = Process()
        shell.executableURL = URL(filePath: "/bin/bash")
        // With job control each job is a group of its own, led by its first process.
        shell.arguments = ["-c", "set -m; sh -c 'sleep 60 & sleep 60 & echo \"$$\"; wait' & wait"]
        let said = Pipe()
        shell.standardOutput = said
        shell.standardError = FileHandle.nullDevice
        try shell.run()
        let line = String(decoding: said.fileHandleForReading.availableData, as: UTF8.self)
        let group = try #require(pid_t(line.trimmingCharacters(in: .whitespacesAndNewlines)))
        defer { kill(-group, SIGKILL) }
        #expect(getpgid(group) == group)
        #expect(OwnProcessGroup.others(in: group) == 3)
        kill(-group, SIGKILL)
        shell.waitUntilExit()
        for _ in 0..<10_000 where OwnProcessGroup.others(in: group) > 0 { usleep(1_000) }
        #expect(OwnProcessGroup.others(in: group) == 0)
    }

    @Test func `nobody is waited for in a group that is shared`() {
        let left = OwnProcessGroup.waitForOthers(maximumSeconds: 0) { Issue.record("waits") }
        #expect(left == 0)
    }
}
