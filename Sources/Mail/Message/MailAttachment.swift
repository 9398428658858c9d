/// A file that travels with a message.
package struct MailAttachment: Hashable, Sendable {
    /// The file's name as its receiver sees it: any Unicode, no path.
    package var name: String
    /// Type and subtype without parameters: `application/pdf`.
    package var mediaType: String
    package var bytes: [UInt8]

    package init(name: String, mediaType: String, bytes: [UInt8]) {
        self.name = name
        self.mediaType = mediaType
        self.bytes = bytes
    }

    package static let xlsxMediaType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    package static let maximumNameBytes = 255

    func check(as field: String, maximumBytes: Int, into faults: inout FaultList) {
        let shown = HeaderText.shown(name)
        if name.isEmpty || name == "." || name == ".." {
            faults.add("\(field).name", "\(shown) is not a file name", expected: "e.g. register.xlsx")
        }
        if name.utf8.count > Self.maximumNameBytes {
            faults.add(
                "\(field).name", "\(shown) is \(name.utf8.count) bytes long",
                expected: "at most \(Self.maximumNameBytes)")
        }
        if let control = name.unicodeScalars.first(where: {
            HeaderText.isControl($0) || HeaderText.isDirectionOverride($0)
        }) {
            faults.add(
                "\(field).name", "\(shown) holds \(HeaderText.name(of: control))",
                expected: "a name without control characters")
        }
        if name.unicodeScalars.contains(where: { $0 == "/" || $0 == "\\" }) {
            faults.add("\(field).name", "\(shown) holds a path separator", expected: "a name without / and \\")
        }
        if !Self.isMediaType(mediaType) {
            faults.add(
                "\(field).mediaType", "\(HeaderText.shown(mediaType)) is not a media type",
                expected: "type/subtype without parameters, e.g. application/pdf")
        }
        if bytes.count > maximumBytes {
            faults.add(
                field, "\(shown) is \(bytes.count) bytes long",
                expected: "at most \(maximumBytes) (maximumAttachmentBytes)")
        }
    }

    /// RFC 6838, section 4.2: `restricted-name "/" restricted-name`, 127 bytes each.
    private static func isMediaType(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        // A part that is itself `multipart` or `message` may not be encoded as base64 (RFC 2045, section 6.4).
        guard parts.count == 2, !["multipart", "message"].contains(parts[0].lowercased()) else { return false }
        return parts.allSatisfy { part in
            (1...127).contains(part.utf8.count) && part.utf8.first?.isASCIILetterOrDigit == true
                && part.utf8.allSatisfy { $0.isASCIILetterOrDigit || "!#$&-^_.+".utf8.contains($0) }
        }
    }
}
