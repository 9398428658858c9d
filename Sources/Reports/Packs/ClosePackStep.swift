import Calendars
import Configuration
import Diagnostics
import Foundation
import Jobs
import Ledger
import Mail
import Store

/// The close pack by mail: as a draft before the approval, to the people whom `draft_to` of `config/ledger.yaml` names, and
/// as the last step of the close of a month to those of `pack_to`.
///
/// The message is written in the transaction of the step, so it is sent once for each close; a period that was opened again
/// and closed again has a new one.
package struct ClosePackStep: CloseStep {
    private let edition: Edition

    package enum Edition: Sendable {
        case draft, final
    }

    package var name: String { edition == .draft ? "pack-draft" : "pack" }
    package var title: String { edition == .draft ? "Draft of the close pack mailed" : "Close pack mailed" }
    package var stage: CloseStage { edition == .draft ? .draft : .pack }
    private var field: String { edition == .draft ? "draft_to" : "pack_to" }

    /// A larger workbook is too much for many mail servers: the letter goes without it.
    static let maximumAttachmentBytes = 15_000_000

    package init(_ edition: Edition = .final) {
        self.edition = edition
    }

    private func recipients(_ settings: LedgerSettings) -> [String] {
        edition == .draft ? settings.draftRecipients : settings.packRecipients
    }

    /// Reports addresses of `draft_to` and `pack_to` that are none.
    package static func check(_ settings: LedgerSettings, problems: inout ProblemList) {
        for step in [ClosePackStep(.draft), ClosePackStep()] {
            for recipient in step.recipients(settings) {
                do {
                    _ = try EmailAddress.parse(recipient, field: step.field)
                } catch {
                    problems.add(
                        contentsOf: error.faults.map {
                            Problem(
                                $0.problem.message, expected: $0.problem.expected,
                                at: SourceLocation(file: LedgerSettings.file, line: 0))
                        })
                }
            }
        }
    }

    package func check(_ close: CloseContext, in connection: Connection) throws -> CloseFindings {
        let recipients = recipients(close.settings)
        guard !recipients.isEmpty else {
            return CloseFindings(
                figures: [.init("pack", "not mailed: \(field) of \(LedgerSettings.file) names nobody")])
        }
        var findings = CloseFindings(
            figures: [.init(edition == .draft ? "draft to" : "pack to", recipients.joined(separator: ", "))])
        if close.company.settings.mail == nil {
            findings.add(Company.settingsFile, "says nothing of mail, and the pack is to be mailed")
        }
        for recipient in recipients where (try? EmailAddress.parse(recipient, field: field)) == nil {
            findings.add(LedgerSettings.file, "\(field) \"\(recipient)\" is no address of mail")
        }
        return findings
    }

    package func perform(_ close: CloseContext, in work: RunWork) throws {
        guard try check(close, in: work.connection).isGreen else { return }
        let recipients = try recipients(close.settings).map { try EmailAddress.parse($0, field: field) }
        guard !recipients.isEmpty else { return }
        let pack = try ClosePack.load(
            close.period, company: close.company, at: work.stamp.at, in: work.connection
        ).mailed()
        let bytes = try workbook(of: pack, in: work.connection)
        var letter = pack.letter
        let isTooLarge = bytes.count > Self.maximumAttachmentBytes
        if isTooLarge { letter.closing = pack.closing(withoutAttachmentOf: bytes.count) }
        let key = close.key(name)
        let attachments =
            isTooLarge
            ? [] : [MailAttachment(name: pack.fileName, mediaType: MailAttachment.xlsxMediaType, bytes: bytes)]
        let message = try LetterText(letter).message(
            to: recipients, attachments, key: key, date: close.knownAt, close.company)
        try work.enqueue(message.rendered(), subject: message.subject, effectKey: key)
    }

    /// A larger workbook is not read into memory.
    private static let maximumWorkbookBytes = 100_000_000

    /// Written where nobody looks: a step that is undone leaves no file.
    private func workbook(of pack: ClosePack, in connection: Connection) throws -> [UInt8] {
        let path = FileManager.default.temporaryDirectory.appending(path: "steward-\(UUID().uuidString).xlsx").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try pack.write(to: path, in: connection)
        return try SourceFile.bytes(of: path, shownAs: pack.fileName, maximumFileBytes: Self.maximumWorkbookBytes)
    }
}
