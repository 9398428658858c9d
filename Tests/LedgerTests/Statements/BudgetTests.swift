import Amounts
import Calendars
import CompanyFixtures
import Diagnostics
import Foundation
import Jobs
import Testing

@testable import Ledger

/// Files of `config/budgets`.
@Suite struct BudgetTests {
    private static func load(_ files: [String: String], _ cycle: AnnualCycle = .calendarYear) throws -> Budget {
        try DemoCompany.with(hasPeople: false) { demo in
            let folder = demo.directory.appending(path: BudgetFiles.folder)
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            for (name, text) in files {
                try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
            }
            return try BudgetFiles.load(
                for: demo.company, try ChartOfAccounts.load(for: demo.company), cycle)
        }
    }

    @Test func `amounts are written as a statement shows them, and every file counts`() throws {
        let budget = try Self.load([
            "2026.csv": """
            # Decided by the board on 2025-11-20
            account,month,amount,cost_centre
            4000,2026-04,50000,EDI-SALES
            4000,2026-04,1000.50,
            7100,2026-04,3400,
            7100,2026-05,3400,
            """,
            "forecast.csv": "account,month,amount,version\n4000,2026-04,45000,forecast\n",
        ])
        let april = Period.month(year: 2026, number: 4).days
        let movements = try budget.movements(april, .budget)
        #expect(movements.map(\.account.rawValue) == ["4000", "7100"])
        #expect(try movements.map { try $0.change() } == [gbp("-51000.50"), gbp("3400")])
        #expect(try budget.movements(april, .forecast).map { try $0.change() } == [gbp("-45000")])
        #expect(
            try budget.movements(april, .budget) { $0.costCentre == nil }.map { try $0.change() }
                == [gbp("-1000.50"), gbp("3400")])
        #expect(try budget.movements(Period.quarter(year: 2026, number: 2).days, .budget).last?.change() == gbp("6800"))
        #expect(budget.has(.budget, in: april) && !budget.has(.forecast, in: Period.year(2025).days))
    }

    @Test func `a stretch that cuts a month has no budget`() throws {
        let budget = try Self.load(["b.csv": "account,month,amount\n4000,2026-04,50000\n"])
        let failure = refusal { _ = try budget.movements(day("2026-04-06")...day("2026-04-12"), .budget) }
        #expect(failure?.summary == "2026-04-06 to 2026-04-12 cuts 2026-04, and the budget is by month.")
        let fiscal = try Self.load(["b.csv": "account,month,amount\n4000,2026-27-P01,50000\n"], .ukTaxYear)
        #expect(fiscal.rows.first?.days == day("2026-04-06")...day("2026-05-05"))
    }

    @Test func `everything that is wrong is told at once, with its place`() throws {
        let failure = refusal {
            _ = try Self.load([
                "a.csv": """
                account,month,amount,version
                4001,2026-04,1,
                4000,2026-13,1,
                4000,2026-04,1.234,
                4000,2026-04,1,plan
                1200,2026-04,1,
                4000,2026-04,1,
                4000,2026-04,2,
                """,
                "b.csv": "account,month,amount\n4000,2026-04,3\n",
                "c.csv": "account,amount\n",
            ])
        }
        let problems = failure?.problems.map(\.description) ?? []
        for (place, words) in [
            ("config/budgets/a.csv:2:1", "there is no account 4001"), ("config/budgets/a.csv:3:6", "is not a month"),
            ("config/budgets/a.csv:4:14", "1.234"), ("config/budgets/a.csv:5:16", "plan"),
            ("config/budgets/a.csv:6:1", "1200 is asset"), ("config/budgets/a.csv:8:1", "twice"),
            ("config/budgets/b.csv:2:1", "twice"), ("config/budgets/c.csv:1", "month"),
        ] {
            #expect(problems.contains { $0.hasPrefix(place) && $0.contains(words) }, "\(place) \(problems)")
        }
        #expect(problems.count == 8)
    }

    @Test func `no folder is no budget`() throws {
        #expect(try Self.load([:]).rows.isEmpty)
    }
}
