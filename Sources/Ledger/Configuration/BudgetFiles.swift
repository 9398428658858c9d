import Amounts
import Calendars
import Configuration
import Diagnostics
import Interchange
import Jobs

/// Reads the budgets of a company: `config/budgets/*.csv`.
///
/// A row is what one account is planned to be in one month: `account,month,amount` and, where they are wanted,
/// `cost_centre`, `project` and `version` (budget or forecast). Amounts are written as a statement shows them: income and
/// expense both positive.
package enum BudgetFiles {
    package static let folder = "config/budgets"
    package static let maximumFileBytes = 50_000_000

    private static let columns: [CSVColumn] = [
        .required("account"), .required("month"), .required("amount"), .optional("cost_centre"),
        .optional("project"), .optional("version"),
    ]

    /// - Throws: a failure with everything that is wrong in any of the files.
    package static func load(for company: Company, _ chart: ChartOfAccounts, _ cycle: AnnualCycle) throws -> Budget {
        var problems = ProblemList()
        let budget = load(for: company, chart, cycle, problems: &problems)
        try problems.throwIfAny(consequence: "nothing was done")
        return budget
    }

    /// Reads all files and reports what is wrong.
    package static func load(
        for company: Company, _ chart: ChartOfAccounts, _ cycle: AnnualCycle, problems: inout ProblemList
    ) -> Budget {
        var rows: [Budget.Row] = []
        var places: [Place: SourceLocation] = [:]
        for name in SourceFile.names(in: company.path(folder), withExtension: "csv") {
            let file = "\(folder)/\(name)"
            do {
                var options = CSVOptions.withComments
                options.maximumFileBytes = maximumFileBytes
                let table = try CSVTable(
                    contentsOf: company.path(file), shownAs: file, columns: columns, options: options,
                    problems: &problems)
                rows += table.map(&problems) { row in
                    guard let read = read(row, chart, cycle, company.settings.currency) else { return nil }
                    if let first = places.updateValue(row.location, forKey: Place(read)) {
                        places[Place(read)] = first
                        row.report(
                            "\(read.account) has a \(read.version.rawValue) of \(read.month) twice (first in \(first))",
                            expected: "each account, cost centre and project once in a month", at: "account")
                        return nil
                    }
                    return read
                }
            } catch {
                problems.add(Problem(error))
            }
        }
        return Budget(rows)
    }

    private struct Place: Hashable {
        let version: Budget.Version
        let account: AccountCode
        let dimensions: Dimensions
        let month: String

        init(_ row: Budget.Row) {
            version = row.version
            account = row.account
            dimensions = row.dimensions
            month = row.month
        }
    }

    private static func read(
        _ row: CSVRow, _ chart: ChartOfAccounts, _ cycle: AnnualCycle, _ currency: Currency
    ) -> Budget.Row? {
        let code = row.required("account", .account)
        let month = row.required("month", month(in: cycle))
        let amount = row.required("amount", .money(currency))
        let dimensions = Dimensions(
            costCentre: row.optional("cost_centre", .text(maximumCharacters: Dimensions.maximumBytes)),
            project: row.optional("project", .text(maximumCharacters: Dimensions.maximumBytes)))
        let version = row.optional("version", .choice(Budget.Version.self)) ?? .budget
        guard !row.hasProblems else { return nil }
        guard let account = chart[code] else {
            row.report(
                "there is no account \(code)" + Suggestion.hint(for: code.rawValue, among: chart.codes),
                expected: "an account of \(ChartOfAccounts.file)", at: "account")
            return nil
        }
        guard !account.type.isOfBalanceSheet else {
            row.report(
                "\(code) is \(account.type.rawValue)", expected: "an account of income or expense", at: "account")
            return nil
        }
        do {
            return Budget.Row(
                version: version, account: code, dimensions: dimensions, month: month.label, days: month.days,
                amount: account.type.normalSide == .credit ? try amount.negated() : amount)
        } catch {
            row.report("\(amount) is beyond what can be counted", at: "amount")
            return nil
        }
    }

    /// A month of the calendar or of the fiscal year.
    private static func month(in cycle: AnnualCycle) -> ScalarReader<StatementSpan> {
        ScalarReader(
            "a month", expected: "e.g. 2026-04, or 2026-P04 of the fiscal year", placeholder: .everything
        ) { text in
            if let period = Period(text), period.granularity == .month { return StatementSpan(period) }
            guard let period = FiscalPeriod(text, in: cycle), !period.isForAdjustments else { return nil }
            return StatementSpan(period)
        }
    }
}
