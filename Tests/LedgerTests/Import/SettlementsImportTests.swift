import Amounts
import Calendars
import CompanyFixtures
import Diagnostics
import Foundation
import Store
import TestSupport
import Testing

@testable import Ledger

/// Settlements on their way to other books and back: what was open there is open here.
@Suite struct SettlementsImportTests {
    /// Invoices and payments, settled in part, across currencies, with a discount, and one settlement undone.
    private static func trade(in books: SubLedger) throws {
        let a = try books.owe("invoice/1", gbp("100"), reference: "INV-1")
        let b = try books.owe("invoice/2", usd("130"), base: gbp("100"))
        let c = try books.owe("payment/1", gbp("-98"), against: "1200", date: "2026-04-10")
        let d = try books.owe("payment/2", gbp("-50"), against: "1200", date: "2026-04-11")
        try books.settle(
            "p1", [match(a, c, gbp("98"))],
            deductions: [.init(item: a, .discount, amount: gbp("2"), to: AccountCode("7900"))])
        try books.settle("p2", [match(b, d, usd("60"), by: gbp("50"))])
        try books.unsettle("p2", as: "p2, undone")
        try books.settle("p3", [match(b, d, usd("26"), by: gbp("20"))], date: "2026-04-26")
    }

    private static func export(_ books: SubLedger) throws -> (journal: [UInt8], settlements: [UInt8]) {
        let days = CalendarDate.earliest...CalendarDate.latest
        var (journal, settlements): ([UInt8], [UInt8]) = ([], [])
        try books.store.read { connection in
            _ = try JournalExport(.csv, chart: books.chart, base: .gbp).run(days, in: connection) { journal += $0 }
            let extent = try SettlementsCSV.write(days, .gbp, in: connection) { settlements += $0 }
            #expect(extent.settlements == 4)
        }
        return (journal, settlements)
    }

    private static func read(
        _ bytes: [UInt8], in books: SubLedger, _ work: (String, UnitOfWork) throws -> Void
    ) throws {
        try withTemporaryDirectory { directory in
            let file = directory.appending(path: "file.csv")
            try Data(bytes).write(to: file)
            try books.write { try work(file.path, $0) }
        }
    }

    private static func readJournal(_ bytes: [UInt8], in books: SubLedger) throws {
        try read(bytes, in: books) { path, unit in
            _ = try JournalImport(
                JournalImport.Settings(.csv, base: .gbp), chart: books.chart,
                rates: try ExchangeRateTable([], pivot: .eur)
            ).run(contentsOf: path, shownAs: "journal.csv", in: unit)
        }
    }

    @discardableResult
    private static func readSettlements(
        _ bytes: [UInt8], in books: SubLedger
    ) throws -> SettlementsImport.Result {
        var result = SettlementsImport.Result()
        try read(bytes, in: books) { path, unit in
            result = try SettlementsImport(base: .gbp).run(contentsOf: path, shownAs: "s.csv", in: unit)
        }
        return result
    }

    @Test(arguments: Database.available)
    func `what was open is open again, and the accounts agree with their items`(database: Database) throws {
        try SubLedger.with(database) { books in
            try Self.trade(in: books)
            #expect(try books.isProven())
            let exported = try Self.export(books)
            try SubLedger.with(database) { other in
                // The numbers of entries differ from book to book.
                try other.owe("something else", gbp("5"))
                try Self.readJournal(exported.journal, in: other)
                #expect(try !other.isProven(), "what settlements posted agrees with no item yet")
                #expect(try Self.readSettlements(exported.settlements, in: other) == .init(settlements: 4))
                #expect(try other.isProven())
                func open(_ books: SubLedger, _ date: String) throws -> [String] {
                    try books.open(date).map { String($0.split(separator: " ", maxSplits: 1)[1]) }
                        .filter { $0 != "C1 GBP 5.00 (5.00)" }
                }
                for date in ["2026-04-01", "2026-04-20", "2026-04-25", "2026-04-26"] {
                    #expect(try open(other, date) == open(books, date), "\(date)")
                }
                #expect(
                    try Self.readSettlements(exported.settlements, in: other) == .init(knownSettlements: 4))
                #expect(try Self.export(other).settlements == exported.settlements)
                // A settlement is undone as if it had been made here.
                try other.unsettle("p3", as: "p3, undone", date: "2026-04-27")
                #expect(try other.isProven())
            }
        }
    }

    @Test(arguments: [
        ("p1,2026-04-20", "p1,2026-04-21", "differs from its first row"),
        ("invoice/1,1,match", "invoice/9,1,match", "there is no entry \"invoice/9\""),
        ("invoice/1,1,match", "invoice/1,2,match", "is no open item"),
        ("invoice/1,1,match", "invoice/1,1,discount", "a match has a counterpart"),
        ("GBP,98.00,98.00", "GBP,101.00,98.00", "of which GBP 100.00 is open"),
        ("GBP,98.00,98.00", "USD,98.00,98.00", "is in GBP"),
        ("GBP,98.00,98.00", "GBP,0.00,98.00", "amount is zero"),
        ("settlement/p1", "settlement/p0", "there is no entry \"settlement/p0\""),
    ])
    func `what does not fit is told by its row, and nothing is settled`(
        old: String, new: String, words: String
    ) throws {
        try SubLedger.with(.sqlite) { books in
            try Self.trade(in: books)
            let exported = try Self.export(books)
            let text = String(decoding: exported.settlements, as: UTF8.self)
            #expect(text.contains(old), "\(text)")
            let changed = text.split(separator: "\n", omittingEmptySubsequences: false)
            let index = try #require(changed.firstIndex { $0.contains(old) })
            var lines = changed.map(String.init)
            lines[index] = lines[index].replacing(old, with: new)
            try SubLedger.with(.sqlite) { other in
                try Self.readJournal(exported.journal, in: other)
                let failure = refusal {
                    try Self.readSettlements(Array(lines.joined(separator: "\n").utf8), in: other)
                }
                let found = failure?.problems.map(\.description) ?? []
                #expect(found.contains { $0.hasPrefix("s.csv:") && $0.contains(words) }, "\(found)")
                let count = try other.store.read { try $0.first("SELECT COUNT(*) FROM settlement") { try $0.int(0) } }
                #expect(count == 0)
            }
        }
    }
}
