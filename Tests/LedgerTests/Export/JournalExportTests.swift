import Amounts
import Calendars
import CompanyFixtures
import Diagnostics
import Foundation
import Interchange
import Store
import TestSupport
import Testing

@testable import Ledger

@Suite(.serialized) struct JournalExportTests {
    private static let formats: [JournalExport.Format] = [.csv] + TextJournalFormat.allCases.map { .text($0) }

    private static func imported(_ format: JournalExport.Format) -> JournalImport.Format {
        switch format {
        case .csv: .csv
        case .text(let format): .text(format)
        }
    }

    /// Books with everything that an entry may have.
    private static func entries(seed: UInt64, count: Int) throws -> [JournalEntry] {
        var random = SplitMix64(state: seed)
        let currencies: [Currency] = [.gbp, .eur, .usd, .jpy, .kwd]
        let texts = [
            "", "Loom", "Müller & Söhne; \"Tuch\"", "两行\nof text", " * (odd) | = ", "a, b: c [d] %41", "5% off\\",
        ]
        let codes = ["1200", "1210", "3000", "4000", "7990"].map { AccountCode($0) }
        var entries: [JournalEntry] = []
        for index in 0..<count {
            let day = DemoCompany.now.utc.date.adding(days: Int.random(in: -20...200, using: &random))
            let kinds: [JournalEntry.Kind] = [.normal, .normal, .opening, .adjusting, .revaluation, .closing]
            let kind = kinds.randomElement(using: &random) ?? .normal
            if index % 7 == 6,
                let target = entries.first(where: { entry in
                    entry.date <= day && entry.reverses == nil && !entries.contains { $0.reverses == entry.key }
                })
            {
                entries.append(try target.reversed(on: day, key: "reversal/\(index), of \(target.key)"))
                continue
            }
            let text = texts.randomElement(using: &random) ?? ""
            let currency = currencies.randomElement(using: &random) ?? .gbp
            let minor = Int64.random(in: 1...10_000_000, using: &random)
            let worth = currency == .gbp ? minor : Int64.random(in: 0...10_000_000, using: &random)
            let amount = Money(minorUnits: minor, currency)
            let base = Money(minorUnits: worth, .gbp)
            let party = Bool.random(using: &random) ? Party(.customer, "C \(index)") : nil
            var postings: [JournalEntry.Posting] = [
                .init(
                    account: currency == .eur ? codes[1] : codes[0], amount: amount, base: base, party: party,
                    dimensions: Dimensions(costCentre: "K;1", project: index % 2 == 0 ? "P, 2" : nil),
                    due: day.adding(days: 30), description: text),
                .init(
                    account: codes[3], amount: try amount.negated(), base: try base.negated(),
                    description: texts.randomElement(using: &random) ?? ""),
            ]
            if index % 3 == 0, currency != .gbp {
                // An exchange difference, and what is worth the contrary of its sign.
                postings += [
                    .inBase(account: codes[4], Money(minorUnits: 7, .gbp), of: currency, description: "difference"),
                    .init(
                        account: codes[2], amount: Money(minorUnits: -1, currency), base: Money(minorUnits: 3, .gbp),
                        description: ""),
                    .init(
                        account: codes[0], amount: Money(minorUnits: 1, currency), base: Money(minorUnits: -10, .gbp),
                        description: ""),
                ]
            }
            entries.append(
                try JournalEntry(
                    key: "entry/\(index), \(text.prefix(3).filter { !$0.isNewline })",
                    journal: index % 2 == 0 ? .sales : .general, kind: kind,
                    date: day, documentDate: day.adding(days: -3),
                    source: index % 4 == 0 ? .init(type: "invoice", id: "INV; (\(index))") : nil, description: text,
                    postings: postings))
        }
        return entries
    }

    private static func post(_ entries: [JournalEntry], _ demo: DemoCompany) throws {
        _ = try demo.store.write { connection in
            try Journal.post(
                entries,
                in: UnitOfWork(
                    connection: connection, stamp: Stamp(run: nil, person: "ann", at: DemoCompany.now), digest: nil))
        }
    }

    private static func export(_ format: JournalExport.Format, _ desk: ImportDesk, to file: URL) throws {
        var bytes: [UInt8] = []
        let exporting = JournalExport(format, chart: try desk.chart(), base: .gbp)
        _ = try desk.demo.store.read { connection in
            try exporting.run(CalendarDate.earliest...CalendarDate.latest, in: connection) { bytes += $0 }
        }
        try Data(bytes).write(to: file)
    }

    /// Without an account that is kept in one currency only.
    private static let chart = ImportDesk.chart.replacing(", currency: EUR", with: "")

    @Test(arguments: Database.available, [1, 2] as [UInt64])
    func `what is written in any format makes the same entries again`(database: Database, seed: UInt64) throws {
        try ImportDesk.with(database, chart: Self.chart) { desk in
            let entries = try Self.entries(seed: seed, count: 40)
            try Self.post(entries, desk.demo)
            for format in Self.formats {
                let file = desk.demo.directory.appending(path: "export")
                try Self.export(format, desk, to: file)
                let same = try desk.read(contentsOf: file, Self.imported(format)) { _ in }
                #expect(same.knownEntries == 40 && same.entries == 0, "\(format)")
                try ImportDesk.with(database, chart: Self.chart) { other in
                    _ = try other.read(contentsOf: file, Self.imported(format))
                    let back = try other.entries()
                    for (read, written) in zip(back, entries) { #expect(read == written, "\(format)") }
                    #expect(back.count == entries.count)
                    #expect(try other.verify() == [])
                }
            }
        }
    }

    @Test(arguments: BookJudge.installed)
    func `the other programs find the same balances`(format: TextJournalFormat) throws {
        try ImportDesk.with(chart: Self.chart) { desk in
            let entries = try Self.entries(seed: 3, count: 120)
            try Self.post(entries, desk.demo)
            let file = desk.demo.directory.appending(path: "export")
            try Self.export(.text(format), desk, to: file)
            var own: [String: Int64] = [:]
            var base: [String: Int64] = [:]
            for posting in entries.flatMap(\.postings) {
                let (amount, worth) = (posting.amount, posting.base)
                own["\(posting.account)|\(amount.currency)", default: 0] += amount.minorUnits
                // What is only worth something is an amount in base there.
                if amount.currency != .gbp, amount.minorUnits.signum() * worth.minorUnits.signum() <= 0 {
                    own["\(posting.account)|GBP", default: 0] += worth.minorUnits
                }
                base["\(posting.account)|GBP", default: 0] += worth.minorUnits
            }
            #expect(try BookJudge.balances(format, file.path, inBase: false) == BookJudge.lines(own))
            #expect(try BookJudge.balances(format, file.path, inBase: true) == BookJudge.lines(base))
        }
    }
}
