import Calendars
import TestSupport
import Testing

@testable import Daemon

struct AttemptLogTests {
    private let at = Instant(microseconds: 1_000_000)

    private func log(_ pieces: [[UInt8]], maximumLogBytes: Int = 4_096, maximumLineBytes: Int = 64) -> AttemptLog {
        var log = AttemptLog(maximumLogBytes: maximumLogBytes, maximumLineBytes: maximumLineBytes)
        for piece in pieces { log.append(piece, from: .standardOutput, at: at) }
        log.finish(at: at)
        return log
    }

    @Test(arguments: [
        ([""], []), (["a"], ["a"]), (["a\n"], ["a"]), (["a\nb"], ["a", "b"]), (["a", "b\nc", "\n"], ["ab", "c"]),
        (["\n\n"], ["", ""]), (["a\r\nb\rc\n"], ["a", "b\rc"]), (["a\r", "\n"], ["a"]),
    ])
    func `lines are put together from pieces`(pieces: [String], lines: [String]) {
        #expect(log(pieces.map { Array($0.utf8) }).lines.map(\.text) == lines)
    }

    @Test func `the streams are not mixed within a line`() {
        var log = AttemptLog()
        log.append(Array("out ".utf8), from: .standardOutput, at: at)
        log.append(Array("error\n".utf8), from: .standardError, at: at)
        #expect(log.lines(after: 0) == [AttemptLog.Line(number: 1, at: at, stream: .standardError, text: "error")])
        log.append(Array("put\n".utf8), from: .standardOutput, at: at)
        #expect(log.lines.map(\.text) == ["error", "out put"])
        #expect(log.lines.map(\.stream) == [.standardError, .standardOutput])
    }

    @Test func `a character that comes in two pieces is whole, and what is not UTF-8 is repaired`() {
        let euro = Array("€".utf8)
        #expect(log([[euro[0]], [euro[1], euro[2], 10]]).lines.map(\.text) == ["€"])
        #expect(log([[0x61, 0xFF, 0x62, 10]]).lines.map(\.text) == ["a\u{FFFD}b"])
        #expect(log([[0x61, euro[0], euro[1]]]).lines.map(\.text) == ["a\u{FFFD}"])
    }

    @Test(arguments: ["x", "é", "€", "𝄞"])
    func `a long line is split between characters, each part within the bound`(character: String) {
        let text = String(repeating: character, count: 200)
        let lines = log([Array(text.utf8) + [10]]).lines
        #expect(lines.map(\.text).joined() == text)
        #expect(lines.allSatisfy { $0.text.utf8.count <= 64 && !$0.text.contains("\u{FFFD}") })
        #expect(lines.dropLast().allSatisfy { $0.text.utf8.count > 60 })
    }

    @Test func `a line that never ends takes no more memory than one line`() {
        var splitter = LineSplitter(maximumLineBytes: 64)
        var count = 0
        for _ in 0..<1_000 { count += splitter.add([UInt8](repeating: 0x80, count: 100)).count }
        #expect(count == 100_000 / 64)
        #expect((splitter.rest?.unicodeScalars.count ?? 0) <= 64)
    }

    @Test func `of a long log the first and the newest half are kept, and a line says what is missing`() {
        let all = (0..<1_000).map { "line \($0)" }
        let kept = log([Array(all.joined(separator: "\n").utf8)], maximumLogBytes: 1_024, maximumLineBytes: 64)
        let lines = kept.lines.map(\.text)
        let note = try? #require(kept.lines.firstIndex { $0.stream == nil })
        guard let note else { return }
        #expect(Array(lines[..<note]) == Array(all.prefix(note)))
        #expect(Array(lines[(note + 1)...]) == Array(all.suffix(lines.count - note - 1)))
        #expect(lines[note] == "[\(kept.leftOutNumbers.count) lines with \(kept.leftOutBytes) bytes are left out here]")
        #expect(kept.leftOutNumbers.count == all.count - (lines.count - 1))
        let numbers = kept.lines.filter { $0.stream != nil }.map(\.number)
        #expect(numbers == Array(1...1_000).filter { !kept.leftOutNumbers.contains($0) })
        let bytes = lines.indices.filter { $0 != note }.reduce(0) { $0 + lines[$1].utf8.count + 1 }
        #expect((900...1_024).contains(bytes))
        let total = all.reduce(0) { $0 + $1.utf8.count + 1 }
        #expect(bytes + kept.leftOutBytes == total)
    }

    @Test func `a copy that is continued again and again has what the log has, but for what it leaves out`() {
        var log = AttemptLog(maximumLogBytes: 1_024, maximumLineBytes: 64)
        var copy: [Int: AttemptLog.Line] = [:]
        var count = 0
        for piece in 0..<200 {
            log.append(Array("line \(piece * 2)\nline \(piece * 2 + 1)\n".utf8), from: .standardOutput, at: at)
            guard piece % 3 == 0 || piece == 199 else { continue }
            let next = log.continuation(after: count)
            #expect(next.lines.allSatisfy { $0.number > count } && next.lines.last?.number == log.lineCount)
            for line in next.lines { copy[line.number] = line }
            for number in next.leftOutNumbers { copy[number] = nil }
            count = next.lineCount
        }
        #expect(log.leftOutNumbers.count > 200)
        #expect(copy.values.sorted { $0.number < $1.number } == log.lines.filter { $0.stream != nil })
        #expect(log.continuation(after: count).lines.isEmpty)
    }

    @Test func `random bytes in random pieces never break the bounds, and the pieces make no difference`() {
        var random = SplitMix64(state: 7)
        for _ in 0..<50 {
            let bytes = (0..<Int.random(in: 0...5_000, using: &random)).map { _ in
                UInt8.random(in: 0...3, using: &random) == 0 ? 10 : UInt8.random(in: 0...255, using: &random)
            }
            var pieces: [[UInt8]] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Int.random(in: 1...min(300, rest.count), using: &random)
                pieces.append(Array(rest.prefix(count)))
                rest = rest.dropFirst(count)
            }
            let whole = log([bytes], maximumLogBytes: 2_048, maximumLineBytes: 32)
            let pieced = log(pieces, maximumLogBytes: 2_048, maximumLineBytes: 32)
            #expect(whole.lines == pieced.lines)
            #expect(pieced.lines.reduce(0) { $0 + $1.text.utf8.count } <= 2_048 + 80)
        }
    }
}
