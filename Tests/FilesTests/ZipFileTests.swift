import Calendars
import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Files

struct ZipFileTests {
    private static let time = Instant(microseconds: 1_777_356_003_000_000)  // 2026-04-28T06:00:03Z

    /// The members of a zip as Python reads them: name, time, size, mode and contents.
    private func read(_ path: String) throws -> String {
        let python = Process()
        python.executableURL = URL(filePath: "/usr/bin/python3")
        python.arguments = [
            "-I", "-S", "-c",
            """
            import sys, zipfile
            book = zipfile.ZipFile(sys.argv[1])
            assert book.testzip() is None
            for m in book.infolist():
                print(m.filename, '%d-%02d-%02dT%02d:%02d:%02d' % m.date_time, m.file_size,
                      oct(m.external_attr >> 16), book.read(m)[:5].decode())
            """, path,
        ]
        let output = Pipe()
        python.standardOutput = output
        try python.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        python.waitUntilExit()
        #expect(python.terminationStatus == 0)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func `files go into a zip with their names, the time in UTC, for their owner alone`() throws {
        try withTemporaryDirectory { directory in
            let members = try [("cost.csv", "first"), ("Größe.csv", "")].map { name, text in
                let path = directory.appending(path: name).path
                try Data(text.utf8).write(to: URL(filePath: path))
                return ZipFile.Member(name: name, path: path)
            }
            let path = directory.appending(path: "all.zip").path
            try ZipFile.write(members, to: path, at: Self.time)
            #expect(
                try read(path) == """
                    cost.csv 2026-04-28T06:00:02 5 0o100600 first
                    Größe.csv 2026-04-28T06:00:02 0 0o100600 \n
                    """)
        }
    }

    @Test func `the same files give the same bytes, whatever the folder`() throws {
        let zips = try (1...2).map { number in
            try withTemporaryDirectory { directory in
                let source = directory.appending(path: "source-\(number)").path
                // Larger than what is read at once.
                let bytes = (0..<600_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }
                try Data(bytes).write(to: URL(filePath: source))
                let path = directory.appending(path: "\(number).zip").path
                try ZipFile.write([.init(name: "a.bin", path: source)], to: path, at: Self.time)
                #expect(try read(path).hasPrefix("a.bin 2026-04-28T06:00:02 600000"))
                return try Data(contentsOf: URL(filePath: path))
            }
        }
        #expect(zips[0] == zips[1])
    }

    @Test func `a file that is not there leaves no zip`() throws {
        try withTemporaryDirectory { directory in
            let path = directory.appending(path: "a.zip").path
            let missing = ZipFile.Member(name: "a", path: directory.appending(path: "missing").path)
            #expect(throws: Failure.self) { try ZipFile.write([missing], to: path, at: Self.time) }
            let left = try FileManager.default.contentsOfDirectory(atPath: directory.path)
            #expect(left == [])
        }
    }
}
