import Foundation

/// Official and third-party figures that are read where they lie and never committed.
package enum Vectors {
    /// The folder of vectors: what `STEWARD_VECTORS` names, or else beside a developer's checkout, when there is one.
    package static let folder: URL? = {
        if let named = ProcessInfo.processInfo.environment["STEWARD_VECTORS"] { return URL(filePath: named) }
        let checkout = repositoryRoot.deletingLastPathComponent()
        let folder = checkout.appending(path: "shared/vectors", directoryHint: .isDirectory)
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }()

    /// The rows of a CSV file of the folder as dictionaries by column name; nil when the file is missing.
    ///
    /// For plain test tables: fields are quoted only to hold commas, and no field holds a line break.
    package static func rows(_ path: String) throws -> [[String: String]]? {
        guard let file = folder?.appending(path: path), FileManager.default.fileExists(atPath: file.path) else {
            return nil
        }
        return try table(file)
    }

    /// The rows of any such CSV file; lines that begin with `#` are comments.
    package static func table(_ file: URL) throws -> [[String: String]] {
        let lines = try String(contentsOf: file, encoding: .utf8).split(whereSeparator: \.isNewline)
            .filter { !$0.hasPrefix("#") }
        guard let header = lines.first.map(fields) else { return [] }
        return lines.dropFirst().map { line in
            Dictionary(zip(header, fields(line)), uniquingKeysWith: { first, _ in first })
        }
    }

    private static func fields(_ line: Substring) -> [String] {
        var fields: [String] = []
        var field = ""
        var isQuoted = false
        for character in line {
            switch character {
            case "\"": isQuoted.toggle()
            case "," where !isQuoted:
                fields.append(field)
                field = ""
            default: field.append(character)
            }
        }
        return fields + [field]
    }
}

/// The root of this checkout.
package let repositoryRoot = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
