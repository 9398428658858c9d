import Calendars
import Diagnostics
import Jobs
import Ledger

/// What commands about the books read of the configuration.
struct Books {
    let chart: ChartOfAccounts
    let accounts: StatementAccounts
    /// The fiscal year.
    let cycle: AnnualCycle
}

extension CommandContext {
    func books() throws -> Books {
        let chart = try ChartOfAccounts.load(for: company)
        return Books(
            chart: chart, accounts: try StatementAccounts(chart.accounts, currency: company.settings.currency),
            cycle: try LedgerSettings.load(for: company).cycle)
    }
}

extension ChartOfAccounts {
    /// - Throws: that there is no such account, with the one most like it.
    func account(named code: String) throws(Failure) -> StatementAccount {
        guard let account = self[AccountCode(code)] else {
            throw Failure(
                .notFound, "There is no account \(code).\(Suggestion.question(for: code, among: codes))",
                advice: "The accounts stand in \(ChartOfAccounts.file).")
        }
        return account
    }
}
