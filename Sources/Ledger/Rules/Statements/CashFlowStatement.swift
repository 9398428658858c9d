import Amounts

/// Where the money of a stretch of time came from and went, by the indirect method: from the result, and from what the
/// accounts of the balance sheet changed by.
///
/// Entries balance, so the changes of all accounts add up to nothing, and what all others changed by is what cash did:
/// the statement ties to the cash accounts by construction, and it is checked all the same. What exchange rates did to
/// foreign cash is no flow: it is taken out of the result and shown by itself (IAS 7, paragraph 28).
package enum CashFlowStatement {
    package static func statement(
        _ periods: [StatementPeriod], _ accounts: StatementAccounts, detail: StatementDetail = .reportLines
    ) throws -> Statement {
        let changes = try accounts.figures(periods) { try $0.change() }
        let openings = try accounts.figures(periods, \.opening)
        var writer = StatementWriter(currency: accounts.currency, periods: periods)

        writer.heading("operating", "Operating activities")
        let result = try accounts.sum(changes, writer) { !$0.type.isOfBalanceSheet }.negated()
        try writer.line("operating/result", "Profit for the period", level: 1, .detail, result)
        var operating = result
        // What is in the result and shown elsewhere is taken out of it.
        let isMoved = { (account: StatementAccount) in !account.type.isOfBalanceSheet && account.cashFlow != nil }
        try accounts.writeLines(
            &writer, changes, key: "operating/moved", detail: detail, isCredit: false, where: isMoved)
        operating = try operating + accounts.sum(changes, writer, where: isMoved)
        let isCash = { (account: StatementAccount) in account.cashFlow == .cash }
        let revaluation = try accounts.sum(accounts.figures(periods, \.revaluation), writer, where: isCash)
        if !revaluation.isZero {
            operating = try operating - revaluation
            try writer.line(
                "operating/revaluation", "Exchange differences on cash", level: 1, .detail, revaluation.negated())
        }
        for part in [CashFlowClass.nonCash, .workingCapital] {
            operating = try operating + write(part, "operating/\(part.rawValue)", &writer, changes, accounts, detail)
        }
        try writer.line("operating-total", "Cash from operating activities", level: 0, .subtotal, operating)

        var total = operating
        for (part, label) in [(CashFlowClass.investing, "investing"), (.financing, "financing")] {
            guard try !accounts.sum(changes, writer, where: { $0.cashFlow == part }).parts.isEmpty else { continue }
            writer.heading(part.rawValue, "\(label.prefix(1).uppercased())\(label.dropFirst()) activities")
            let sum = try write(part, part.rawValue, &writer, changes, accounts, detail)
            try writer.line("\(part.rawValue)-total", "Cash from \(label) activities", level: 0, .subtotal, sum)
            total = try total + sum
        }
        if !revaluation.isZero {
            total = try total + revaluation
            try writer.line(
                "revaluation", "Effect of exchange rates on cash", level: 0, .subtotal, revaluation)
        }
        try writer.line("change", "Change in cash", level: 0, .total, total)

        let opening = try accounts.sum(openings, writer, where: isCash)
        let change = try accounts.sum(changes, writer, where: isCash)
        try writer.line("opening", "Cash at the beginning", level: 0, .detail, opening)
        try writer.line("closing", "Cash at the end", level: 0, .total, try opening + change)
        writer.check("cash flow = change in cash", try total - change)
        return writer.statement("Cash flow")
    }

    private static func write(
        _ part: CashFlowClass, _ key: String, _ writer: inout StatementWriter, _ figures: StatementAccounts.Figures,
        _ accounts: StatementAccounts, _ detail: StatementDetail
    ) throws -> StatementWriter.Sum {
        let isPart = { (account: StatementAccount) in account.cashFlow == part }
        try accounts.writeLines(&writer, figures, key: key, detail: detail, isCredit: true, where: isPart)
        return try accounts.sum(figures, writer, where: isPart).negated()
    }
}
