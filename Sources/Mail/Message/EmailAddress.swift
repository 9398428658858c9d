/// An e-mail address, checked, with the name to show beside it.
///
/// ```swift
/// try EmailAddress("ann@example.com", name: "Ann Müller")
/// try EmailAddress.parse("Ann Müller <ann@example.com>")
/// ```
///
/// The form is the practical part of RFC 5321 (section 4.1.2): a dot-atom of ASCII, `@`, a host name. Quoted local parts,
/// address literals (`ann@[192.0.2.1]`) and local parts beyond ASCII (RFC 6531) are refused, because servers on the way
/// refuse them. The domain is kept in lower case; the local part as written, for its case may matter to its server.
package struct EmailAddress: Hashable, Sendable {
    package let name: String?
    package let localPart: String
    package let domain: String

    /// Octets (RFC 5321, section 4.5.3.1).
    package static let maximumLocalPartBytes = 64
    package static let maximumDomainBytes = 253
    package static let maximumAddressBytes = 254
    package static let maximumNameBytes = 512

    /// - Parameter field: what to call the address in an error, e.g. `mail.sender`.
    package init(_ address: String, name: String? = nil, field: String = "address") throws(InvalidMail) {
        var faults = FaultList()
        let parts = Self.split(address)
        let local = String(parts.local)
        let domain = String(parts.domain ?? "")
        var shown: String { HeaderText.shown(address) }
        if let control = HeaderText.firstControl(in: address) {
            faults.add(
                field, "\(shown) holds \(HeaderText.name(of: control))", expected: "an address on one line")
        } else if parts.domain == nil {
            faults.add(field, "\(shown) has no @", expected: "name@domain")
        } else {
            if let (message, expected) = Self.faultOfLocalPart(local) {
                faults.add(field, "\(shown): the part before @ \(message)", expected: expected)
            }
            if let (message, expected) = Self.faultOfDomain(domain) {
                faults.add(field, "\(shown): the domain \(message)", expected: expected)
            }
            if address.utf8.count > Self.maximumAddressBytes {
                faults.add(
                    field, "\(shown) is \(address.utf8.count) bytes long",
                    expected: "at most \(Self.maximumAddressBytes)")
            }
        }
        if let name {
            if let control = HeaderText.firstControl(in: name) {
                faults.add(
                    field, "the name \(HeaderText.shown(name)) holds \(HeaderText.name(of: control))",
                    expected: "text on one line without control characters")
            }
            if name.utf8.count > Self.maximumNameBytes {
                faults.add(
                    field, "the name \(HeaderText.shown(name)) is \(name.utf8.count) bytes long",
                    expected: "at most \(Self.maximumNameBytes)")
            }
        }
        try faults.throwIfAny()
        self.localPart = local
        self.domain = domain.lowercased()
        let trimmed = name.map(Self.trimmingSpaces)
        self.name = trimmed?.isEmpty == true ? nil : trimmed
    }

    /// Reads `ann@example.com`, `<ann@example.com>`, `Ann <ann@example.com>` or `"Smith, Ann" <ann@example.com>`.
    package static func parse(_ text: String, field: String = "address") throws(InvalidMail) -> EmailAddress {
        let trimmed = trimmingSpaces(text)
        guard trimmed.hasSuffix(">"), let open = trimmed.lastIndex(of: "<") else {
            return try EmailAddress(trimmed, field: field)
        }
        let address = trimmed[trimmed.index(after: open)...].dropLast()
        var name = trimmingSpaces(String(trimmed[..<open]))
        if name.count >= 2, name.hasPrefix("\""), name.hasSuffix("\"") {
            name = unescaped(name.dropFirst().dropLast())
        }
        return try EmailAddress(String(address), name: name.isEmpty ? nil : name, field: field)
    }

    /// The address without its name: `ann@example.com`.
    package var address: String { "\(localPart)@\(domain)" }

    private static func split(_ address: String) -> (local: Substring, domain: Substring?) {
        guard let at = address.utf8.lastIndex(of: UInt8(ascii: "@")) else { return (address[...], nil) }
        return (address[..<at], address[address.utf8.index(after: at)...])
    }

    private static func faultOfLocalPart(_ local: String) -> (message: String, expected: String?)? {
        if local.isEmpty { return ("is empty", "name@domain") }
        if !local.isASCII {
            return (
                "holds characters beyond ASCII, which most mail servers refuse (SMTPUTF8)",
                "letters a to z, digits and any of !#$%&'*+-/=?^_`{|}~"
            )
        }
        if local.utf8.count > maximumLocalPartBytes {
            return ("is \(local.utf8.count) bytes long", "at most \(maximumLocalPartBytes)")
        }
        if local.utf8.first == UInt8(ascii: "\"") {
            return ("is quoted, which is not supported", "a name without quotes and spaces")
        }
        if local.hasStrayDot {
            return ("has a dot at its start, at its end or beside another dot", "e.g. ann.smith")
        }
        guard let bad = local.utf8.first(where: { !isAtomByte($0) && $0 != UInt8(ascii: ".") }) else { return nil }
        return (
            "holds \(HeaderText.shown(String(UnicodeScalar(bad))))",
            "letters a to z, digits, dots and any of !#$%&'*+-/=?^_`{|}~"
        )
    }

    static func faultOfDomain(_ domain: String) -> (message: String, expected: String?)? {
        if domain.isEmpty { return ("is empty", "name@domain") }
        if !domain.isASCII {
            return (
                "holds characters beyond ASCII", "its ASCII form, which begins with xn-- (the domain's owner knows it)"
            )
        }
        if domain.utf8.first == UInt8(ascii: "[") {
            return ("is an address literal, which is not supported", "a host name")
        }
        if domain.utf8.count > maximumDomainBytes {
            return ("is \(domain.utf8.count) bytes long", "at most \(maximumDomainBytes)")
        }
        let hyphen = UInt8(ascii: "-")
        for label in domain.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
            if label.isEmpty { return ("has a dot at its start, at its end or beside another dot", "e.g. example.com") }
            if label.count > 63 {
                return ("has the part \(HeaderText.shown(String(Substring(label)))) of more than 63 bytes", nil)
            }
            if label.first == hyphen || label.last == hyphen {
                let part = HeaderText.shown(String(Substring(label)))
                return ("has the part \(part), which begins or ends with -", nil)
            }
            if let bad = label.first(where: { !$0.isASCIILetterOrDigit && $0 != hyphen }) {
                return ("holds \(HeaderText.shown(String(UnicodeScalar(bad))))", "letters a to z, digits, - and dots")
            }
        }
        return nil
    }

    /// `atext` of RFC 5322, section 3.2.3.
    static func isAtomByte(_ byte: UInt8) -> Bool {
        byte.isASCIILetterOrDigit || "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
    }

    private static func trimmingSpaces(_ text: String) -> String {
        var rest = text[...]
        while rest.first == " " { rest.removeFirst() }
        while rest.last == " " { rest.removeLast() }
        return String(rest)
    }

    private static func unescaped(_ quoted: Substring) -> String {
        var text = ""
        var isEscaped = false
        for character in quoted {
            if character == "\\", !isEscaped {
                isEscaped = true
            } else {
                text.append(character)
                isEscaped = false
            }
        }
        return text
    }
}

extension EmailAddress: CustomStringConvertible {
    /// `Ann Müller <ann@example.com>`, for people; the message writes it in its own encoding.
    package var description: String {
        guard let name else { return address }
        return "\(name) <\(address)>"
    }
}
