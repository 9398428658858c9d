import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Files

struct WholeFileTests {
    private func names(_ directory: URL) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
    }

    @Test func `a file has its name when it is whole, for its owner alone`() throws {
        try withTemporaryDirectory { directory in
            let path = directory.appending(path: "a.csv").path
            try Data("old".utf8).write(to: URL(filePath: path))
            let file = try WholeFile(path: path)
            try file.write(Array("new".utf8))
            try file.write(Array(repeating: UInt8(ascii: "x"), count: 100_000))
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
            #expect(try names(directory) == [".a.csv.partial", "a.csv"])
            try file.publish()
            #expect(try Data(contentsOf: URL(filePath: path)).count == 100_003)
            #expect(try names(directory) == ["a.csv"])
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
    }

    @Test func `what is given up leaves the old file and nothing else`() throws {
        try withTemporaryDirectory { directory in
            let path = directory.appending(path: "a.csv").path
            try Data("old".utf8).write(to: URL(filePath: path))
            for isDiscarded in [true, false] {
                let file = try WholeFile(path: path)
                try file.write(Array("new".utf8))
                if isDiscarded { file.discard() }
            }
            #expect(try names(directory) == ["a.csv"])
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
        }
    }

    @Test func `what a killed process left is taken over, also where it is longer`() throws {
        try withTemporaryDirectory { directory in
            try Data(repeating: 7, count: 1_000).write(to: directory.appending(path: ".a.csv.partial"))
            let path = directory.appending(path: "a.csv").path
            let file = try WholeFile(path: path)
            try file.write(Array("new".utf8))
            try file.publish()
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "new")
        }
    }

    @Test func `a new file never takes the place of another`() throws {
        try withTemporaryDirectory { directory in
            let path = directory.appending(path: "a.csv").path
            let file = try WholeFile(path: path, isNew: true)
            try file.write(Array("first".utf8))
            try file.publish()
            #expect(try names(directory) == ["a.csv"])
            #expect(throws: FileError.exists(path: path)) { _ = try WholeFile(path: path, isNew: true) }
            // One that came while it was written stays, and so does where a link leads.
            let other = directory.appending(path: "b.csv").path
            let late = try WholeFile(path: other, isNew: true)
            try Data("meanwhile".utf8).write(to: URL(filePath: other))
            #expect(throws: FileError.exists(path: other)) { try late.publish() }
            #expect(try String(contentsOfFile: other, encoding: .utf8) == "meanwhile")
            #expect(try names(directory) == ["a.csv", "b.csv"])
            let link = directory.appending(path: "c.csv").path
            #expect(symlink("nowhere", link) == 0)
            #expect(throws: FileError.exists(path: link)) { _ = try WholeFile(path: link, isNew: true) }
        }
    }

    @Test func `a finished file that still has its other name is left alone`() throws {
        try withTemporaryDirectory { directory in
            let path = directory.appending(path: "a.csv").path
            try Data("whole".utf8).write(to: URL(filePath: path))
            #expect(link(path, directory.appending(path: ".a.csv.partial").path) == 0)
            try WholeFile(path: path).discard()
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "whole")
            #expect(try names(directory) == ["a.csv"])
        }
    }

    @Test func `one file has one writer`() throws {
        try withTemporaryDirectory { directory in
            let path = directory.appending(path: "a.csv").path
            let first = try WholeFile(path: path)
            #expect(throws: FileError.beingWritten(path: path)) { _ = try WholeFile(path: path) }
            try first.publish()
            #expect(throws: Never.self) { try WholeFile(path: path).publish() }
        }
    }

    @Test(arguments: [
        ("/dev/full", "it is not a regular file"), ("/dev/shm", "it is not a regular file"),
        ("/no/such/folder/a.csv", "No such file or directory"), ("folder/", "it is not the name of a file"),
        ("", "it is not the name of a file"), ("a\u{0}b", "it is not the name of a file"),
    ])
    func `what cannot be a file is refused and left alone`(path: String, reason: String) throws {
        #expect(throws: FileError.cannotWrite(path: path, reason: reason)) { _ = try WholeFile(path: path) }
    }

    @Test func `a full disk is told while bytes go out`() throws {
        let full = open("/dev/full", O_WRONLY)
        defer { close(full) }
        #expect(throws: FileError.cannotWrite(path: "out", reason: "No space left on device")) {
            try WholeFile.write([1, 2, 3], to: full, called: "out")
        }
    }
}
