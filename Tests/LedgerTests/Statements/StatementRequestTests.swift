import Amounts
import Calendars
import CompanyFixtures
import Diagnostics
import Jobs
import Store
import Testing

@testable import Ledger

/// Statements of the books of a company that trades, on both databases.
@Suite struct StatementRequestTests {
    private static func withBooks(
        _ database: Database, _ body: (StatementAccounts, Connection) throws -> Void
    ) throws {
        try DemoCompany.with(database, hasPeople: false) { demo in
            try TradingBooks().post(to: demo.store)
            let chart = try ChartOfAccounts.load(for: demo.company)
            let accounts = try StatementAccounts(chart.accounts, currency: .gbp)
            try demo.store.read { try body(accounts, $0) }
        }
    }

    private static let april = StatementSpan(.month(year: 2026, number: 4))

    private static func budget(_ amounts: [(account: String, month: Int, minor: Int64)]) -> Budget {
        Budget(
            amounts.map { row in
                let month = Period.month(year: 2026, number: row.month)
                return .init(
                    version: .budget, account: AccountCode(row.account), dimensions: .none, month: "\(month)",
                    days: month.days, amount: Money(minorUnits: row.minor, .gbp))
            })
    }

    @Test(arguments: Database.available)
    func `a month, its year and what they are compared with are the columns of one statement`(
        database: Database
    ) throws {
        try Self.withBooks(database) { accounts, connection in
            let budget = Self.budget((1...4).map { ("4000", $0, -50_000_00) } + [("7100", 4, 3_000_00)])
            let statement = try StatementRequest(
                .profitAndLoss, of: Self.april, comparisons: [.lastPeriod, .lastYear, .budget], hasYearToDate: true,
                cycle: .calendarYear
            ).statement(accounts, budget, in: connection)
            #expect(
                statement.columns.filter { $0.kind == .amount }.map(\.label) == [
                    "2026-04", "2026-03", "2025-04", "budget", "year to 2026-04", "year to 2025-04", "budget to date",
                ])
            #expect(Set(statement.columns.map(\.key)).count == statement.columns.count, "programs tell columns apart")
            // Every figure is what the books say of its own days, asked for alone.
            for (span, key) in [
                (Self.april, "2026-04"), (Self.april.last, "2026-03"), (Self.april.yearBefore, "2025-04"),
                (Self.april.yearToDate(in: .calendarYear), "year to 2026-04"),
            ] {
                let alone = try StatementRequest(.profitAndLoss, of: try #require(span), cycle: .calendarYear)
                    .statement(accounts, Budget([]), in: connection)
                let column = try #require(statement.columns.firstIndex { $0.key == key })
                for line in alone.lines where !line.cells.isEmpty {
                    #expect(line.cells[0] == statement[key: line.key]?.cells[column], "\(line.key) \(key)")
                }
            }
            let sales = try #require(statement[key: "revenue/4000"])
            let place = try #require(statement.columns.firstIndex { $0.key == "budget to date" })
            #expect(sales.cells[place] == .amount(gbp("200000.00")))
            let toDate = try #require(statement.columns.firstIndex { $0.key == "year to 2026-04" })
            let difference = try #require(sales.cells[toDate].money) - gbp("200000.00")
            #expect(sales.cells[place + 1] == .amount(difference), "the year is compared with the year's budget")
        }
    }

    @Test(arguments: Database.available)
    func `every line of every statement is the sum of what its accounts bring to it`(database: Database) throws {
        try Self.withBooks(database) { accounts, connection in
            for kind in StatementKind.allCases {
                for span in [Self.april, StatementSpan(.year(2025)), .everything] {
                    let request = try StatementRequest(
                        kind, of: span, comparisons: span.isEverything ? [] : [.lastYear], cycle: .calendarYear)
                    let statement = try request.statement(accounts, Budget([]), in: connection)
                    #expect(
                        statement.checks.allSatisfy(\.holds) && (kind == .profitAndLoss || !statement.checks.isEmpty))
                    for line in statement.lines where !line.cells.isEmpty {
                        let explanation = try statement.explanation(of: line.key, accounts)
                        for (column, cell) in line.cells.enumerated() {
                            guard statement.columns[column].kind != .percent, let total = cell.money else { continue }
                            let parts = try explanation.rows.compactMap { $0.cells[column].money }.sum(.gbp)
                            #expect(parts == total, "\(kind) \(span.label) \(line.key)")
                        }
                    }
                }
            }
        }
    }

    @Test(arguments: Database.available)
    func `the columns of the cost centres add up to profit and loss`(database: Database) throws {
        try Self.withBooks(database) { accounts, connection in
            for span in [Self.april, StatementSpan(.year(2025))] {
                let statement = try StatementRequest(.profitAndLoss, of: span, cycle: .calendarYear)
                    .statement(by: .costCentre, accounts, Budget([]), in: connection)
                #expect(
                    statement.columns.map(\.label) == [span.label, "BRS-SHOP", "EDI-BOARD", "EDI-SALES", "(none)"])
                for line in statement.lines where !line.cells.isEmpty {
                    let cells = line.cells.compactMap(\.money)
                    #expect(try cells.dropFirst().sum(.gbp) == cells[0], "\(line.key)")
                }
            }
        }
    }

    @Test(arguments: Database.available)
    func `each cost centre stands beside what it was before, and their sums beside that of all`(
        database: Database
    ) throws {
        try Self.withBooks(database) { accounts, connection in
            let budget = Budget(
                [("EDI-SALES", Int64(-60_000_00)), ("SPAIN", -100_00)].map { centre, minor in
                    let month = Period.month(year: 2026, number: 4)
                    return .init(
                        version: .budget, account: AccountCode("4000"), dimensions: Dimensions(costCentre: centre),
                        month: "\(month)", days: month.days, amount: Money(minorUnits: minor, .gbp))
                })
            let statement = try StatementRequest(
                .profitAndLoss, of: Self.april, comparisons: [.lastPeriod, .budget], cycle: .calendarYear
            ).statement(by: .costCentre, accounts, budget, in: connection)
            let amounts = statement.columns.indices.filter { statement.columns[$0].kind == .amount }
            let centres = ["BRS-SHOP", "EDI-BOARD", "EDI-SALES", "SPAIN", "(none)"]
            #expect(
                amounts.map { statement.columns[$0].label } == ["2026-04", "2026-03", "budget"]
                    + centres.flatMap { [$0, "\($0), 2026-03", "\($0), budget"] })
            #expect(Set(statement.columns.map(\.key)).count == statement.columns.count)
            for line in statement.lines where !line.cells.isEmpty {
                for offset in 0..<3 {
                    let figures = stride(from: offset, to: amounts.count, by: 3).compactMap {
                        line.cells[amounts[$0]].money
                    }
                    #expect(try figures.dropFirst().sum(.gbp) == figures[0], "\(line.key) \(offset)")
                }
            }
            let alone = try StatementRequest(.profitAndLoss, of: try #require(Self.april.last), cycle: .calendarYear)
                .statement(by: .costCentre, accounts, Budget([]), in: connection)
            let shop = try #require(statement.columns.firstIndex { $0.label == "BRS-SHOP, 2026-03" })
            let before = try #require(alone.columns.firstIndex { $0.label == "BRS-SHOP" })
            #expect(alone[key: "profit"]?.cells[before] == statement[key: "profit"]?.cells[shop])
            #expect(statement[key: "revenue/4000"]?.cells.last != nil)
        }
    }

    @Test(arguments: Database.available)
    func `each cost centre has its year to date, compared with the same`(database: Database) throws {
        try Self.withBooks(database) { accounts, connection in
            let statement = try StatementRequest(
                .profitAndLoss, of: Self.april, comparisons: [.lastYear], hasYearToDate: true, cycle: .calendarYear
            ).statement(by: .costCentre, accounts, Budget([]), in: connection)
            let amounts = statement.columns.indices.filter { statement.columns[$0].kind == .amount }
            let times = ["2026-04", "2025-04", "year to 2026-04", "year to 2025-04"]
            #expect(
                amounts.map { statement.columns[$0].label } == times
                    + ["BRS-SHOP", "EDI-BOARD", "EDI-SALES", "(none)"].flatMap { centre in
                        [centre] + times.dropFirst().map { "\(centre), \($0)" }
                    })
            #expect(Set(statement.columns.map(\.key)).count == statement.columns.count)
            for line in statement.lines where !line.cells.isEmpty {
                for offset in times.indices {
                    let figures = stride(from: offset, to: amounts.count, by: times.count).compactMap {
                        line.cells[amounts[$0]].money
                    }
                    #expect(try figures.dropFirst().sum(.gbp) == figures[0], "\(line.key) \(times[offset])")
                }
            }
            // The days of the year to date, asked for alone, and what the year to date is compared with.
            let days = try #require(Self.april.yearToDate(in: .calendarYear)).days
            let shop = try DimensionBalances.changes(days, by: .costCentre, .gbp, in: connection)
                .first { $0.value == "BRS-SHOP" }
            let column = try #require(statement.columns.firstIndex { $0.label == "BRS-SHOP, year to 2026-04" })
            let profit = try #require(statement[key: "profit"]?.cells[column].money)
            let changed = try #require(shop).movements.filter { accounts[$0.account]?.type.isOfBalanceSheet == false }
            #expect(try changed.reduce(Money.zero(.gbp)) { try $0 - $1.change() } == profit)
            let before = try #require(statement.columns.firstIndex { $0.label == "BRS-SHOP, year to 2025-04" })
            let compared = try #require(statement[key: "profit"]?.cells[before].money)
            #expect(statement[key: "profit"]?.cells[before + 1] == .amount(try profit - compared))
        }
    }

    @Test func `a balance sheet is not split by cost centre`() throws {
        try Self.withBooks(.sqlite) { accounts, connection in
            let request = try StatementRequest(.balanceSheet, of: Self.april, cycle: .calendarYear)
            let failure = refusal {
                _ = try request.statement(by: .project, accounts, Budget([]), in: connection)
            }
            #expect(failure?.exitCode == .usage)
        }
    }

    @Test(arguments: [
        (StatementKind.balanceSheet, StatementSpan.everything, [StatementComparison.lastYear], false, "everything"),
        (.balanceSheet, april, [.budget], false, "budget is of income and expense"),
        (.balanceSheet, april, [], true, "A balance sheet is of the end of the period"),
        (.profitAndLoss, StatementSpan(.week(year: 2026, number: 15)), [.lastYear], false, "no counterpart"),
    ])
    func `what cannot be compared is refused in words`(
        kind: StatementKind, span: StatementSpan, comparisons: [StatementComparison], hasYear: Bool, words: String
    ) {
        let failure = refusal {
            _ = try StatementRequest(
                kind, of: span, comparisons: comparisons, hasYearToDate: hasYear, cycle: .calendarYear)
        }
        #expect(failure?.exitCode == .usage && failure?.summary.contains(words) == true, "\(failure as Any)")
    }

    @Test func `a year to date begins with the fiscal year, and its comparison with the year before`() {
        let tax = StatementSpan(.month(year: 2026, number: 4)).yearToDate(in: .ukTaxYear)
        #expect(tax?.label == "year to 2026-04" && tax?.days == day("2026-04-06")...day("2026-04-30"))
        let period = FiscalPeriod("2026-27-P02", in: .ukTaxYear).map { StatementSpan($0) }
        #expect(period?.days == day("2026-05-06")...day("2026-06-05"))
        #expect(period?.last?.label == "2026-27-P01" && period?.yearBefore?.label == "2025-26-P02")
        #expect(period?.yearToDate(in: .ukTaxYear)?.days == day("2026-04-06")...day("2026-06-05"))
    }

    @Test func `a line that is not there is answered with the one most like it`() throws {
        let accounts = try StatementAccounts(
            [StatementAccount(code: AccountCode("4000"), name: "Sales", type: .income)], currency: .gbp)
        let period = StatementPeriod(
            label: "x", movements: [AccountMovement(account: AccountCode("4000"), change: gbp("-5"))])
        let statement = try ProfitAndLoss.statement([period], accounts)
        #expect(try statement.explanation(of: "TOTAL REVENUE", accounts).line.key == "revenue-total")
        #expect(try statement.explanation(of: "Revenue", accounts).line.key == "revenue-total", "a heading")
        let failure = refusal { _ = try statement.explanation(of: "Total revenu", accounts) }
        #expect(failure?.exitCode == .notFound && failure?.summary.contains("Did you mean \"Total revenue\"?") == true)
    }
}
