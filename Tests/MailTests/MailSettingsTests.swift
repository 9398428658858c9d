import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Mail

@Suite struct MailSettingsTests {
    @Test func `a password is read from the environment`() throws {
        let source = SecretSource.environment(name: "STEWARD_MAIL_PASSWORD")
        #expect(try source.resolve { $0 == "STEWARD_MAIL_PASSWORD" ? "pa ss" : nil }.value == "pa ss")
    }

    @Test(arguments: [nil, "", "a\nb", "a\u{0}"] as [String?])
    func `a variable without a password is named`(_ value: String?) {
        let error = #expect(throws: Failure.self) {
            try SecretSource.environment(name: "MAIL_PW").resolve { _ in value }
        }
        #expect(error?.summary.contains("MAIL_PW") == true)
        #expect(error?.exitCode == .usage)
    }

    @Test(arguments: [("pass", "pass"), ("pass\n", "pass"), ("pä ss\r\n", "pä ss"), (" lead", " lead")])
    func `a password is read from a file of its owner`(_ content: String, password: String) throws {
        try withTemporaryDirectory { folder in
            let path = try secretFile(content, mode: 0o600, in: folder)
            #expect(try SecretSource.file(path: path).resolve().value == password)
        }
    }

    @Test(arguments: [0o640, 0o604, 0o660, 0o644, 0o610])
    func `a password file that others may use is refused`(_ mode: Int) throws {
        try withTemporaryDirectory { folder in
            let path = try secretFile("geheim", mode: mode, in: folder)
            let error = #expect(throws: Failure.self) { try SecretSource.file(path: path).resolve() }
            #expect(error?.advice == "Run: chmod 600 '\(path)'")
            #expect(error?.description.contains("geheim") == false)
        }
    }

    @Test func `a password file that is none is refused`() throws {
        try withTemporaryDirectory { folder in
            let empty = try secretFile("\n", mode: 0o600, in: folder)
            let lines = folder.appending(path: "lines").path
            try secretFile("geheim\nx\n", mode: 0o600, in: folder, name: "lines")
            try secretFile(String(repeating: "x", count: 5_000), mode: 0o600, in: folder, name: "large")
            let large = folder.appending(path: "large").path
            for path in [empty, lines, large, folder.path, folder.path + "/missing"] {
                let error = #expect(throws: Failure.self) { try SecretSource.file(path: path).resolve() }
                #expect(error?.summary.contains(path) == true)
                #expect(error?.description.contains("geheim") == false)
            }
        }
    }

    @discardableResult
    private func secretFile(_ content: String, mode: Int, in folder: URL, name: String = "password") throws -> String {
        let path = folder.appending(path: name).path
        try Data(content.utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        return path
    }

    @Test func `a secret cannot be printed`() {
        let secret = Secret("geheim")
        var dumped = ""
        dump(secret, to: &dumped)
        for text in [
            "\(secret)", String(describing: secret), String(reflecting: secret), String(reflecting: [secret]), dumped,
        ] {
            #expect(!text.contains("geheim"))
        }
    }

    @Test(arguments: [
        ("", "host"), ("mail example", "host"), ("mail.example.com/x", "host"), ("mail@evil", "host"),
        ("mail:25", "host"),
        ("[::1", "host"), ("::1/x", "host"), ("mäil.example", "host"), ("a\r\nb", "host"),
    ])
    func `a host that is none is refused`(_ host: String, field: String) {
        let error = #expect(throws: InvalidMail.self) { try SMTPSettings(host: host, tls: .starttls) }
        #expect(error?.faults.map(\.field) == [field])
    }

    @Test func `every fault of the settings is told`() {
        let error = #expect(throws: InvalidMail.self) {
            try SMTPSettings(
                host: "mail.example.com", port: 70_000, tls: .none, caFile: "",
                login: .init(user: "a\nb", password: .environment(name: "X")), clientName: "a b",
                connectTimeoutSeconds: 0,
                replyTimeoutSeconds: 3_601, deliveryTimeoutSeconds: -1)
        }
        #expect(
            error?.faults.map(\.field) == [
                "port", "clientName", "login.user", "tls", "caFile", "connectTimeoutSeconds", "replyTimeoutSeconds",
                "deliveryTimeoutSeconds",
            ])
    }

    @Test(arguments: [
        ("mail.example.com", false), ("192.0.2.1", false), ("127.0.0.1", true), ("localhost", true), ("::1", true),
        ("127.evil.example", false),
    ])
    func `a password crosses no network in the clear`(_ host: String, isAllowed: Bool) {
        let settings = try? SMTPSettings(
            host: host, tls: .none, login: .init(user: "a", password: .environment(name: "X")))
        #expect((settings != nil) == isAllowed)
    }

    @Test func `each kind of connection has its port`() throws {
        let ports = try SMTPSettings.Security.allCases.map { try SMTPSettings(host: "mail.example.com", tls: $0).port }
        #expect(ports == [25, 587, 465])
        #expect(try SMTPSettings(host: "[2001:db8::1]", tls: .implicit).server == "[2001:db8::1]:465")
    }

    @Test func `settings make the transport they name`() throws {
        try withTemporaryDirectory { folder in
            let sender = try EmailAddress("payroll@example.com")
            let toFolder = try MailSettings(delivery: .folder(path: folder.path), sender: sender).makeTransport()
            #expect((toFolder as? FolderTransport)?.path == folder.path)
            let path = try secretFile("x", mode: 0o600, in: folder)
            let login = SMTPSettings.Login(user: "a", password: .file(path: path))
            let smtp = try SMTPSettings(host: "mail.example.com", tls: .starttls, login: login)
            #expect(try MailSettings(delivery: .smtp(smtp), sender: sender).makeTransport() is SMTPTransport)
            try FileManager.default.removeItem(atPath: path)
            #expect(throws: Failure.self) { try MailSettings(delivery: .smtp(smtp), sender: sender).makeTransport() }
        }
    }
}
