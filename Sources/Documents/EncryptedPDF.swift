import CQPDF
import Diagnostics
import Files

/// A PDF that takes a password to be opened: AES with 256 bits (ISO 32000-2, 7.6.4, revision 6), by qpdf.
///
/// Keys and salts are random, as they must be, so the same document never gives the same bytes twice. What is compared
/// and made again is the document before it is encrypted.
package enum EncryptedPDF {
    /// More bytes of UTF-8 do not count (ISO 32000-2, 7.6.4.3.3).
    package static let maximumPasswordBytes = 127

    /// Why qpdf cannot be used, in the loader's words; nil once it is loaded.
    private static let failureToLoad: String? = steward_qpdf_load().map { String(cString: $0) }

    private static let messageBytes = 500

    /// Encrypts a document; the file appears at its path when it is whole.
    package static func write(_ document: [UInt8], password: String, to path: String) throws {
        if let reason = failureToLoad {
            throw Failure(
                .failed, "PDF files cannot be encrypted: the library qpdf cannot be loaded (\(reason)).",
                advice: "Install it: apt-get install qpdf")
        }
        guard (1...maximumPasswordBytes).contains(password.utf8.count) else {
            throw Failure(
                .usage, "The password of the PDF has \(password.utf8.count) bytes.",
                advice: "Choose one of 1 to \(maximumPasswordBytes) bytes.")
        }
        let file = try WholeFile(path: path)
        var message = [CChar](repeating: 0, count: messageBytes)
        let failed = document.withUnsafeBytes { bytes in
            steward_qpdf_encrypt(
                bytes.bindMemory(to: CChar.self).baseAddress, UInt64(bytes.count), password, file.partialPath, &message,
                message.count)
        }
        guard failed == 0 else {
            file.discard()
            let reason = String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            throw FileError.cannotWrite(path: path, reason: reason)
        }
        try file.publish()
    }
}
