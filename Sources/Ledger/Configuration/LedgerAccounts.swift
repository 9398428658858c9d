import Configuration
import Diagnostics

/// The accounts that the ledger itself posts to, as `accounts:` of `config/ledger.yaml` names them.
package struct LedgerAccounts: Hashable, Sendable {
    /// Where the result of a year goes: equity.
    package let retainedEarnings: AccountCode
    /// Against which the balances are booked that the books begin with: equity, and nothing once all are in.
    package let openingBalances: AccountCode
    /// Between two currencies: equity, worth nothing.
    package let conversion: AccountCode
    /// Residues below the unit of a currency.
    package let rounding: AccountCode
    /// What settling in another currency brought, and cost.
    package let exchangeGain: AccountCode
    package let exchangeLoss: AccountCode
    /// What revaluing at the rate of a closing day brings, and costs.
    package let unrealisedGain: AccountCode
    package let unrealisedLoss: AccountCode
    /// What nobody has said yet where it belongs: empty when a period is closed.
    package let suspense: [AccountCode]

    init?(_ map: YAMLMapping, _ chart: ChartOfAccounts) {
        func account(_ key: String, _ types: AccountType...) -> AccountCode {
            let code = map.required(key, .account)
            guard !code.rawValue.isEmpty else { return code }
            guard let account = chart[code] else {
                map.report(
                    "\(key) \"\(code)\" is not in \(ChartOfAccounts.file)"
                        + Suggestion.hint(for: code.rawValue, among: chart.codes),
                    expected: "an account of the chart", at: key)
                return code
            }
            if !types.isEmpty, !types.contains(account.type) {
                map.report(
                    "\(key) \"\(code)\" is an account of the type \(account.type.rawValue)",
                    expected: types.map(\.rawValue).joined(separator: " or "), at: key)
            }
            return code
        }
        retainedEarnings = account("retained_earnings", .equity)
        openingBalances = account("opening_balances", .equity)
        conversion = account("conversion", .equity)
        rounding = account("rounding", .income, .expense)
        exchangeGain = account("exchange_gain", .income, .expense)
        exchangeLoss = account("exchange_loss", .income, .expense)
        unrealisedGain = account("unrealised_gain", .income, .expense)
        unrealisedLoss = account("unrealised_loss", .income, .expense)
        suspense = map.optionalList("suspense") { value in
            let code = value.scalar(.account)
            if !code.rawValue.isEmpty, chart[code] == nil {
                value.report(
                    "\(value.name) \"\(code)\" is not in \(ChartOfAccounts.file)"
                        + Suggestion.hint(for: code.rawValue, among: chart.codes),
                    expected: "an account of the chart")
            }
            return code
        }
        guard !map.hasProblems else { return nil }
    }
}
