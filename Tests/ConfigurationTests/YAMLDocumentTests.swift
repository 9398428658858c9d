import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Configuration

/// What is said about a file that is refused as a whole.
private func refusal(_ bytes: [UInt8]) -> [String] {
    do throws(Failure) {
        _ = try YAMLDocument(bytes: bytes, shownAs: "a.yaml")
        return []
    } catch {
        #expect(error.exitCode == .usage)
        return error.problems.map(\.description)
    }
}

private func refusal(_ text: String) -> [String] { refusal(Array(text.utf8)) }

@Suite struct YAMLDocumentTests {
    @Test(arguments: [
        ("", ["a.yaml:1: the file is empty (expected at least one key: value)"]),
        ("# only a comment\n", ["a.yaml:1: the file is empty (expected at least one key: value)"]),
        (
            "a: 1\na: 2\nb:\n  c: 1\n  \"c\": 2\n",
            [
                "a.yaml:2:1: the key \"a\" stands here a second time (first on line 1) (expected each key once)",
                "a.yaml:5:3: the key \"c\" stands here a second time (first on line 4) (expected each key once)",
            ]
        ),
        (
            "a: &x 1\nb: *x\nc: !!str 1\nd: !x {}\n",
            [
                "a.yaml:1:4: the anchor &x is not allowed (expected values written out where they are used)",
                "a.yaml:2:4: the alias *x is not allowed (expected the value itself, written out)",
                "a.yaml:3:4: the tag tag:yaml.org,2002:str is not allowed (expected the value alone; its key says its type)",
                "a.yaml:4:4: the tag !x is not allowed (expected the value alone; its key says its type)",
            ]
        ),
        (
            "a: &x {b: 1}\nc:\n  <<: *x\n",
            [
                "a.yaml:1:4: the anchor &x is not allowed (expected values written out where they are used)",
                "a.yaml:3:7: the alias *x is not allowed (expected the value itself, written out)",
            ]
        ),
        ("a: *x\n", ["a.yaml:1:4: the alias *x is not allowed (expected the value itself, written out)"]),
        (
            "a: 1\n---\na: 2\n",
            ["a.yaml:2:1: a second document begins here (expected one document a file; move it to a file of its own)"]
        ),
        ("%YAML 1.1\n---\na: 1\n", ["a.yaml:1: a YAML directive (%) (expected none; remove the line)"]),
        (
            "? [a, b]\n: 1\n? {c: d}\n: 2\n\"\": 3\n",
            [
                "a.yaml:1:3: a key that is a list is not allowed (expected a name)",
                "a.yaml:3:3: a key that is a mapping is not allowed (expected a name)",
                "a.yaml:5:1: a key that is empty is not allowed (expected a name)",
            ]
        ),
        (
            "a:\n\tb: 1\n  \tc: 2\n",
            [
                "a.yaml:2:1: a tab in the indentation (expected spaces)",
                "a.yaml:3:3: a tab in the indentation (expected spaces)",
            ]
        ),
        (
            "a: x\u{0}y\nb: é\u{7}\nc: x\u{2028}y\nd: x\u{85}\ne: \u{FEFF}z\n",
            [
                "a.yaml:1:5: the control character U+0000 (expected text)",
                "a.yaml:2:5: the control character U+0007 (expected text)",
                "a.yaml:3:5: the invisible line break U+2028 (expected an ordinary line break)",
                "a.yaml:4:5: the invisible line break U+0085 (expected an ordinary line break)",
                "a.yaml:5:4: a byte order mark (U+FEFF) in the middle of the file (expected text; files were joined together, perhaps)",
            ]
        ),
        (
            "a: b: c\n",
            [
                "a.yaml:1:5: not YAML: mapping values are not allowed in this context (expected one key: value a line, evenly indented; quotes around a text that holds a colon and a space)"
            ]
        ),
        (
            "name: Zoë 👩‍👩‍👧: x\n",
            [
                "a.yaml:1:12: not YAML: mapping values are not allowed in this context (expected one key: value a line, evenly indented; quotes around a text that holds a colon and a space)"
            ]
        ),
        (
            "a: @b\n",
            [
                "a.yaml:1:4: not YAML: found character that cannot start any token while scanning for the next token on line 1 (expected quotes around a text that begins with @, ` or %)"
            ]
        ),
        (
            "a: [1, 2\nb: 3\n",
            [
                "a.yaml:2:2: not YAML: did not find expected ',' or ']' while parsing a flow sequence on line 1 (expected the list's closing ])"
            ]
        ),
        (
            "a: \"x\nb: 1\n",
            [
                "a.yaml:3:1: not YAML: found unexpected end of stream while scanning a quoted scalar on line 1 (expected the closing quote)"
            ]
        ),
    ]) func `what Steward's YAML does not have is refused with its place`(text: String, expected: [String]) {
        #expect(refusal(text) == expected)
    }

    @Test func `bytes that are not UTF-8 are each named with their place`() {
        #expect(
            refusal(Array("a: J".utf8) + [0xF6] + Array("rg\nb: Zo".utf8) + [0xC3] + Array("\n".utf8)) == [
                "a.yaml:1:5: the byte 0xF6 is not UTF-8 (expected UTF-8; where the file is Windows-1252: iconv -f WINDOWS-1252 -t UTF-8)",
                "a.yaml:2:6: the byte 0xC3 is not UTF-8 (expected UTF-8; where the file is Windows-1252: iconv -f WINDOWS-1252 -t UTF-8)",
            ])
    }

    @Test func `UTF-16 is recognised and the command that converts it is told`() {
        let bytes: [UInt8] = [0xFF, 0xFE] + "a: 1\n".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        #expect(
            refusal(bytes) == [
                "a.yaml:1:1: the file is in UTF-16 (expected UTF-8; convert it: iconv -f UTF-16 -t UTF-8 a.yaml > converted-file)"
            ])
    }

    @Test func `a byte order mark at the start and CR LF at line ends do not matter`() throws {
        let document = try YAMLDocument(text: "\u{FEFF}a: 1\r\nb: x\r\n", shownAs: "a.yaml")
        var problems = ProblemList()
        let value = document.mapping(&problems) { "\($0.required("a", .integer)) \($0.required("b", .integer))" }
        #expect(value == nil)
        #expect(described(problems) == ["a.yaml:2:4: b \"x\" is not a whole number (expected plain digits)"])
    }

    @Test(arguments: ["[", "{a: ", "- ", "? "]) func `nesting beyond the limit is refused, not met by a crash`(
        opening: String
    ) throws {
        let problem = try #require(refusal(String(repeating: opening, count: 10_000)).first)
        #expect(problem.hasPrefix("a.yaml:1:"))
        #expect(problem.hasSuffix(": values are nested too deep (expected at most 32 levels)"))
    }

    @Test func `32 levels are read`() {
        #expect(refusal(String(repeating: "[", count: 31) + "1" + String(repeating: "]", count: 31)) == [])
        #expect(refusal(String(repeating: "[", count: 32) + "1" + String(repeating: "]", count: 32)).count == 1)
    }

    @Test func `a file that is missing, a folder or too large is refused in a sentence`() throws {
        try withTemporaryDirectory { folder in
            let file = folder.appending(path: "a.yaml").path
            try Data("key: value\n".utf8).write(to: URL(filePath: file))
            func summary(_ path: String, maximumFileBytes: Int = 100) -> String? {
                do throws(Failure) {
                    _ = try YAMLDocument(contentsOf: path, shownAs: "a.yaml", maximumFileBytes: maximumFileBytes)
                    return nil
                } catch {
                    return "\(error.exitCode): \(error.summary)"
                }
            }
            #expect(summary(file) == nil)
            #expect(summary(file, maximumFileBytes: 11) == nil)
            #expect(
                summary(file, maximumFileBytes: 10) == "usage: a.yaml has 11 bytes, more than the 10 that are read.")
            #expect(summary(file + "x") == "notFound: There is no file a.yaml.")
            #expect(summary(folder.path) == "usage: a.yaml is a folder, not a file.")

            var problems = ProblemList()
            #expect(YAMLDocument(contentsOf: file + "x", shownAs: "b.yaml", problems: &problems) == nil)
            try Data("a: 1\na: 2\n".utf8).write(to: URL(filePath: file))
            #expect(YAMLDocument(contentsOf: file, shownAs: "a.yaml", problems: &problems) == nil)
            #expect(
                described(problems) == [
                    "a.yaml:2:1: the key \"a\" stands here a second time (first on line 1) (expected each key once)",
                    "b.yaml: There is no file b.yaml.",
                ])
        }
    }

    @Test func `no text makes the reader fail`() {
        var state: UInt64 = 42
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let pieces = [
            "a", ": ", ":", "- ", "\n", "\n  ", "\n    ", "[", "]", "{", "}", ",", "\"", "'", "|\n", ">\n", "# ", "&x ",
            "*x",
            "!t ", "?", "é", "\\", "%", "---\n", "...\n", "\t", "\r\n", "~", "1",
        ]
        for _ in 0..<3_000 {
            let text = (0..<next(40)).map { _ in pieces[next(pieces.count)] }.joined()
            var problems = ProblemList()
            do throws(Failure) {
                let document = try YAMLDocument(text: text, shownAs: "a.yaml")
                let value = document.mapping(&problems) { map -> Bool? in
                    _ = map.requiredLocatedText("a")
                    return true
                }
                #expect((value == nil) == !problems.isEmpty, "\(text)")
            } catch {
                #expect(!error.problems.isEmpty && error.problems.allSatisfy { $0.location != nil }, "\(text)")
            }
        }
    }
}
