import Testing

@testable import Mail

@Suite struct EmailAddressTests {
    @Test(arguments: [
        "ann@example.com", "a.b+tag@sub.example.co.uk", "o'neil@example.com", "x@localhost",
        "!#$%&'*+-/=?^_`{|}~@example.com", "ann@xn--mller-kva.example",
    ])
    func `an ordinary address is taken as it is`(_ text: String) throws {
        #expect(try EmailAddress(text).address == text)
    }

    @Test func `the domain is lowered and the local part is not`() throws {
        #expect(try EmailAddress("Ann.Smith@EXAMPLE.Com").address == "Ann.Smith@example.com")
    }

    @Test(arguments: [
        ("", "no @"), ("ann", "no @"), ("@example.com", "is empty"), ("ann@", "is empty"), ("a@b@example.com", "holds"),
        (".ann@example.com", "dot"), ("ann.@example.com", "dot"), ("a..b@example.com", "dot"),
        ("ann smith@example.com", "holds"), ("\"ann smith\"@example.com", "quoted"), ("änn@example.com", "SMTPUTF8"),
        ("ann@müller.example", "xn--"), ("ann@[192.0.2.1]", "address literal"), ("ann@-example.com", "begins or ends"),
        ("ann@example-.com", "begins or ends"), ("ann@exa_mple.com", "holds"), ("ann@example..com", "dot"),
        ("ann@example.com.", "dot"), ("ann@example.com\r\nBcc: eve@example.com", "U+000D"),
        ("ann\u{0}@example.com", "U+0000"), ("ann>@example.com", "holds"), ("<ann@example.com", "holds"),
        (String(repeating: "a", count: 65) + "@example.com", "65 bytes"),
        ("a@" + String(repeating: "b", count: 64) + ".com", "63 bytes"),
        ("a@" + String(repeating: "bcdefgh.", count: 40) + "com", "bytes long"),
    ])
    func `a wrong address is refused with its reason`(_ text: String, reason: String) {
        let error = #expect(throws: InvalidMail.self) { try EmailAddress(text, field: "to[0]") }
        #expect(error?.faults.allSatisfy { $0.field == "to[0]" } == true)
        #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
    }

    @Test(arguments: [
        "Ann\r\nBcc: eve@example.com", "Ann\n", "Ann\u{0}", "Ann\tSmith", "Ann\u{85}", "Ann\u{2028}Eve", "\u{7F}",
    ])
    func `a name with a control character is refused`(_ name: String) {
        let error = #expect(throws: InvalidMail.self) { try EmailAddress("ann@example.com", name: name) }
        #expect(error?.description.contains("U+") == true)
        #expect(error?.description.contains("\n") == error?.description.contains("\n1 error"))
    }

    @Test func `both faults of an address are told`() {
        let error = #expect(throws: InvalidMail.self) { try EmailAddress("änn@-x", name: "a\nb") }
        #expect(error?.faults.count == 3)
    }

    @Test(arguments: [
        ("ann@example.com", nil, "ann@example.com"), ("<ann@example.com>", nil, "ann@example.com"),
        ("Ann Müller <ann@example.com>", "Ann Müller", "ann@example.com"),
        ("\"Smith, Ann\" <ann@example.com>", "Smith, Ann", "ann@example.com"),
        ("\"An \\\"x\\\" \\\\\" <ann@example.com>", "An \"x\" \\", "ann@example.com"),
        ("  山田 太郎  <taro@example.jp> ", "山田 太郎", "taro@example.jp"),
    ])
    func `an address with its name is read`(_ text: String, name: String?, address: String) throws {
        let read = try EmailAddress.parse(text)
        #expect(read.name == name)
        #expect(read.address == address)
    }

    @Test(arguments: ["Ann <ann@example.com", "Ann <>", "Ann ann@example.com", "A <a@b.c> <d@e.f>x", "a@b.c, d@e.f"])
    func `a mailbox that is none is refused`(_ text: String) {
        #expect(throws: InvalidMail.self) { try EmailAddress.parse(text) }
    }

    @Test(arguments: [
        "", "a b", "a/b", "../x", "a..b", ".a", "a.", "ä", "a\r\nb", "a@b", "a>b", String(repeating: "a", count: 129),
    ])
    func `a message id keeps to what a header and a file name can hold`(_ local: String) {
        let error = #expect(throws: InvalidMail.self) { try MessageID(localPart: local, domain: "example.com") }
        #expect(error?.faults.first?.field == "messageID")
    }

    @Test func `a message id has the form of the header`() throws {
        #expect(
            try MessageID(localPart: "5f2c-1.a_b+c=", domain: "Example.com").description
                == "<5f2c-1.a_b+c=@example.com>")
    }
}
