import Foundation
import TestSupport
import Testing

/// Replays every file of `Tests/Transcripts` against the built program.
///
/// `STEWARD_RECORD=1 swift test --filter Transcripts` writes down what the program says now; read the difference before
/// it is committed.
@Suite struct Transcripts {
    static let folder = repositoryRoot.appending(path: "Tests/Transcripts")
    static let isRecording = ProcessInfo.processInfo.environment["STEWARD_RECORD"] == "1"

    static let names: [String] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasSuffix(".txt") }.sorted()
    }()

    @Test func `there are transcripts`() {
        #expect(!Self.names.isEmpty)
    }

    @Test(arguments: names) func `the program says what the transcript says`(_ name: String) throws {
        let file = Self.folder.appending(path: name)
        let written = try Transcript(parsing: String(contentsOf: file, encoding: .utf8))
        let played = try withTemporaryDirectory { try Self.play(written, in: $0) }
        if Self.isRecording {
            try played.text.write(to: file, atomically: true, encoding: .utf8)
            return
        }
        for (expected, got) in zip(written.steps, played.steps) where expected.result != got.result {
            Issue.record(
                """
                \(name): $ \(expected.command.joined(separator: "\n> "))
                expected
                \(expected.result.lines.joined(separator: "\n"))
                got
                \(got.result.lines.joined(separator: "\n"))
                """)
        }
    }

    /// Gives every command again and writes down what comes of it.
    static func play(_ transcript: Transcript, in directory: URL) throws -> Transcript {
        var sandbox = try Sandbox(in: directory)
        try sandbox.begin(transcript.beginning)
        var played = transcript
        for index in played.steps.indices {
            played.steps[index].result = try sandbox.run(played.steps[index].command.joined(separator: "\n"))
        }
        return played
    }
}

@Suite struct TranscriptFormat {
    @Test func `a transcript reads what it writes`() throws {
        let text = """
            # How to greet.
            begin: company

            $ cat <<END
            > hello
            > END
            hello

            after a blank line

            $ grep nothing nowhere
            2> grep: nowhere: No such file or directory
            2>
            [exit 2]

            # A remark.

            $ true

            """
        let transcript = try Transcript(parsing: text)
        #expect(transcript.beginning == .company)
        #expect(transcript.steps.count == 3)
        #expect(transcript.steps[0].command == ["cat <<END", "hello", "END"])
        #expect(transcript.steps[0].result.output == ["hello", "", "after a blank line"])
        #expect(
            transcript.steps[1].result == .init(errors: ["grep: nowhere: No such file or directory", ""], exitCode: 2))
        #expect(transcript.text == text)
    }

    @Test func `an unknown beginning is refused`() {
        #expect(throws: Transcript.Unreadable.self) { try Transcript(parsing: "begin: yesterday\n$ true\n") }
    }

    @Test func `a command that says something else is noticed`() throws {
        let transcript = try Transcript(parsing: "$ echo yes\nno\n")
        let played = try withTemporaryDirectory { try Transcripts.play(transcript, in: $0) }
        #expect(played.steps[0].result.output == ["yes"])
        #expect(played.steps != transcript.steps)
    }
}
