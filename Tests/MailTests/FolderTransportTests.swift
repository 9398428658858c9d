import Foundation
import TestSupport
import Testing

@testable import Mail

@Suite struct FolderTransportTests {
    @Test func `a message becomes a file of its own that only its owner reads`() throws {
        try withTemporaryDirectory { folder in
            let path = folder.appending(path: "var/mail").path
            let message = try sampleMessage().rendered()
            let receipt = try FolderTransport(path: path + "/").deliver(message)
            let file = path + "/20261121T201404Z-5f2c9d@steward.example.eml"
            #expect(receipt.place == .file(path: file))
            #expect(!receipt.wasThere)
            #expect(receipt.reply == nil)
            #expect([UInt8](try Data(contentsOf: URL(filePath: file))) == message.bytes)
            #expect(try FileManager.default.contentsOfDirectory(atPath: path).count == 1)
            #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o600)
            #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o700)
        }
    }

    @Test func `the same message id twice is the same file, whoever delivers it and when`() throws {
        try withTemporaryDirectory { folder in
            let transport = FolderTransport(path: folder.path)
            var message = try sampleMessage()
            let first = try transport.deliver(message.rendered())
            let original = message
            message.date = message.date.adding(seconds: 86_400)
            message.text = "another"
            for again in [transport, FolderTransport(path: folder.path)] {
                let receipt = try again.deliver(message.rendered())
                #expect(receipt.place == first.place)
                #expect(receipt.wasThere)
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 1)
            guard case .file(let path) = first.place else { return }
            #expect([UInt8](try Data(contentsOf: URL(filePath: path))) == (try original.rendered().bytes))
        }
    }

    @Test func `two transports that write the same message at once leave one whole file`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "steward-test-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let message = try sampleMessage(text: String(repeating: "x\n", count: 50_000)).rendered()
        let newCount = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask { try !FolderTransport(path: folder.path).deliver(message).wasThere }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(newCount == 1)
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(files.count == 1)
        #expect([UInt8](try Data(contentsOf: folder.appending(path: try #require(files.first)))) == message.bytes)
    }

    @Test func `a file that was taken away is written again`() throws {
        try withTemporaryDirectory { folder in
            let transport = FolderTransport(path: folder.path)
            let message = try sampleMessage().rendered()
            guard case .file(let path) = try transport.deliver(message).place else { return }
            try FileManager.default.removeItem(atPath: path)
            #expect(try !transport.deliver(message).wasThere)
            try FileManager.default.removeItem(at: folder)
            #expect(try !transport.deliver(message).wasThere)
            #expect(FileManager.default.fileExists(atPath: path))
        }
    }

    @Test func `a folder that cannot be is named with the reason`() throws {
        try withTemporaryDirectory { folder in
            let file = folder.appending(path: "file")
            try Data().write(to: file)
            for path in [file.path, file.path + "/mail"] {
                let message = try sampleMessage().rendered()
                let error = #expect(throws: MailError.self) { try FolderTransport(path: path).deliver(message) }
                guard case .notWritten(_, let reason) = error else {
                    Issue.record("\(String(describing: error))"); return
                }
                #expect(reason == "Not a directory")
                #expect(error?.remedy == .retryLater)
            }
        }
    }

    @Test func `a path that the system refuses leaves nothing behind`() throws {
        try withTemporaryDirectory { folder in
            let path = folder.path + "/" + String(repeating: "x", count: 300)
            let error = #expect(throws: MailError.self) {
                try FolderTransport(path: path).deliver(sampleMessage().rendered())
            }
            #expect(error?.description.contains("File name too long") == true)
            let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(left.isEmpty)
        }
    }
}
