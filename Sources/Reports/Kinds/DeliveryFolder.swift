import Configuration
import Crypto
import Diagnostics
import Foundation
import Jobs
import Mail

/// Where the files lie that a run mails: `var/reports`, or for a dry run a folder that goes when it ends.
struct DeliveryFolder {
    static let shownPath = "var/reports"

    private let directory: String
    private let isTemporary: Bool

    init(_ run: Run) throws {
        isTemporary = run.isRehearsal
        if run.isRehearsal {
            directory = FileManager.default.temporaryDirectory.appending(path: "steward-\(UUID().uuidString)").path
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } else {
            try run.company.makeFolder(Self.shownPath)
            directory = run.company.path(Self.shownPath)
        }
    }

    /// Takes away what a dry run made.
    func close() {
        if isTemporary { try? FileManager.default.removeItem(atPath: directory) }
    }

    func path(_ name: String) -> String { "\(directory)/\(name)" }

    /// A file that was written there.
    func file(_ name: String, _ mediaType: String) throws -> DeliveredFile {
        guard let reading = FileHandle(forReadingAtPath: path(name)) else {
            throw Failure(.failed, "\(Self.shownPath)/\(name) cannot be read.", advice: "Check who may read it.")
        }
        defer { try? reading.close() }
        var hash = SHA256()
        var size = 0
        while let part = try reading.read(upToCount: 1 << 20), !part.isEmpty {
            hash.update(data: part)
            size += part.count
        }
        return DeliveredFile(
            name: name, path: path(name), shownPath: "\(Self.shownPath)/\(name)", mediaType: mediaType, byteCount: size,
            sha256: hash.finalize().hexText)
    }
}

/// A file that travels with a mail, or of which the mail says where it lies.
struct DeliveredFile {
    var name: String
    var path: String
    /// As people are told: below the company directory.
    var shownPath: String
    var mediaType: String
    var byteCount: Int
    var sha256: String

    func attachment() throws(Failure) -> MailAttachment {
        MailAttachment(
            name: name, mediaType: mediaType,
            bytes: try SourceFile.bytes(
                of: path, shownAs: shownPath, maximumFileBytes: MailLimits.standard.maximumAttachmentBytes))
    }
}
