import Foundation
import TestSupport
import Testing

@testable import Interchange

@Suite struct JournalFilesTests {
    private func write(_ files: [String: String], in folder: URL) throws {
        for (name, text) in files {
            let file = folder.appending(path: name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
    }

    @Test func `included files are read where they stand, and what they set ends with them`() throws {
        try withTemporaryDirectory { folder in
            try write(
                [
                    "main.journal": "Y 2026\ninclude sub/a.journal\ninclude \"parts/*.journal\"\n1/2 x\n  a  1\n  b\n",
                    "sub/a.journal": "Y 2025\napply account p\n1/2 x\n  a  2\n  b\n\ninclude b.journal\n",
                    "sub/b.journal": "1/2 x\n  a  4\n  b\n", "parts/1.journal": "1/2 x\n  a  8\n  b\n",
                    "parts/2.journal": "1/2 x\n  a  16\n  b  = 0\n  c\n",
                ], in: folder)
            let journal = try JournalReading(.hledger, file: folder.appending(path: "main.journal").path)
            #expect(journal.problems == [])
            #expect(journal.balanceLines == ["a|25|", "b|-1|", "c|-24|", "p:a|6|", "p:b|-6|"])
            #expect(journal.transactions.map { $0.date.year } == [2025, 2025, 2026, 2026, 2026])
        }
    }

    @Test(arguments: [
        ("include main.journal", "includes itself"), ("include a.journal", "includes itself"),
        ("include ../outside.journal", "lies outside the folder"), ("include /etc/passwd", "lies outside the folder"),
        ("include link.journal", "lies outside the folder"), ("include none.journal", "there is no file"),
        ("include none*.journal", "no file is named"), ("include folder", "is not a regular file"),
        ("include", "names no file"), ("include **/x", "is not read"),
    ])
    func `a file is only included where that is safe`(line: String, message: String) throws {
        try withTemporaryDirectory { outer in
            let folder = outer.appending(path: "books")
            try write(
                [
                    "main.journal": line + "\n2026-01-02 x\n  a  1\n  b\n", "a.journal": "include main.journal\n",
                    "../outside.journal": "", "folder/x": "",
                ], in: folder)
            try FileManager.default.createSymbolicLink(
                at: folder.appending(path: "link.journal"), withDestinationURL: outer.appending(path: "outside.journal")
            )
            for format in [TextJournalFormat.hledger, .ledger] {
                let journal = try JournalReading(format, file: folder.appending(path: "main.journal").path)
                #expect(journal.problems.count == 1)
                #expect(journal.problems.first?.contains(message) == true, "\(journal.problems)")
            }
        }
    }

    @Test func `beancount reads each file once`() throws {
        try withTemporaryDirectory { folder in
            try write(
                [
                    "main.bean": "include \"a.bean\"\ninclude \"a.bean\"\n2026-01-05 balance Assets:A 1 USD\n",
                    "a.bean": "2026-01-02 * \"\"\n  Assets:A  1 USD\n  Income:B\n",
                ], in: folder)
            let journal = try JournalReading(.beancount, file: folder.appending(path: "main.bean").path)
            #expect(journal.problems == [])
            #expect(journal.transactions.count == 1)
        }
    }

    @Test func `a journal that is not there is a failure`() {
        #expect(throws: (any Error).self) { try JournalReading(.ledger, file: "/nonexistent/x.journal") }
        #expect(throws: (any Error).self) { try JournalReading(.ledger, file: "/tmp") }
    }

    @Test func `lines longer than the block that is read at once are read`() throws {
        try withTemporaryDirectory { folder in
            let payee = String(repeating: "é", count: 300_000)
            let file = folder.appending(path: "long.journal")
            try Data("2026-01-02 \(payee)\r\n  a  1\r\n  b\r\n".utf8).write(to: file)
            let journal = try JournalReading(.ledger, file: file.path)
            #expect(journal.problems == [])
            #expect(journal.transactions.first?.payee == payee)
            try Data("2026-01-02 \(payee)\(payee)\n2026-01-02 x\n  a  1\n  b\n".utf8).write(to: file)
            let cut = try JournalReading(.ledger, file: file.path)
            #expect(cut.problems == ["j:1:1: the line is longer than 1000000 bytes (expected shorter lines)"])
            #expect(cut.transactions.count == 1)
        }
    }
}
