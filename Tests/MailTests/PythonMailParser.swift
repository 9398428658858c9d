import Foundation
import TestSupport
import Testing

@testable import Mail

let testFolder = URL(filePath: #filePath).deletingLastPathComponent()

/// What Python's `email` package reads from a message.
struct ParsedMessage: Decodable {
    struct Address: Decodable, Hashable {
        var name: String
        var address: String
    }
    struct Attachment: Decodable {
        var name: String
        var fallbackName: String
        var mediaType: String
        var disposition: String
        var base64: String
    }
    var headers: [[String]]
    var from: [Address]
    var to: [Address]
    var cc: [Address]
    var replyTo: [Address]
    var subject: String
    var date: String
    var text: String?
    var html: String?
    var attachments: [Attachment]
    var defects: [String]
    var structure: [String]

    func header(_ name: String) -> String? {
        headers.first { $0[0].lowercased() == name.lowercased() }?[1]
    }

    /// Reads the messages with one run of Python.
    static func parse(_ messages: [RenderedMessage]) throws -> [ParsedMessage] {
        try withTemporaryDirectory { folder in
            let files = try messages.enumerated().map { index, message in
                let file = folder.appending(path: "\(index).eml")
                try Data(message.bytes).write(to: file)
                return file.path
            }
            let output = try run("/usr/bin/python3", [testFolder.appending(path: "parse_messages.py").path] + files)
            return try JSONDecoder().decode([ParsedMessage].self, from: output)
        }
    }

    static func parse(_ message: RenderedMessage) throws -> ParsedMessage {
        try #require(try parse([message]).first)
    }
}

struct ProgramFailed: Error {
    var program: String
    var status: Int32
}

@discardableResult
func run(_ program: String, _ arguments: [String]) throws -> Data {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
        throw ProgramFailed(program: program, status: process.terminationStatus)
    }
    return bytes
}
