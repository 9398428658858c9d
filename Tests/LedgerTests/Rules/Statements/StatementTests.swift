import Amounts
import Calendars
import Diagnostics
import Testing

@testable import Ledger

@Suite struct StatementTests {
    private static func account(
        _ code: String, _ name: String, _ type: AccountType, side: NormalSide? = nil,
        _ section: StatementSection? = nil,
        line: String? = nil, cash: CashFlowClass? = nil
    ) -> StatementAccount {
        StatementAccount(
            code: AccountCode(code), name: name, type: type, normalSide: side, section: section, reportLine: line,
            cashFlow: cash)
    }

    private static let chart = [
        account("0030", "Machinery", .asset, .nonCurrentAssets, line: "Machinery"),
        account(
            "0031", "Machinery, depreciation", .asset, side: .credit, .nonCurrentAssets, line: "Machinery",
            cash: .nonCash),
        account("1100", "Debtors", .asset), account("1200", "Bank", .asset, line: "Cash", cash: .cash),
        account("1230", "Petty cash", .asset, line: "Cash", cash: .cash),
        account("2100", "Creditors", .liability), account("2300", "Loan", .liability, .nonCurrentLiabilities),
        account("3000", "Share capital", .equity), account("3200", "Retained earnings", .equity),
        account("4000", "Sales", .income), account("4900", "Interest received", .income, .financeIncome),
        account("5000", "Materials", .expense, .costOfSales), account("7000", "Wages", .expense, line: "Staff"),
        account("7001", "Pensions", .expense, line: "Staff"), account("8000", "Depreciation", .expense),
        account("8200", "Interest paid", .expense, .financeCosts, cash: .financing),
        account("8500", "Corporation tax", .expense, .tax),
    ]

    private static func accounts() throws -> StatementAccounts { try StatementAccounts(chart, currency: .gbp) }

    /// `4000 0 1000` is an opening balance and a change; a fourth figure is what closing entries changed.
    private static func period(_ label: String, _ rows: [String]) -> StatementPeriod {
        StatementPeriod(
            label: label,
            movements: rows.map { row in
                let words = row.split(separator: " ").map(String.init)
                let change = gbp(words[2])
                return AccountMovement(
                    account: AccountCode(words[0]), opening: gbp(words[1]),
                    debit: change.isPositive ? change : gbp("0"),
                    credit: change.isNegative ? ((try? change.negated()) ?? gbp("0")) : gbp("0"),
                    closingEntries: words.count > 3 ? gbp(words[3]) : nil)
            })
    }

    private static let april = period(
        "2026-04",
        [
            "0030 500 120", "0031 -100 -10", "1100 200 60", "1200 300 -3", "1230 20 -5", "2100 -150 20", "2300 -270 20",
            "3000 -400 0", "3200 -100 0", "4000 0 -1000", "5000 0 400", "7000 0 300", "7001 0 30", "8000 0 10",
            "8200 0 8", "8500 0 50",
        ])

    private static func text(_ statement: Statement) -> [String] {
        statement.lines.map { line in
            let cells = line.cells.map { cell in
                switch cell {
                case .amount(let money): money.plainText
                case .percent(let percent): "\(percent)%"
                case .empty: "-"
                }
            }
            return ([String(repeating: "  ", count: line.level) + line.label] + cells).joined(separator: " | ")
        }
    }

    @Test func `a trial balance shows every account that has something, and its totals agree`() throws {
        let statement = try TrialBalance.statement(of: Self.april, Self.accounts())
        #expect(Self.text(statement).first == "0030 Machinery | 500.00 | 120.00 | 0.00 | 620.00 | 0.00")
        #expect(Self.text(statement).last == "Total | 0.00 | 1018.00 | 1018.00 | 1990.00 | 1990.00")
        #expect(statement.lines.count == 17 && statement[key: "4900"] == nil)
        #expect(statement[key: "total"]?.accounts.count == 16)
        #expect(statement.checks.map(\.holds) == [true, true, true])
    }

    @Test func `a trial balance that does not agree says by how much`() throws {
        let statement = try TrialBalance.statement(
            of: Self.period("x", ["1200 5 10", "4000 0 -9.99"]), Self.accounts())
        #expect(statement.checks.map(\.difference) == ["5", "0.01", "5.01"].map(gbp))
    }

    @Test func `balances on the side where they should not be are found`() throws {
        let found = try TrialBalance.onUnusualSide(
            Self.period("x", ["1100 0 -5", "2100 0 3", "0031 0 -2", "1200 0 4", "0030 0 0"]), Self.accounts())
        #expect(found.map(\.account.code.rawValue) == ["1100", "2100"])
        #expect(found.map(\.balance) == ["-5", "3"].map(gbp))
    }

    @Test func `profit and loss goes from revenue to the profit, by report line`() throws {
        let statement = try ProfitAndLoss.statement([Self.april], Self.accounts())
        #expect(
            Self.text(statement) == [
                "Revenue", "  4000 Sales | 1000.00", "Total revenue | 1000.00", "Cost of sales",
                "  5000 Materials | 400.00", "Total cost of sales | 400.00", "Gross profit | 600.00",
                "Operating expenses", "  Staff | 330.00", "  8000 Depreciation | 10.00",
                "Total operating expenses | 340.00", "Operating profit | 260.00", "Finance costs",
                "  8200 Interest paid | 8.00", "Total finance costs | 8.00", "Profit before tax | 252.00", "Tax",
                "  8500 Corporation tax | 50.00", "Total tax | 50.00", "Profit for the period | 202.00",
            ])
        #expect(statement[key: "operating_expenses/Staff"]?.accounts == ["7000", "7001"].map { AccountCode($0) })
        #expect(statement[key: "gross-profit"]?.accounts == ["4000", "5000"].map { AccountCode($0) })
        #expect(statement[key: "profit"]?.accounts.count == 7)
        let detailed = try ProfitAndLoss.statement([Self.april], Self.accounts(), detail: .accounts)
        #expect(detailed[key: "operating_expenses/7001"]?.label == "7001 Pensions")
    }

    @Test func `periods stand beside each other with their difference and per cent`() throws {
        let lastYear = Self.period("2025-04", ["4000 0 -800", "7000 0 330", "4900 0 -3"])
        let budget = StatementPeriod(
            label: "budget", movements: [AccountMovement(account: AccountCode("4000"), change: gbp("-1200"))])
        let statement = try ProfitAndLoss.statement([Self.april, lastYear, budget], Self.accounts())
        #expect(
            statement.columns.map(\.label) == [
                "2026-04", "2025-04", "change", "%", "budget", "change", "%",
            ])
        #expect(
            Self.text(statement)[1]
                == "  4000 Sales | 1000.00 | 800.00 | 200.00 | 25.0% | 1200.00 | -200.00 | -16.7%")
        #expect(
            Self.text(statement).last
                == "Profit for the period | 202.00 | 473.00 | -271.00 | -57.3% | 1200.00 | -998.00 | -83.2%")
        #expect(
            Self.text(statement).contains("  4900 Interest received | 0.00 | 3.00 | -3.00 | -100.0% | 0.00 | 0.00 | -"))
        // From a loss to a profit is up.
        let loss = Self.period("loss", ["4000 0 50"])
        #expect(
            try Self.text(ProfitAndLoss.statement([Self.period("now", ["4000 0 -25"]), loss], Self.accounts())).last
                == "Profit for the period | 25.00 | -50.00 | 75.00 | 150.0%")
    }

    @Test func `a balance sheet balances with the result of the year in it`() throws {
        let statement = try BalanceSheet.statement([Self.april], Self.accounts())
        #expect(
            Self.text(statement) == [
                "Non-current assets", "  Machinery | 510.00", "Total non-current assets | 510.00", "Current assets",
                "  1100 Debtors | 260.00", "  Cash | 312.00", "Total current assets | 572.00", "Total assets | 1082.00",
                "Current liabilities", "  2100 Creditors | 130.00", "Total current liabilities | 130.00",
                "Non-current liabilities", "  2300 Loan | 250.00", "Total non-current liabilities | 250.00",
                "Total liabilities | 380.00", "Net assets | 702.00", "Equity", "  3000 Share capital | 400.00",
                "  3200 Retained earnings | 100.00", "  Result of the year | 202.00", "Total equity | 702.00",
            ])
        #expect(statement.checks == [.init(name: "assets = liabilities + equity, 2026-04", difference: gbp("0"))])
        #expect(statement[key: "current_assets/Cash"]?.accounts == ["1200", "1230"].map { AccountCode($0) })
    }

    @Test func `a closing entry leaves profit and loss alone and moves the result within equity`() throws {
        let closed = StatementPeriod(
            label: "2026-04",
            movements: Self.april.movements.map { movement in
                let code = movement.account.rawValue
                let closing =
                    code == "3200" ? gbp("-202") : code >= "4" ? (try? movement.change().negated()) : nil
                return AccountMovement(
                    account: movement.account, opening: movement.opening, debit: movement.debit,
                    credit: movement.credit,
                    closingEntries: closing)
            })
        let accounts = try Self.accounts()
        #expect(
            try ProfitAndLoss.statement([closed], accounts) == ProfitAndLoss.statement([Self.april], accounts))
        #expect(
            try CashFlowStatement.statement([closed], accounts) == CashFlowStatement.statement([Self.april], accounts))
        let sheet = try BalanceSheet.statement([closed], accounts)
        #expect(sheet[key: "result"] == nil)
        #expect(sheet[key: "equity/3200"]?.cells == [.amount(gbp("302"))])
        #expect(sheet[key: "total-equity"]?.cells == [.amount(gbp("702"))])
        #expect(sheet.checks.allSatisfy { $0.holds })
        #expect(try TrialBalance.statement(of: closed, accounts).checks.allSatisfy { $0.holds })
    }

    @Test func `a cash flow goes from the result to what cash changed by`() throws {
        let statement = try CashFlowStatement.statement([Self.april], Self.accounts())
        #expect(
            Self.text(statement) == [
                "Operating activities", "  Profit for the period | 202.00", "  8200 Interest paid | 8.00",
                "  Machinery | 10.00", "  1100 Debtors | -60.00", "  2100 Creditors | -20.00",
                "Cash from operating activities | 140.00", "Investing activities", "  Machinery | -120.00",
                "Cash from investing activities | -120.00", "Financing activities", "  2300 Loan | -20.00",
                "  8200 Interest paid | -8.00", "Cash from financing activities | -28.00", "Change in cash | -8.00",
                "Cash at the beginning | 320.00", "Cash at the end | 312.00",
            ])
        #expect(statement.checks.map(\.difference) == [gbp("0")])
    }

    @Test func `what exchange rates did to cash is no flow`() throws {
        // A bank account in dollars gained 7 by its revaluation, and 100 came in.
        let movements = [
            AccountMovement(
                account: AccountCode("1200"), opening: gbp("80"), debit: gbp("107"), credit: gbp("0"),
                revaluation: gbp("7")),
            AccountMovement(account: AccountCode("3000"), opening: gbp("-80"), debit: gbp("0"), credit: gbp("0")),
            AccountMovement(account: AccountCode("4000"), change: gbp("-100")),
            AccountMovement(account: AccountCode("4900"), change: gbp("-7")),
        ]
        let statement = try CashFlowStatement.statement(
            [StatementPeriod(label: "2026-04", movements: movements)], Self.accounts())
        #expect(
            Self.text(statement) == [
                "Operating activities", "  Profit for the period | 107.00", "  Exchange differences on cash | -7.00",
                "Cash from operating activities | 100.00", "Effect of exchange rates on cash | 7.00",
                "Change in cash | 107.00", "Cash at the beginning | 80.00", "Cash at the end | 187.00",
            ])
        #expect(statement.checks.map(\.difference) == [gbp("0")])
    }

    @Test func `what cannot be shown is named, all of it`() throws {
        let error = #expect(throws: Failure.self) {
            try TrialBalance.statement(
                of: StatementPeriod(
                    label: "x",
                    movements: [
                        AccountMovement(account: AccountCode("9999"), change: gbp("1")),
                        AccountMovement(account: AccountCode("4000"), change: usd("1")),
                        AccountMovement(account: AccountCode("5000"), change: gbp("1")),
                        AccountMovement(account: AccountCode("5000"), change: gbp("1")),
                    ]), Self.accounts())
        }
        #expect(
            error?.problems.map(\.description) == [
                "x: the account 9999 is not declared (expected an account of the chart)",
                "x: 4000 has USD (expected GBP)", "x: 5000 is given twice (expected each account once)",
            ])
        let chart = #expect(throws: Failure.self) {
            try StatementAccounts(
                [
                    Self.account("1", "a", .asset, .equity), Self.account("1", "a", .asset),
                    Self.account("4", "b", .income, cash: .cash),
                ], currency: .gbp)
        }
        #expect(
            chart?.problems.map(\.description) == [
                "the account 1 is asset and in equity (expected a section of asset)",
                "the account 1 is declared twice (expected each once)",
                "the account 4 is income and cash (expected an asset or a liability)",
            ])
    }

    @Test(arguments: 0..<20)
    func `in every month of random books all statements agree with one another`(seed: Int) throws {
        var numbers = Numbers(seed: UInt64(seed))
        let accounts = try Self.accounts()
        let codes = Self.chart.map(\.code)
        var balances = Dictionary(uniqueKeysWithValues: codes.map { ($0, Int64(0)) })
        var retained: Money?
        for month in 1...14 {
            var debits: [AccountCode: Int64] = [:]
            var credits: [AccountCode: Int64] = [:]
            for _ in 0..<50 {
                let amount = numbers.amount(1...1_000_000)
                debits[codes[numbers.below(codes.count)], default: 0] += amount
                credits[codes[numbers.below(codes.count)], default: 0] += amount
            }
            // Month 12 closes the year.
            var closing: [AccountCode: Int64] = [:]
            if month == 12 {
                for account in Self.chart where !account.type.isOfBalanceSheet {
                    let code = account.code
                    let balance = (balances[code] ?? 0) + (debits[code] ?? 0) - (credits[code] ?? 0)
                    closing[code] = -balance
                    closing[AccountCode("3200"), default: 0] += balance
                }
            }
            func money(_ amount: Int64?) -> Money { Money(minorUnits: amount ?? 0, .gbp) }
            let period = StatementPeriod(
                label: "\(month)",
                movements: codes.map { code in
                    AccountMovement(
                        account: code, opening: money(balances[code]), debit: money(debits[code]),
                        credit: money(credits[code]), closingEntries: money(closing[code]))
                })
            for movement in period.movements { balances[movement.account] = try movement.closing().minorUnits }

            let profit = try ProfitAndLoss.statement([period], accounts)
            let sheet = try BalanceSheet.statement([period], accounts, detail: .accounts)
            let cash = try CashFlowStatement.statement([period], accounts)
            let trial = try TrialBalance.statement(of: period, accounts)
            #expect((sheet.checks + cash.checks + trial.checks).allSatisfy { $0.holds }, "month \(month)")
            // The result is what equity grew by, but for what the owners put in or took out.
            let result = try #require(profit[key: "profit"]?.cells.first?.money)
            let equity = try #require(sheet[key: "total-equity"]?.cells.first?.money)
            let contributed = try period.movements.filter { ["3000", "3200"].contains($0.account.rawValue) }
                .map { try $0.change().negated() }.sum(.gbp)
            if let retained { #expect(try equity - retained == result + contributed) }
            retained = equity
            let cashAccounts = try ["1200", "1230"]
                .compactMap { sheet[key: "current_assets/\($0)"]?.cells.first?.money }.sum(.gbp)
            #expect(cash[key: "closing"]?.cells == [.amount(cashAccounts)])
            if month == 12 { #expect(sheet[key: "result"] == nil) }
        }
    }
}
