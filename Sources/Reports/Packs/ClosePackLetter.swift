import Amounts
import Ledger

extension ClosePack {
    /// Changes that the letter names.
    private static let namedChanges = 5

    /// The mail that carries the pack: what was earned, what is in the bank, what changed most.
    package var letter: ReportLetter {
        let code = accounts.currency.code
        func text(_ money: Money?) -> String { money.map { "\(code) \($0.groupedText)" } ?? "none" }
        let figures = keyFigures
        func amount(_ name: String) -> Money? { figures.first { $0.name == name }?.amounts.first ?? nil }
        let shown = ["Revenue", "Operating profit", "Profit", "Change in cash", "Cash at the end", "Net assets"]
        var rows = shown.compactMap { name -> ReportLetter.Figure? in
            figures.contains { $0.name == name } ? .init(name, text(amount(name))) : nil
        }
        if let year = figures.first(where: { $0.name == "Profit" })?.amounts.last {
            rows.append(.init("Profit, year to date", text(year)))
        }
        let asked = changes.filter(\.isToBeExplained)
        return ReportLetter(
            subject: "\(title) \(monthName), \(companyName): profit \(text(amount("Profit"))), "
                + "cash \(text(amount("Cash at the end")))",
            opening: "The books of \(companyName) for \(period.firstDay) to \(period.lastDay) "
                + (status.isFinal ? "are closed." : "are \(status.words): the figures can still change."),
            figures: rows,
            lists: [
                .init("What does not agree:", brokenChecks.map { "\($0.name): \(text($0.difference))" }),
                .init(
                    "What changed most since last month:",
                    asked.prefix(Self.namedChanges).map { change in
                        "\(change.account.code) \(change.account.name): \(text(change.amount)) after "
                            + "\(text(change.lastMonth))"
                    } + (asked.count > Self.namedChanges ? ["and \(asked.count - Self.namedChanges) more"] : [])),
            ],
            closing: "\(attachmentText) \(seal)")
    }

    private var attachmentText: String {
        switch extent {
        case .full:
            "The pack is attached: statements, trial balance and every posting, each figure leading to its rows."
        case .summary:
            "The statements and the trial balance are attached. The general ledger and the journal, \(postingCount) "
                + "postings, are too large for a mail: `\(fullPackCommand)` writes the pack with them."
        }
    }

    /// Its closing where not even the statements can go by mail.
    func closing(withoutAttachmentOf bytes: Int) -> String {
        "The pack is too large for a mail (\(bytes) bytes): `\(fullPackCommand)` writes it. \(seal)"
    }

    /// What ties the letter to the books.
    private var seal: String { "The journal ends with entry \(head.number), hash \(head.hash)." }
}
