import Amounts
import Calendars
import CompanyFixtures
import Diagnostics
import Foundation
import Jobs
import Ledger
import Store
import TestSupport
import Testing

@testable import Reports

/// The close pack of a company that trades: what it says, and that each figure leads to its rows.
@Suite struct ClosePackTests {
    static let april = FiscalPeriod(containing: CalendarDate("2026-04-01") ?? .earliest, in: .calendarYear)
    private static let budget =
        "account,month,amount\n"
        + (1...4).map { "4000,2026-0\($0),70000\n7000,2026-0\($0),21000\n" }.joined()

    private static func withPack<T>(
        _ database: Database = .sqlite, budget: String? = budget, books: TradingBooks? = nil,
        _ body: (DemoCompany, ClosePack) throws -> T
    ) throws -> T {
        try DemoCompany.with(database, hasPeople: false) { demo in
            try (books ?? TradingBooks()).post(to: demo.store, try ChartOfAccounts.load(for: demo.company))
            if let budget {
                let folder = demo.directory.appending(path: BudgetFiles.folder)
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
                try budget.write(to: folder.appending(path: "2026.csv"), atomically: true, encoding: .utf8)
            }
            let pack = try demo.store.read {
                try ClosePack.load(april, company: demo.company, at: DemoCompany.now, in: $0)
            }
            return try body(demo, pack)
        }
    }

    private static func write(_ pack: ClosePack, _ demo: DemoCompany, _ name: String = "pack.xlsx") throws -> URL {
        let file = demo.directory.appending(path: name)
        _ = try demo.store.read { try pack.write(to: file.path, in: $0) }
        return file
    }

    /// The minor units of a number as the file has it.
    private static func pence(_ text: String) -> Int64? { Double(text).map { Int64(($0 * 100).rounded()) } }

    // MARK: - What it says

    @Test(arguments: Database.available)
    func `all figures of a pack agree with each other`(database: Database) throws {
        try Self.withPack(database) { _, pack in
            #expect(pack.brokenChecks.isEmpty && pack.checks.count >= 10, "\(pack.brokenChecks)")
            #expect(pack.checks.contains { $0.name.hasPrefix("profit of the year = result in the balance sheet") })
            let profit = pack.profitAndLoss[key: "profit"]?.cells.first?.money
            #expect(pack.trend.last?.profit == profit && pack.trend.last?.label == "Apr 26")
            #expect(pack.trend.count == 12 && pack.trend.first?.label == "May 25")
            // December holds the closing entry of 2025, which is no loss.
            let december = try #require(pack.trend.first { $0.label == "Dec 25" })
            #expect(december.profit.isPositive && december.revenue.isPositive)
            #expect(pack.hasBudget && pack.status == .open(.open) && pack.fileName == "close-pack-2026-P04-draft.xlsx")
        }
    }

    @Test func `changes come greatest first, and only what is beyond both limits is to be explained`() throws {
        try Self.withPack { _, pack in
            let sizes = pack.changes.map(\.change.minorUnits.magnitude)
            #expect(sizes == sizes.sorted(by: >) && sizes.count > 10)
            for change in pack.changes {
                let difference = try change.amount - change.lastMonth
                #expect(difference == change.change)
                let share = change.lastMonth.minorUnits.magnitude / 4
                let isGreat = change.change.minorUnits.magnitude > max(500_000, share)
                #expect(change.isToBeExplained == isGreat, "\(change.account.code)")
            }
        }
    }

    @Test func `the letter tells the result, the cash and that it is a draft`() throws {
        try Self.withPack { _, pack in
            let letter = pack.letter
            let profit = try #require(pack.profitAndLoss[key: "profit"]?.cells.first?.money).groupedText
            let cash = try #require(pack.cashFlow[key: "closing"]?.cells.first?.money).groupedText
            #expect(
                letter.subject
                    == "Draft of the close pack April 2026, Thistle & Tide Ltd: profit GBP \(profit), cash GBP \(cash)")
            for text in [letter.text, letter.html] {
                for part in ["GBP \(profit)", "are open: the figures can still change", pack.head.hash] {
                    #expect(text.contains(part), "\(part)")
                }
            }
            #expect(letter.html.contains("Thistle &amp; Tide Ltd"))
        }
    }

    // MARK: - The workbook

    @Test func `each sheet has its figures, and says what they are of`() throws {
        try Self.withPack { demo, pack in
            let book = try WorkbookReader(Self.write(pack, demo))
            #expect(
                book.names == [
                    "Summary", "Profit and loss", "Balance sheet", "Cash flow", "Changes", "Trial balance",
                    "Open 1100", "Open 2100", "General ledger", "Journal",
                ])
            let sheet = try #require(book.sheets["Profit and loss"])
            #expect(sheet.cells["A1"] == "Profit and loss, April 2026")
            #expect(
                sheet.row(5).filter { !$0.isEmpty } == [
                    "Actual", "Last month", "Last year", "%", "Budget", "Variance", "%", "Actual", "Last year", "%",
                    "Budget", "Variance", "%",
                ])
            for line in pack.profitAndLoss.lines where !line.cells.isEmpty {
                let row = try #require((6...sheet.rowCount).first { sheet.cells["A\($0)"] == line.label })
                #expect(Self.pence(sheet.cells["C\(row)"] ?? "") == line.cells[0].money?.minorUnits, "\(line.label)")
            }
            let ledger = try #require(book.sheets["General ledger"])
            let end = ledger.row(ledger.rowCount)
            #expect(end.first == "Total")
            let (debit, credit) = (end[10], end[11])
            #expect(debit == credit && Self.pence(debit) ?? 0 > 0)
            let journal = try #require(book.sheets["Journal"])
            #expect(journal.rowCount == 1 + Int(pack.postingCount) + 1)
            #expect(journal.row(journal.rowCount)[9] == debit, "the journal has what the ledger has")
        }
    }

    @Test(.enabled(if: OfficeJudge.isInstalled, "LibreOffice is not installed"))
    func `LibreOffice comes to every result that a pack carries`() throws {
        try Self.withPack { demo, pack in
            let compared = try OfficeJudge.expectSameResults([Self.write(pack, demo)], in: demo.directory)
            #expect(compared > 10, "\(compared)")
        }
    }

    @Test func `a pack of too many postings is mailed without them, and says where they are`() throws {
        try Self.withPack { demo, pack in
            #expect(pack.mailed(maximumPostings: pack.postingCount).extent == .full)
            let summary = pack.mailed(maximumPostings: pack.postingCount - 1)
            #expect(summary.fileName == "close-pack-2026-P04-draft-summary.xlsx")
            #expect(summary.letter.text.contains("`steward ledger pack --period 2026-P04` writes the pack with them"))
            let book = try WorkbookReader(Self.write(summary, demo))
            #expect(
                book.names == [
                    "Summary", "Profit and loss", "Balance sheet", "Cash flow", "Changes", "Trial balance",
                    "Open 1100", "Open 2100",
                ])
            let first = try #require(book.sheets["Summary"])
            let texts = (1...first.rowCount).flatMap { first.row($0) }
            #expect(texts.contains { $0.contains("steward ledger pack --period 2026-P04 has them") }, "\(texts)")
            #expect(!texts.contains("General ledger") && !texts.contains("Journal"))
            // What is left has the same figures.
            let whole = try WorkbookReader(Self.write(pack, demo, "full.xlsx"))
            #expect(book.sheets["Trial balance"]?.cells == whole.sheets["Trial balance"]?.cells)
            #expect(book.sheets["Balance sheet"]?.cells == whole.sheets["Balance sheet"]?.cells)
        }
    }

    @Test func `a line leads to its account, the account to its postings, and they add up to it`() throws {
        try Self.withPack { demo, pack in
            let book = try WorkbookReader(Self.write(pack, demo))
            let balances = try #require(book.sheets["Trial balance"])
            let ledger = try #require(book.sheets["General ledger"])
            for (name, statement) in [
                ("Profit and loss", pack.profitAndLoss), ("Balance sheet", pack.balanceSheet),
            ] {
                let sheet = try #require(book.sheets[name])
                for line in statement.lines where line.style == .detail && line.key != "result" {
                    let row = try #require((6...sheet.rowCount).first { sheet.cells["A\($0)"] == line.label })
                    let target = try #require(sheet.links["A\(row)"], "\(line.label)")
                    #expect(target.hasPrefix("'Trial balance'!A"))
                    let account = balances.cells[String(target.dropFirst("'Trial balance'!".count))]
                    #expect(account == line.accounts.first?.rawValue, "\(line.label)")
                }
            }
            var accounts = 0
            for row in 5..<balances.rowCount {
                guard let code = balances.cells["A\(row)"], code != "Total" else { continue }
                accounts += 1
                let target = try #require(balances.links["A\(row)"], "\(code)")
                let place = String(target.dropFirst("'General ledger'!A".count))
                var next = try #require(Int(place))
                #expect(ledger.cells["A\(next)"] == code && ledger.cells["F\(next)"] == "Balance before")
                #expect(ledger.links["A\(next)"] == "'Trial balance'!A\(row)", "and back")
                var balance = Self.pence(ledger.cells["M\(next)"] ?? "0") ?? 0
                next += 1
                while ledger.cells["A\(next)"] == code {
                    balance += Self.pence(ledger.cells["K\(next)"] ?? "0") ?? 0
                    balance -= Self.pence(ledger.cells["L\(next)"] ?? "0") ?? 0
                    #expect(Self.pence(ledger.cells["M\(next)"] ?? "0") == balance)
                    next += 1
                }
                let closing =
                    (Self.pence(balances.cells["F\(row)"] ?? "0") ?? 0)
                    - (Self.pence(balances.cells["G\(row)"] ?? "0") ?? 0)
                #expect(balance == closing, "\(code)")
            }
            #expect(accounts > 15)
        }
    }

    @Test func `the open items of an account add up to it, by age, and no employee is named`() throws {
        try Self.withPack { demo, pack in
            let book = try WorkbookReader(Self.write(pack, demo))
            for (code, sign) in [("1100", Int64(1)), ("2100", -1)] {
                let sheet = try #require(book.sheets["Open \(code)"])
                #expect(sheet.row(1).prefix(4) == ["Party", "Currency", "Open in it", "not due"])
                let end = sheet.row(sheet.rowCount).map { Self.pence($0) ?? 0 }
                #expect(end.dropFirst(3).dropLast().reduce(0, +) == end.last)
                let line = try #require(pack.trialBalance[key: code])
                let balance = (line.cells[3].money?.minorUnits ?? 0) - (line.cells[4].money?.minorUnits ?? 0)
                #expect(end.last == balance * sign && balance * sign > 0, "\(code)")
            }
            let texts = book.sheets.values.flatMap(\.cells.values)
            #expect(texts.contains("employee") && !texts.contains { $0.contains("employee E") })
            #expect(!book.names.contains("Open 2220"), "what is owed to employees has no list")
        }
    }

    @Test func `a pack without a budget has no columns of it and says so`() throws {
        try Self.withPack(budget: nil) { demo, pack in
            let book = try WorkbookReader(Self.write(pack, demo))
            #expect(!pack.hasBudget)
            #expect(book.sheets["Profit and loss"]?.row(5).contains("Budget") == false)
            #expect(book.sheets["Summary"]?.cells.values.contains("none for this period") == true)
        }
    }

    @Test func `text from outside is no formula, and an empty month has a pack, too`() throws {
        let postings = [("1200", 5), ("4000", -5)].map {
            JournalEntry.Posting(
                account: AccountCode($0.0), amount: Money(minorUnits: $0.1, .gbp),
                dimensions: Dimensions(costCentre: "=HYPERLINK(\"x\")"), description: "@SUM(A1)")
        }
        try DemoCompany.with(hasPeople: false) { demo in
            let entry = try JournalEntry(
                key: "=1+1", date: Self.april.firstDay, description: "+cmd|' /C calc'!A0", postings: postings)
            try demo.store.write {
                let stamp = Stamp(run: nil, person: "ann", at: DemoCompany.now)
                try Journal.post([entry], in: UnitOfWork(connection: $0, stamp: stamp, digest: nil))
            }
            for month in [Self.april, Self.april.nextMonth.nextMonth.nextMonth] {
                let pack = try demo.store.read {
                    try ClosePack.load(month, company: demo.company, at: DemoCompany.now, in: $0)
                }
                let book = try WorkbookReader(Self.write(pack, demo))
                let formulas = book.sheets.values.flatMap(\.formulas.values)
                #expect(formulas.allSatisfy { $0.hasPrefix("SUBTOTAL(109,") || $0.hasPrefix("SUM(") })
                if month == Self.april {
                    #expect(book.sheets["General ledger"]?.cells.values.contains("=HYPERLINK(\"x\")") == true)
                } else {
                    #expect(pack.postingCount == 0 && pack.brokenChecks.isEmpty)
                }
            }
        }
    }

    // MARK: - Bytes

    @Test func `the same books give the same bytes, on either database`() throws {
        let files = try Database.available.map { database in
            try Self.withPack(database) { demo, pack in
                let (first, second) = (try Self.write(pack, demo, "a.xlsx"), try Self.write(pack, demo, "b.xlsx"))
                let bytes = try Data(contentsOf: first)
                #expect(try Data(contentsOf: second) == bytes)
                return bytes
            }
        }
        #expect(Set(files).count == 1)
    }

    // MARK: - Mail

    @Test(arguments: Database.available)
    func `a pack of an open period is not mailed, and that of a closed one is, once`(database: Database) throws {
        try Self.withPack(database) { demo, _ in
            let failure = refusal { try demo.run("close-pack", "2026-04") }
            #expect(failure?.exitCode == .refused)
            #expect(failure?.summary == "2026-P04 is open: its figures can still change, and no pack is mailed.")
            try Self.closeBooks(demo)
            let run = try demo.run("close-pack", "2026-04")
            #expect(run.state == .succeeded)
            #expect(run.summary.files == ["var/reports/close-pack-2026-P04.xlsx"])
            try demo.run("close-pack", "2026-04")
            let messages = try demo.store.read {
                try $0.all("SELECT subject, content FROM outbox_message") {
                    (try $0.text(0), String(decoding: try $0.blob(1), as: UTF8.self))
                }
            }
            #expect(messages.count == 1)
            #expect(messages.first?.0.hasPrefix("Close pack April 2026, Thistle & Tide Ltd: profit GBP ") == true)
            let file = demo.directory.appending(path: "var/reports/close-pack-2026-P04.xlsx")
            let encoded = try Data(contentsOf: file).base64EncodedString()
            #expect(
                messages.first?.1.replacing("\r\n", with: "").contains(encoded) == true, "the attachment is the file")
            let summary = try #require(try WorkbookReader(file).sheets["Summary"]).cells.values
            #expect(summary.contains("ann, morag") && summary.contains("closed"))
        }
    }

    /// Closes the months of the books up to April 2026.
    private static func closeBooks(_ demo: DemoCompany) throws {
        let file = demo.directory.appending(path: LedgerSettings.file)
        let text = try String(contentsOf: file, encoding: .utf8)
        try text.replacing("first_period: 2026-P04", with: "first_period: 2025-P01")
            .write(to: file, atomically: true, encoding: .utf8)
        try demo.store.write { connection in
            let stamp = Stamp(run: nil, person: "ann", at: DemoCompany.now)
            let unit = UnitOfWork(connection: connection, stamp: stamp, digest: nil)
            try FiscalCalendar.adopt(try LedgerSettings.load(for: demo.company), stamp, in: connection)
            var months = [april]
            while months[0].description != "2025-P01" { months.insert(months[0].previousMonth, at: 0) }
            for state in [PeriodState.softClosed, .closed] {
                for month in months {
                    try FiscalPeriodRecords.move(month, to: state, by: ["ann", "morag"], reason: "test", in: unit)
                }
            }
        }
    }
}
