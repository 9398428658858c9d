import Foundation
import TestSupport
import Testing

@testable import Interchange

/// The programs themselves judge what is written, and their balances are ours to the last digit.
@Suite struct JournalJudgeTests {
    /// Our balances under the names that the writer gives.
    private func expected(_ balances: TextBalances, _ names: TextNames, _ writer: TextJournalWriter) -> [String] {
        balances.accounts.flatMap { account in
            balances.amounts(of: account).filter { !$0.quantity.isZero }.map { amount in
                let symbol = writer.symbol(amount.commodity).replacing("\"", with: "")
                return "\(writer.name(account))|\(amount.quantity.normalized)|\(symbol)"
            }
        }.sorted()
    }

    private func judge(
        _ bytes: [UInt8], _ format: TextJournalFormat, isStrict: Bool = true
    ) throws -> JournalJudge.Verdict {
        try withTemporaryDirectory { folder in
            let file = folder.appending(path: "journal.\(format.rawValue)")
            try Data(bytes).write(to: file)
            return try JournalJudge(format: format).judge(file.path, isStrict: isStrict)
        }
    }

    @Test(arguments: TextJournalFormat.allCases, 0..<6)
    func `random journals are accepted, and balance as ours do`(format: TextJournalFormat, seed: UInt64) throws {
        let journal = try RandomJournal(seed: seed, count: 120)
        var writer = journal.writer(format)
        writer.begin()
        for transaction in journal.transactions { writer.write(transaction) }
        #expect(writer.problems.problems == [])
        // What we write, we read: the same balances, and the same bytes again.
        let back = try JournalReading(format, bytes: writer.bytes)
        #expect(back.problems == [])
        let ours = try expected(journal.balances, journal.names, writer)
        let again = back.written(as: format, source: format)
        #expect(expected(back.balances, back.names, again.writer) == ours)
        guard JournalJudge.isInstalled(format) else { return }
        let verdict = try judge(writer.bytes, format)
        #expect(verdict.objections == "")
        #expect(verdict.balances == ours)
        let second = try judge(again.bytes, format)
        #expect(second.objections == "")
        #expect(second.balances == ours)
    }

    /// Journals in the words of each program, written for this test: what is read from them, the program agrees with.
    @Test(arguments: JournalSamples.all)
    func `a journal is read as its own program reads it, and in all formats as the others do`(
        sample: JournalSamples.Sample
    ) throws {
        let journal = try JournalReading(sample.format, sample.text)
        #expect(journal.problems == [])
        if JournalJudge.isInstalled(sample.format) {
            let verdict = try judge(Array(sample.text.utf8), sample.format, isStrict: false)
            #expect(verdict.objections == "")
            #expect(verdict.balances == journal.balanceLines)
        }
        for format in TextJournalFormat.allCases where JournalJudge.isInstalled(format) {
            let written = journal.written(as: format, source: sample.format)
            #expect(written.problems == [], "\(format)")
            let verdict = try judge(written.bytes, format)
            #expect(verdict.objections == "", "\(format)")
            #expect(verdict.balances == expected(journal.balances, journal.names, written.writer), "\(format)")
        }
    }

    /// Ledger's own test journal and the balances that Debian's ledger prints of it.
    @Test func `ledger's standard journal has the published balances, in every format`() throws {
        guard let folder = Vectors.folder?.appending(path: "ledgers"),
            FileManager.default.fileExists(atPath: folder.appending(path: "ledger_standard.dat.gz").path)
        else {
            print("skipped: the vectors are not here")
            return
        }
        let text = try JournalJudge.run(
            "/bin/zcat", [folder.appending(path: "ledger_standard.dat.gz").path]
        ).output
        let journal = try JournalReading(.ledger, text)
        #expect(journal.problems == [])
        let published = try String(
            contentsOf: folder.appending(path: "ledger_standard_balances.txt"), encoding: .utf8)
        #expect(Self.balances(inReport: published) == journal.balanceLines)
        let counter = journal.names.account("equity:virtual")
        var real = journal
        real.transactions = try journal.transactions.map { try $0.withoutVirtualPostings(counterAccount: counter) }
        for format in TextJournalFormat.allCases where JournalJudge.isInstalled(format) {
            let subject = format == .beancount ? real : journal
            var balances = TextBalances()
            for transaction in subject.transactions { try balances.add(transaction) }
            let written = subject.written(as: format, source: .ledger)
            #expect(written.problems == [])
            let verdict = try judge(written.bytes, format)
            #expect(verdict.objections == "", "\(format)")
            #expect(verdict.balances == expected(balances, journal.names, written.writer), "\(format)")
        }
    }

    /// `account|quantity|commodity` of a report of `ledger bal --flat`: amounts above each other, the account last.
    private static func balances(inReport text: String) -> [String] {
        var waiting: [String] = []
        var lines: [String] = []
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            guard let first = words.first else { continue }
            let isDollar = first.hasPrefix("$")
            let number = first.replacing("$", with: "").replacing(",", with: "")
            let trimmed =
                number.contains(".")
                ? String(number.reversed().drop { $0 == "0" }.reversed()).replacing(/\.$/, with: "") : number
            if trimmed != "0" { waiting.append("\(trimmed)|\(isDollar ? "$" : words.dropFirst().first ?? "")") }
            if words.count == (isDollar ? 2 : 3), let account = words.last {
                lines += waiting.map { "\(account)|\($0)" }
                waiting = []
            }
        }
        return lines.sorted()
    }
}
