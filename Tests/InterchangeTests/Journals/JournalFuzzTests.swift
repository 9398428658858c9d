import TestSupport
import Testing

@testable import Interchange

/// Whatever stands in a file, the reading ends with transactions or with problems, never with the program.
@Suite struct JournalFuzzTests {
    @Test(arguments: TextJournalFormat.allCases, 0..<4)
    func `random bytes are refused`(format: TextJournalFormat, seed: UInt64) throws {
        var numbers = SplitMix64(state: seed)
        for _ in 0..<200 {
            let count = Int.random(in: 0...400, using: &numbers)
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &numbers) }
            _ = try JournalReading(format, bytes: bytes)
        }
    }

    @Test(arguments: TextJournalFormat.allCases, 0..<4)
    func `random words of the language are read or refused`(format: TextJournalFormat, seed: UInt64) throws {
        let words = [
            "2026-01-02", " ", "  ", "\n", "\n  ", "Assets:A", "a", "5", "-5.00", "1,000", "USD", "$", "\"", "{", "}",
            "{{",
            "}}", "@", "@@", "=", "==", "=*", "(", ")", "[", "]", ";", "*", "!", "txn", "open", "balance", "pad",
            "include",
            "comment", "end comment", "apply account x", "end", "alias a=b", "commodity", "format", "D", "P", "Y", "A",
            "~",
            "|", "#t", "^l", "key: v", "\t", "\r\n", "é", "1E9", "1e-30", ".", ",",
            "99999999999999999999999999999999999",
            "0.000000000000000001", "/", "option", "plugin", "pushtag", "account",
        ]
        var numbers = SplitMix64(state: seed)
        for _ in 0..<300 {
            let count = Int.random(in: 1...120, using: &numbers)
            let text = (0..<count).compactMap { _ in words.randomElement(using: &numbers) }.joined()
            let journal = try JournalReading(format, text)
            guard journal.problems.isEmpty else { continue }
            // What was read can be written in every format.
            for other in TextJournalFormat.allCases { _ = journal.written(as: other) }
        }
    }

    @Test(arguments: JournalSamples.all)
    func `mutated journals are read or refused`(sample: JournalSamples.Sample) throws {
        var numbers = SplitMix64(state: 7)
        let original = Array(sample.text.utf8)
        for _ in 0..<300 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...6, using: &numbers) {
                let place = Int.random(in: 0..<bytes.count, using: &numbers)
                switch Int.random(in: 0..<4, using: &numbers) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &numbers)
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(bytes.randomElement(using: &numbers) ?? 0, at: place)
                default: bytes.removeSubrange(place..<min(bytes.count, place + 40))
                }
                if bytes.isEmpty { break }
            }
            for format in TextJournalFormat.allCases { _ = try JournalReading(format, bytes: bytes) }
        }
    }
}
