import Diagnostics
import Testing

@testable import Configuration

/// The text of the key `f` of a file.
private func text(_ yaml: String) throws -> LocatedText {
    let document = try YAMLDocument(text: yaml, shownAs: "a.yaml")
    var problems = ProblemList()
    let text = document.mapping(&problems) { $0.requiredLocatedText("f") }
    #expect(problems.isEmpty)
    return try #require(text)
}

@Suite struct LocatedTextTests {
    @Test(arguments: [
        // A word to look for stands alone in each text, so that its place in the file is known.
        "f: gross * rate + WORD",
        "f: \"gross * rate + WORD\"",
        "f:   'gross * WORD'",
        "f: |\n  if gross > 1000\n    then WORD\n  else 0\n",
        "f: |-\n      if gross\n      WORD",
        "f: >\n  if gross > 1000\n  then WORD\n  else 0\n\n# a comment\n",
        "f: >-\n\n  WORD\n",
        "f: |2\n  if\n  WORD\n",
        "f:\n  if gross > 1000\n    then WORD\n",
        "f: \"if gross\n     then WORD\"",
        "{f: 'if é 👩‍👩‍👧 WORD', g: 1}".replacing(", g: 1", with: ""),
        "f: |\r\n  if gross\r\n  then WORD\r\n",
    ]) func `a word inside a text is found at its place in the file`(yaml: String) throws {
        let located = try text(yaml)
        let lines = located.text.split(separator: "\n", omittingEmptySubsequences: false)
        let line = try #require(lines.firstIndex { $0.contains("WORD") })
        let column = try lines[line].distance(
            from: lines[line].startIndex, to: #require(lines[line].firstRange(of: "WORD")).lowerBound)

        let fileLines = yaml.split(omittingEmptySubsequences: false) { $0.isNewline }
        let fileLine = try #require(fileLines.firstIndex { $0.contains("WORD") })
        let fileColumn = try fileLines[fileLine].distance(
            from: fileLines[fileLine].startIndex, to: #require(fileLines[fileLine].firstRange(of: "WORD")).lowerBound)

        #expect(located.location.line + line == fileLine + 1)
        #expect((located.location.column ?? 0) + column == fileColumn + 1)
    }

    @Test(arguments: [
        ("f: |\n  a\n    b\n\n  c\n\n", "a\n  b\n\nc"),
        ("f: >\n  a\n  b\n", "a\nb"),
        ("f: \"a \\\"b\\\"\"", "a \"b\""),
        ("f: 'it''s'", "it's"),
        ("f: a # a comment", "a"),
        ("f: \"\"", ""),
    ]) func `a text keeps its lines and loses its quotes and indentation`(yaml: String, expected: String) throws {
        #expect(try text(yaml).text == expected)
    }
}
