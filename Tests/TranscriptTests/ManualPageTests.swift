import Foundation
import TestSupport
import Testing

/// `docs/man/steward.1`, which `make install` puts where man(1) finds it.
///
/// `STEWARD_RECORD=1 swift test --filter ManualPages` writes it anew.
@Suite(.serialized) struct ManualPages {
    static let file = repositoryRoot.appending(path: "docs/man/steward.1")
    private static let formatter = "/usr/bin/groff"
    private static let canFormat =
        FileManager.default.isExecutableFile(atPath: formatter)
        && (try? FileManager.default.contentsOfDirectory(atPath: "/usr/share/groff/current/tmac"))?.contains(
            "mdoc.tmac")
            == true

    private static func page() throws -> (page: ManualPage, shownCommands: [String]) {
        try withTemporaryDirectory { directory in
            var sandbox = try Sandbox(in: directory)
            let help = try sandbox.run("steward --experimental-dump-help")
            #expect(help.exitCode == 0)
            let table = try String(
                contentsOf: repositoryRoot.appending(path: "docs/reference/exit-codes.md"), encoding: .utf8)
            let rows = table.split(separator: "\n").filter { $0.hasPrefix("| ") }.map { row in
                row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            }.filter { Int($0[0]) != nil }
            let page = try ManualPage(
                help: Data(help.output.joined(separator: "\n").utf8), exitCodes: rows)
            let top = try sandbox.run("steward help").output
            let shown = top.drop { $0 != "SUBCOMMANDS:" }.dropFirst().prefix { !$0.isEmpty }
                .filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
                .compactMap { $0.split(separator: " ").first.map(String.init) }
            return (page, shown)
        }
    }

    @Test func `the manual page is up to date`() throws {
        let (page, shown) = try Self.page()
        #expect(shown.count > 5 && shown.allSatisfy { page.commands.contains("steward \($0)") }, "\(shown)")
        #expect(page.commands.allSatisfy { $0 == "steward" || page.text.contains("\n.Ss \($0)\n") })
        if Transcripts.isRecording {
            try FileManager.default.createDirectory(
                at: Self.file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try page.text.write(to: Self.file, atomically: true, encoding: .utf8)
            return
        }
        let written = (try? String(contentsOf: Self.file, encoding: .utf8)) ?? ""
        #expect(written == page.text, "record it anew: STEWARD_RECORD=1 swift test --filter ManualPages")
    }

    @Test(.enabled(if: canFormat, "skipped: no groff with mdoc macros"))
    func `the manual page is sound, and reads as text`() throws {
        let errors = Pipe()
        let output = Pipe()
        let process = Process()
        process.executableURL = URL(filePath: Self.formatter)
        process.arguments = ["-mdoc", "-ww", "-Tutf8", "-P-cbou", Self.file.path]
        process.standardError = errors
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let complaints = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0 && complaints.isEmpty, "\(complaints)")
        #expect(text.contains("steward job pause") && text.contains("EXIT STATUS"))
    }
}
