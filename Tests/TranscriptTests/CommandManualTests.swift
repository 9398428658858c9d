import Foundation
import TestSupport
import Testing

/// `docs/reference/commands.md` is made of the program's own help.
///
/// `STEWARD_RECORD=1 swift test --filter CommandManual` writes it anew.
@Suite struct CommandManual {
    static let file = repositoryRoot.appending(path: "docs/reference/commands.md")

    @Test func `the manual of commands is up to date`() throws {
        let manual = try withTemporaryDirectory { directory in
            var sandbox = try Sandbox(in: directory)
            return try Self.manual(&sandbox)
        }
        if Transcripts.isRecording {
            try manual.write(to: Self.file, atomically: true, encoding: .utf8)
            return
        }
        let written = (try? String(contentsOf: Self.file, encoding: .utf8)) ?? ""
        #expect(written == manual, "record it anew: STEWARD_RECORD=1 swift test --filter CommandManual")
    }

    private static func manual(_ sandbox: inout Sandbox) throws -> String {
        var sections = [
            """
            # Commands

            What `steward help` says, command by command. This page is written by the tests
            (`STEWARD_RECORD=1 swift test --filter CommandManual`); the exit codes are in [exit-codes.md](exit-codes.md), and
            what each command prints is shown by the sessions in `Tests/Transcripts`.
            """
        ]
        try describe([], in: &sandbox, to: &sections)
        return sections.joined(separator: "\n\n") + "\n"
    }

    /// One command, then those below it.
    private static func describe(_ path: [String], in sandbox: inout Sandbox, to sections: inout [String]) throws {
        let result = try sandbox.run((["steward", "help"] + path).joined(separator: " "))
        #expect(result.exitCode == 0)
        let help = result.output
        let title = (["steward"] + path).joined(separator: " ")
        sections.append("## \(title)\n\n```\n\(help.joined(separator: "\n"))\n```")
        guard let heading = help.firstIndex(of: "SUBCOMMANDS:") else { return }
        // A command stands two characters in; what is further in goes on with the line above.
        let names = help[(heading + 1)...].prefix { !$0.isEmpty }
            .filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
            .compactMap { $0.split(separator: " ").first.map(String.init) }
        #expect(!names.isEmpty)
        for name in names { try describe(path + [name], in: &sandbox, to: &sections) }
    }
}
