import Amounts
import Calendars
import Configuration
import Diagnostics
import Interchange

/// A register of assets as CSV, one row each: what it cost, how it loses its value, and where that is posted.
///
/// | column | |
/// |---|---|
/// | `asset` | its number |
/// | `name` | |
/// | `cost`, `salvage` | in the company's currency; what it will be worth at the end is 0 where it is left out |
/// | `in_use_from` | the first day that counts |
/// | `months` | the useful life |
/// | `every_months` | how far the rows are apart; 1 where it is left out |
/// | `first_date` | the day of the first row; the last of the month of `in_use_from` where it is left out |
/// | `method` | `straight_line`, `straight_line_daily`, `declining_balance`, `declining_then_straight_line`, `sum_of_digits` |
/// | `rate` | of a declining balance, for each row; twice the straight-line rate where it is left out |
/// | `debit`, `credit` | the expense, and the account of depreciation |
/// | `cost_centre` | |
/// | `rows_before`, `depreciated` | what was booked before the schedule begins |
package struct AssetFile {
    private let chart: ChartOfAccounts
    private let currency: Currency
    private let cycle: AnnualCycle

    private enum Method: String, CaseIterable {
        case straightLine = "straight_line"
        case straightLineDaily = "straight_line_daily"
        case decliningBalance = "declining_balance"
        case decliningThenStraightLine = "declining_then_straight_line"
        case sumOfDigits = "sum_of_digits"
    }

    package init(chart: ChartOfAccounts, currency: Currency, cycle: AnnualCycle) {
        self.chart = chart
        self.currency = currency
        self.cycle = cycle
    }

    /// The schedules of a file's assets, in its order.
    ///
    /// - Throws: a `Failure` with everything that is wrong in it.
    package func read(contentsOf path: String, shownAs name: String) throws(Failure) -> [PostingSchedule] {
        var problems = ProblemList()
        let table = try CSVTable(
            contentsOf: path, shownAs: name,
            columns: [
                .required("asset"), .required("name"), .required("cost"), .optional("salvage"),
                .required("in_use_from"), .required("months"), .optional("every_months"), .optional("first_date"),
                .required("method"), .optional("rate"), .required("debit"), .required("credit"),
                .optional("cost_centre"), .optional("rows_before"), .optional("depreciated"),
            ], problems: &problems)
        table.reportRepeated(["asset"], &problems)
        let schedules = table.map(&problems, schedule)
        try problems.throwIfAny(consequence: "nothing was recorded")
        return schedules
    }

    private func schedule(_ row: CSVRow) -> PostingSchedule? {
        let asset = row.required("asset", .text(maximumCharacters: 64))
        let name = row.required("name", .text)
        let cost = row.required("cost", .positiveMoney(currency))
        let salvage = row.optional("salvage", .nonNegativeMoney(currency)) ?? .zero(currency)
        let inUseFrom = row.required("in_use_from", .date)
        let months = row.required("months", .integer(1...DepreciationPlan.maximumCount))
        let every = row.optional("every_months", .integer(1...DepreciationPlan.maximumMonthsBetween)) ?? 1
        let firstDate = row.optional("first_date", .date)
        let method = row.required("method", .choice(Method.self))
        let rate = row.optional("rate", .rate)
        let debit = account("debit", row)
        let credit = account("credit", row)
        let costCentre = row.optional("cost_centre", .text(maximumCharacters: 64))
        let before = row.optional("rows_before", .integer(0...DepreciationPlan.maximumCount)) ?? 0
        let depreciated = row.optional("depreciated", .nonNegativeMoney(currency)) ?? .zero(currency)
        if !row.hasProblems, months % every != 0 {
            row.report("months is no multiple of every_months", expected: "e.g. 36 and 12", at: "months")
        }
        if !row.hasProblems, rate != nil, method != .decliningBalance, method != .decliningThenStraightLine {
            row.report("rate is for a declining balance", expected: "no rate", at: "rate")
        }
        guard !row.hasProblems else { return nil }
        do {
            let count = months / every
            let plan = try DepreciationPlan(
                cost: cost, salvage: salvage, inUseFrom: inUseFrom,
                firstDate: firstDate ?? inUseFrom.adding(months: every - 1).lastOfMonth, count: count,
                monthsBetween: every, method: try self.method(method, rate, count: count), openingCount: before,
                openingAccumulated: depreciated, cycle: cycle)
            return PostingSchedule(
                key: "asset/\(asset)", description: "Depreciation of \(name)", debit: debit, credit: credit,
                dimensions: Dimensions(costCentre: costCentre), rows: try plan.rows(), currency: currency)
        } catch {
            report(error, in: row)
            return nil
        }
    }

    private func report(_ error: any Error, in row: CSVRow) {
        guard let failure = (error as? any ReportableError)?.failure else { return row.report("\(error)") }
        if failure.problems.isEmpty { row.report(failure.summary) }
        for problem in failure.problems { row.report(problem.message, expected: problem.expected) }
    }

    private func method(_ method: Method, _ rate: Rate?, count: Int) throws -> DepreciationPlan.Method {
        switch method {
        case .straightLine: .straightLine
        case .straightLineDaily: .straightLineByDaysOfLife
        case .decliningBalance:
            .decliningBalance(try rate ?? DepreciationPlan.doubleDecliningRate(count: count))
        case .decliningThenStraightLine:
            .decliningThenStraightLine(try rate ?? DepreciationPlan.doubleDecliningRate(count: count))
        case .sumOfDigits: .sumOfDigits
        }
    }

    private func account(_ column: String, _ row: CSVRow) -> AccountCode {
        let code = row.required(column, .account)
        guard !row.hasProblems, chart[code] == nil || chart.controlAccounts[code] != nil else { return code }
        row.report(
            chart[code] == nil
                ? "there is no account \(code)" + Suggestion.hint(for: code.rawValue, among: chart.codes)
                : "account \(code) is a control account", expected: "an account of \(ChartOfAccounts.file)", at: column)
        return code
    }
}
