import Amounts

/// Income and expense of a stretch of time, without closing entries, and what is left.
package enum ProfitAndLoss {
    private static let parts: [(sections: [StatementSection], key: String, label: String)] = [
        ([.revenue, .costOfSales], "gross-profit", "Gross profit"),
        ([.otherIncome, .operatingExpenses], "operating-profit", "Operating profit"),
        ([.financeIncome, .financeCosts], "profit-before-tax", "Profit before tax"),
        ([.tax], "profit", "Profit for the period"),
    ]

    /// - Parameter periods: the one reported, then those that it is compared with. Income and expense are both shown as
    ///   positive figures; the results are income less expense.
    package static func statement(
        _ periods: [StatementPeriod], _ accounts: StatementAccounts, detail: StatementDetail = .reportLines
    ) throws -> Statement {
        let figures = try accounts.figures(periods) { try $0.change() }
        var writer = StatementWriter(currency: accounts.currency, periods: periods)
        var result = writer.zero
        for part in parts {
            var hasExpense = false
            var hasAny = false
            for section in part.sections {
                let isPart = { (account: StatementAccount) in account.section == section }
                let sum = try accounts.sum(figures, writer, where: isPart)
                guard !sum.parts.isEmpty else { continue }
                hasAny = true
                if section.type == .expense { hasExpense = true }
                writer.heading(section.rawValue, section.title)
                try accounts.writeLines(
                    &writer, figures, key: section.rawValue, detail: detail,
                    isCredit: section.showsCreditsAsPositive, where: isPart)
                try writer.line(
                    "\(section.rawValue)-total", "Total \(section.title.lowercased())", level: 0, .subtotal,
                    section.showsCreditsAsPositive ? try sum.negated() : sum)
                result = try result - sum
            }
            let isLast = part.key == "profit"
            if isLast || (part.key == "gross-profit" ? hasExpense : hasAny) {
                try writer.line(part.key, part.label, level: 0, isLast ? .total : .subtotal, result)
            }
        }
        return writer.statement("Profit and loss")
    }
}
