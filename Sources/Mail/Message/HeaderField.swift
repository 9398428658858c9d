/// One more header of a message: `List-Unsubscribe: <https://example.com/u/8c1f>`.
package struct HeaderField: Hashable, Sendable {
    package var name: String
    /// Text on one line. What is not ASCII is written as RFC 2047 encoded words.
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    package static let maximumNameBytes = 76

    /// Headers that the message writes itself, or that only servers may write.
    private static let reserved: Set<String> = [
        "auto-submitted", "bcc", "cc", "date", "from", "message-id", "mime-version", "received", "reply-to",
        "return-path", "sender", "subject", "to",
    ]

    func check(as field: String, into faults: inout FaultList) {
        let shown = HeaderText.shown(name)
        // ftext of RFC 5322, section 3.6.8: printable ASCII without the colon.
        if name.isEmpty || !name.utf8.allSatisfy({ (33...126).contains($0) && $0 != UInt8(ascii: ":") }) {
            faults.add(
                "\(field).name", "\(shown) is not a header's name", expected: "printable ASCII without : and space")
        } else if name.utf8.count > Self.maximumNameBytes {
            faults.add(
                "\(field).name", "\(shown) is \(name.utf8.count) bytes long",
                expected: "at most \(Self.maximumNameBytes)")
        } else if Self.reserved.contains(name.lowercased()) || name.lowercased().hasPrefix("content-") {
            faults.add(
                "\(field).name", "\(shown) is written by the message itself",
                expected: "another header, or that property")
        }
        if let control = HeaderText.firstControl(in: value) {
            faults.add(
                "\(field).value", "\(HeaderText.shown(value)) of \(shown) holds \(HeaderText.name(of: control))",
                expected: "text on one line without control characters")
        } else if HeaderFolding.longestLine(name: name, asciiValue: value) > HeaderFolding.maximumLineBytes {
            faults.add(
                "\(field).value",
                "\(HeaderText.shown(value)) of \(shown) has a word that does not fit a line",
                expected: "words of at most \(HeaderFolding.maximumLineBytes - name.utf8.count - 2) bytes")
        }
    }
}
