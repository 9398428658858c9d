import Foundation

/// A PDF read back by poppler's programs (Debian's package poppler-utils), which know nothing of how it was made.
package struct WrittenPDF {
    /// The words of each page, with spaces where they stand apart.
    package let pages: [String]
    /// What the file says of itself: `Title`, `Pages`, `Page size`, `CreationDate`.
    package let properties: [String: String]

    package static let isReaderInstalled = ["pdftotext", "pdfinfo"].allSatisfy {
        FileManager.default.isExecutableFile(atPath: "/usr/bin/\($0)")
    }

    package struct Unreadable: Error { let words: String }

    package init(_ bytes: [UInt8]) throws {
        (pages, properties) = try withTemporaryDirectory { directory in
            let file = directory.appending(path: "document.pdf")
            try Data(bytes).write(to: file)
            let text = try Self.output("pdftotext", ["-layout", "-enc", "UTF-8", file.path, "-"])
            var pages = text.components(separatedBy: "\u{0C}")
            if pages.last?.isEmpty == true { pages.removeLast() }
            var properties: [String: String] = [:]
            for line in try Self.output("pdfinfo", ["-isodates", file.path]).split(separator: "\n") {
                let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
                if parts.count == 2 { properties[parts[0]] = parts[1] }
            }
            return (pages, properties)
        }
    }

    package var text: String { pages.joined(separator: "\n") }

    /// The rows of a page, each with its words one space apart.
    package func lines(ofPage number: Int) -> [String] {
        pages[number - 1].split(separator: "\n").map {
            $0.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
        }
    }

    private static func output(_ program: String, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/\(program)")
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Unreadable(words: "\(program) refuses the file") }
        return String(decoding: data, as: UTF8.self)
    }
}
