import Calendars
import CompanyFixtures
import Diagnostics
import Foundation
import Jobs
import Mail
import Store
import TestSupport
import Testing

@testable import Reports

/// Several reports in one mail: their letter, their zip, their password, and what becomes of too much.
@Suite(.serialized) struct DeliveryTests {
    private struct Sent {
        var subject: String
        /// The message without the attachments' lines being joined: headers, texts, names of files.
        var content: String
        var attachments: [String: Data]
    }

    /// A job with these parameters in the place of the close pack's, run once for April.
    private static func send(
        _ database: Database = .sqlite, _ parameters: [String: String], edit: [String: (String) -> String] = [:],
        _ body: (DemoCompany, RunRecord, Sent) throws -> Void
    ) throws {
        let job: (String) -> String = { _ in
            "job: close-pack\nkind: report.send\ndescription: Reports by mail\nperiod: month\nparameters:\n"
                + parameters.sorted { $0.key < $1.key }.map { "  \($0.key): \"\($0.value)\"\n" }.joined()
        }
        var edit = edit
        edit["jobs/close-pack.yaml"] = job
        try StandardReports.withCompany(database, edit: edit) { demo in
            let run = try demo.run("close-pack", "2026-04")
            #expect(run.state == .succeeded)
            let sent = try demo.store.read { connection in
                try connection.all("SELECT subject, content FROM outbox_message") {
                    (try $0.text(0), Data(try $0.blob(1)))
                }
            }
            #expect(sent.count == 1)
            let message = try ReadMessage(sent[0].1)
            try body(demo, run, Sent(subject: sent[0].0, content: message.text, attachments: message.attachments))
        }
    }

    @Test(arguments: Database.available)
    func `several reports travel in one zip with the letter of the company`(database: Database) throws {
        let parameters = [
            "report": "profit-and-loss, balance-sheet, cash-flow", "to": "ann@example.com", "letter": "month-end",
            "format": "csv", "zip": "true",
        ]
        var zips: [Data] = []
        try Self.send(database, parameters) { demo, run, sent in
            #expect(sent.subject.hasPrefix("Thistle & Tide Ltd, April 2026: profit GBP "), "\(sent.subject)")
            #expect(sent.subject.contains(", net assets GBP "))
            for words in ["Profit and loss, April 2026, in GBP\n", "  Cash at the end: GBP ", "--report NAME"] {
                #expect(sent.content.contains(words), "\(words): \(sent.content)")
            }
            #expect(Array(sent.attachments.keys) == ["close-pack-2026-04.zip"])
            zips.append(try #require(sent.attachments.values.first))
            let file = demo.directory.appending(path: "var/reports/close-pack-2026-04.zip")
            #expect(try Data(contentsOf: file) == zips[0])
            let list = try output("unzip", ["-Z1", file.path])
            #expect(list == "profit-and-loss-2026-04.csv\nbalance-sheet-2026-04.csv\ncash-flow-2026-04.csv\n")
            // What the letter says is what the report says, and what is made again from the run.
            let users = try UserDirectory.load(for: demo.company)
            let engine = try SentReport.engine(
                of: run, report: "balance-sheet", person: "morag", company: demo.company, users: users)
            let outcome = try engine.render(to: CollectingRenderer(), in: demo.store)
            let net = try #require(outcome.end.figures.first { $0.name == "net_assets" })
            #expect(sent.subject.hasSuffix("net assets \(net.text)"))
            let failure = refusal {
                _ = try SentReport.engine(of: run, person: "morag", company: demo.company, users: users)
            }
            #expect(failure?.advice?.contains("--report: profit-and-loss, balance-sheet, cash-flow") == true)
        }
        try Self.send(database, parameters) { _, _, sent in
            #expect(sent.attachments.values.first == zips[0], "another making gives the same bytes")
        }
    }

    @Test func `without a letter of the company's the mail names each report`() throws {
        try Self.send(.sqlite, ["report": "trial-balance, balance-sheet", "to": "ann@example.com"]) { _, _, sent in
            #expect(sent.subject == "Trial balance, Balance sheet April 2026")
            #expect(sent.content.contains("Trial balance: Debits"))
            #expect(Set(sent.attachments.keys) == ["trial-balance-2026-04.xlsx", "balance-sheet-2026-04.xlsx"])
        }
    }

    @Test(arguments: ["1", "18000"])
    func `what is too large stays where it is and is named with its digest`(kilobytes: String) throws {
        let isKept = kilobytes == "1"
        let parameters = ["report": "trial-balance", "to": "ann@example.com", "maximum_kb": kilobytes]
        for letter in ["", "month-end"] {
            let more = letter.isEmpty ? [:] : ["letter": letter]
            let own: (String) -> String = {
                $0.replacing("{{profit-and-loss.profit}}", with: "{{debits}}")
                    .replacing("{{balance-sheet.net_assets}}", with: "{{trial-balance.credits}}")
            }
            try Self.send(
                .sqlite, parameters.merging(more) { $1 },
                edit: ["config/letters/month-end.mustache": own, Self.monthEnd: Self.less]
            ) { demo, _, sent in
                #expect(sent.attachments.isEmpty == isKept)
                let file = demo.directory.appending(path: "var/reports/trial-balance-2026-04.xlsx").path
                let digest = try output("sha256sum", [file]).prefix(64)
                #expect(sent.content.contains("SHA-256 \(digest)") == isKept)
                #expect(sent.content.contains("var/reports/trial-balance-2026-04.xlsx") == isKept)
            }
        }
    }

    @Test func `what is too large can be refused, and then nothing is sent`() throws {
        let job: (String) -> String = { _ in
            """
            job: close-pack
            kind: report.send
            description: A report by mail
            period: month
            parameters: {report: trial-balance, to: ann@example.com, maximum_kb: "1", too_large: refuse}
            """
        }
        try StandardReports.withCompany(edit: ["jobs/close-pack.yaml": job]) { demo in
            let failure = refusal { try demo.run("close-pack", "2026-04") }
            #expect(failure?.summary.contains("too large for a mail") == true, "\(failure as Any)")
            let count = try demo.store.read { try $0.first("SELECT COUNT(*) FROM outbox_message") { try $0.int(0) } }
            #expect(count == 0)
        }
    }

    @Test(.enabled(if: EncryptedReader.isInstalled, "qpdf is not installed"))
    func `a PDF is opened by its password, and holds what the report holds`() throws {
        try withTemporaryDirectory { directory in
            let password = directory.appending(path: "password").path
            _ = FileManager.default.createFile(
                atPath: password, contents: Data("pâss wörd\n".utf8), attributes: [.posixPermissions: 0o600])
            try Self.send(
                .sqlite,
                [
                    "report": "payroll-cost", "to": "ann@example.com", "format": "pdf", "password_file": password,
                ]
            ) { demo, run, sent in
                let bytes = try #require(sent.attachments["payroll-cost-2026-04.pdf"])
                let file = directory.appending(path: "sent.pdf")
                try bytes.write(to: file)
                #expect(throws: (any Error).self) { _ = try WrittenPDF([UInt8](bytes)) }
                let encryption = try output("qpdf", ["--show-encryption", "--password=pâss wörd", file.path])
                #expect(encryption.contains("R = 6") && encryption.contains("AESv3"), "\(encryption)")
                let open = directory.appending(path: "open.pdf").path
                _ = try output("qpdf", ["--decrypt", "--password=pâss wörd", file.path, open])
                let text = try WrittenPDF([UInt8](Data(contentsOf: URL(filePath: open)))).text
                #expect(text.contains("BRS-BOARD") && text.contains("run \(run.id)"))
                #expect(!sent.content.contains("wörd"))
                // Unencrypted it is nowhere in the company.
                let left = try FileManager.default.contentsOfDirectory(
                    atPath: demo.directory.appending(path: "var/reports").path)
                #expect(left == ["payroll-cost-2026-04.pdf"])
            }
        }
    }

    @Test(arguments: [
        (["report": "trial-balance, close-pack"], "the report close-pack is mailed by itself"),
        (["report": "trial-balance, trial-balance"], "the report trial-balance is named twice"),
        (["report": "trial-balance, payroll-cots"], "did you mean \"payroll-cost\""),
        (["report": " , "], "no report is named"),
        (["report": "trial-balance", "zip": "yes"], "zip: \"yes\" (expected true or false)"),
        (["report": "trial-balance", "maximum_kb": "20000"], "maximum_kb: \"20000\""),
        (["report": "trial-balance", "too_large": "cut"], "too_large: \"cut\" (expected keep or refuse)"),
        (
            ["report": "trial-balance", "letter": "month-ned"],
            "there is no letter \"month-ned\"; did you mean \"month-end\"?"
        ),
        (
            ["report": "trial-balance", "letter": "month-end"],
            "config/letters/month-end.mustache:4:47: the letter names \"profit-and-loss.profit\""
        ),
        (["report": "trial-balance", "password_file": "config/company.yaml"], "only a PDF can be encrypted"),
        (["report": "trial-balance", "format": "pdf", "password_file": "nowhere"], "there is no file nowhere"),
        (["report": "trial-balance, payroll-cost", "set": "limit=3"], "the reports have no parameter \"limit\""),
        (
            ["report": "trial-balance, payroll-cost", "to": "cost-centre-managers"],
            "trial-balance has no rows of one's own"
        ),
    ])
    func `what cannot be sent is told before there is a run`(parameters: [String: String], problem: String) throws {
        let lines = parameters.merging(["to": "ann@example.com"]) { given, _ in given }
            .sorted { $0.key < $1.key }.map { "  \($0.key): '\($0.value)'" }.joined(separator: "\n")
        let job: (String) -> String = { _ in
            "job: close-pack\nkind: report.send\ndescription: A\nperiod: month\nparameters:\n\(lines)\n"
        }
        try DemoCompany.with(hasPeople: false, edit: ["jobs/close-pack.yaml": job]) { demo in
            let failure = refusal { try demo.run("close-pack", "2026-04") }
            #expect(failure?.description.contains(problem) == true, "\(failure as Any)")
        }
    }

    private static let monthEnd = "jobs/month-end-reports.yaml"
    /// The demo's own job of that letter would no longer fit it.
    private static let less: @Sendable (String) -> String = { $0.replacing("  letter: month-end\n", with: "") }
}

/// What a message is made of, read by Python's own mail package.
private struct ReadMessage {
    let text: String
    let attachments: [String: Data]

    init(_ message: Data) throws {
        (text, attachments) = try withTemporaryDirectory { directory in
            let file = directory.appending(path: "message.eml")
            try message.write(to: file)
            let script = """
                import email, email.policy, sys
                message = email.message_from_binary_file(open(sys.argv[1], 'rb'), policy=email.policy.default)
                sys.stdout.write(message.get_body(('plain',)).get_content())
                for part in message.iter_attachments():
                    open(sys.argv[2] + '/attached-' + part.get_filename(), 'wb').write(part.get_content())
                """
            let text = try output("python3", ["-I", "-c", script, file.path, directory.path])
            var attachments: [String: Data] = [:]
            for name in try FileManager.default.contentsOfDirectory(atPath: directory.path)
            where name.hasPrefix("attached-") {
                attachments[String(name.dropFirst("attached-".count))] = try Data(
                    contentsOf: directory.appending(path: name))
            }
            return (text, attachments)
        }
    }
}

private enum EncryptedReader {
    static let isInstalled =
        WrittenPDF.isReaderInstalled && FileManager.default.isExecutableFile(atPath: "/usr/bin/qpdf")
}

/// What a program of the machine prints.
private func output(_ program: String, _ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/\(program)")
    process.arguments = arguments
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure(.failed, "\(program) failed") }
    return String(decoding: data, as: UTF8.self)
}
