import Configuration
import Diagnostics
import Foundation
import TestSupport
import Testing

@Suite struct FileReadingsTests {
    /// Two files, and how often they were made sense of.
    private final class Desk {
        let folder: URL
        private let readings = FileReadings()
        private(set) var count = 0
        private(set) var problems = ProblemList()

        init(_ folder: URL) {
            self.folder = folder
        }

        func write(_ text: String, to name: String) throws {
            try Data(text.utf8).write(to: folder.appending(path: name))
        }

        /// The texts of both; a problem, and nothing, where the first is missing.
        func read(_ names: [String] = ["a", "b"]) -> String? {
            problems = ProblemList()
            let paths = names.map { folder.appending(path: $0).path }
            return readings.value(of: "texts", from: paths, problems: &problems) { problems in
                count += 1
                let texts = paths.map {
                    FileManager.default.contents(atPath: $0).map { String(decoding: $0, as: UTF8.self) }
                }
                guard texts.first != .some(nil) else {
                    problems.add("there is no a")
                    return nil
                }
                return texts.compactMap(\.self).joined(separator: "+")
            }
        }
    }

    @Test func `files that say the same are made sense of once`() throws {
        try withTemporaryDirectory { folder in
            let desk = Desk(folder)
            try desk.write("1", to: "a")
            try desk.write("2", to: "b")
            #expect(desk.read() == "1+2")
            #expect(desk.read() == "1+2")
            #expect(desk.count == 1)
        }
    }

    @Test func `a file that was changed, has come or has gone is seen at once`() throws {
        try withTemporaryDirectory { folder in
            let desk = Desk(folder)
            try desk.write("1", to: "a")
            #expect(desk.read() == "1")
            try desk.write("3", to: "a")
            #expect(desk.read() == "3")
            try desk.write("2", to: "b")
            #expect(desk.read() == "3+2")
            try FileManager.default.removeItem(at: folder.appending(path: "b"))
            #expect(desk.read() == "3")
            #expect(desk.count == 4)
            #expect(desk.read(["a"]) == "3")
            #expect(desk.count == 5)
        }
    }

    @Test func `what is wrong with a file is told each time, until it is put right`() throws {
        try withTemporaryDirectory { folder in
            let desk = Desk(folder)
            for _ in 1...2 {
                #expect(desk.read() == nil)
                #expect(desk.problems.problems.map(\.message) == ["there is no a"])
            }
            #expect(desk.count == 1)
            try desk.write("1", to: "a")
            #expect(desk.read() == "1" && desk.problems.isEmpty)
        }
    }

    @Test func `a file that is changed while it is read is read again`() throws {
        try withTemporaryDirectory { folder in
            let file = folder.appending(path: "a")
            try Data("1".utf8).write(to: file)
            let readings = FileReadings()
            var problems = ProblemList()
            var count = 0
            for _ in 1...3 {
                let text = readings.value(of: "a", from: [file.path], problems: &problems) { _ -> String? in
                    count += 1
                    if count == 1 { try? Data("2".utf8).write(to: file) }
                    return FileManager.default.contents(atPath: file.path).map { String(decoding: $0, as: UTF8.self) }
                }
                #expect(text == "2")
            }
            #expect(count == 2)
        }
    }
}
