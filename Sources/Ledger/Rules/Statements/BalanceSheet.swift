import Amounts

/// What the company has and owes at the end of a stretch of time.
package enum BalanceSheet {
    /// Income and expense that no closing entry carried to equity yet are one line of equity, `result`: so it balances on
    /// any day, before and after the year is closed.
    ///
    /// - Parameter periods: the one whose end is reported, then those that it is compared with.
    package static func statement(
        _ periods: [StatementPeriod], _ accounts: StatementAccounts, detail: StatementDetail = .reportLines
    ) throws -> Statement {
        let figures = try accounts.figures(periods) { try $0.closing() }
        var writer = StatementWriter(currency: accounts.currency, periods: periods)
        let assets = try write(
            [.nonCurrentAssets, .currentAssets], "total-assets", "Total assets", &writer, figures, accounts, detail)
        let liabilities = try write(
            [.currentLiabilities, .nonCurrentLiabilities], "total-liabilities", "Total liabilities", &writer, figures,
            accounts, detail)
        try writer.line("net-assets", "Net assets", level: 0, .subtotal, try assets - liabilities)

        let isEquity = { (account: StatementAccount) in account.section == .equity }
        writer.heading(StatementSection.equity.rawValue, StatementSection.equity.title)
        try accounts.writeLines(
            &writer, figures, key: StatementSection.equity.rawValue, detail: detail, isCredit: true, where: isEquity)
        let result = try accounts.sum(figures, writer) { !$0.type.isOfBalanceSheet }.negated()
        if !result.isZero { try writer.line("result", "Result of the year", level: 1, .detail, result) }
        let equity = try accounts.sum(figures, writer, where: isEquity).negated() + result
        try writer.line("total-equity", "Total equity", level: 0, .total, equity)
        writer.check("assets = liabilities + equity", try assets - liabilities - equity)
        return writer.statement("Balance sheet")
    }

    private static func write(
        _ sections: [StatementSection], _ key: String, _ label: String, _ writer: inout StatementWriter,
        _ figures: StatementAccounts.Figures, _ accounts: StatementAccounts, _ detail: StatementDetail
    ) throws -> StatementWriter.Sum {
        var total = writer.zero
        for section in sections {
            let isPart = { (account: StatementAccount) in account.section == section }
            var sum = try accounts.sum(figures, writer, where: isPart)
            guard !sum.parts.isEmpty else { continue }
            if section.showsCreditsAsPositive { sum = try sum.negated() }
            writer.heading(section.rawValue, section.title)
            try accounts.writeLines(
                &writer, figures, key: section.rawValue, detail: detail, isCredit: section.showsCreditsAsPositive,
                where: isPart)
            try writer.line(
                "\(section.rawValue)-total", "Total \(section.title.lowercased())", level: 0, .subtotal, sum)
            total = try total + sum
        }
        try writer.line(key, label, level: 0, .total, total)
        return total
    }
}
