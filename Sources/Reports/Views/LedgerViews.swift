/// The books: accounts, postings, open items, budget.
enum LedgerViews {
    static let all = [account, budget, posting, openItem]

    static let account = ReportView(
        "ledger_account", domain: "ledger", "The accounts of `config/accounts.yaml`.", .configuration(.account),
        [
            ReportView.column("account", .text, "its number"),
            ReportView.column("account_name", .text, "what reports call it"),
            ReportView.column("account_type", .text, "asset, liability, equity, income or expense"),
            ReportView.column("section", .text, "the part of profit and loss or of the balance sheet"),
            ReportView.column("section_name", .text, "that part in words"),
            ReportView.column("section_order", .integer, "the place of the section: 1 revenue, 2 cost of sales …"),
            ReportView.column("report_line", .text, "accounts with the same one are one line; else number and name"),
            ReportView.column("cash_flow", .text, "cash, non_cash, working_capital, investing, financing; or empty"),
            ReportView.column("control", .text, "customer, supplier, employee, authority, institution; or empty"),
        ])

    static let budget = ReportView(
        "ledger_budget", domain: "ledger", "What is planned, from `config/budgets`.", .configuration(.budget),
        [
            ReportView.column("version", .text, "budget or forecast"),
            ReportView.column("account", .text, "number of the account"),
            ReportView.column("cost_centre", .text, "empty for none"),
            ReportView.column("project", .text, "empty for none"),
            ReportView.column("month", .text, "2026-04"),
            ReportView.column("first_day", .date, "first day of the month"),
            ReportView.column("last_day", .date, "last day of the month"),
            ReportView.column("amount", .money(currency: nil), "debits are positive"),
        ])

    static let posting = ReportView(
        "ledger_posting", domain: "ledger", "The lines of journal entries, one row each.",
        .query(
            """
            SELECT posting.entry_number AS entry, posting.line, posting.entry_date AS day,
                   SUBSTR(posting.entry_date, 1, 7) AS month, entry.period, entry.journal, entry.kind,
                   entry.description AS entry_description, posting.description, posting.account, posting.currency,
                   posting.amount_minor AS amount, posting.base_minor AS base,
                   CASE WHEN posting.base_minor > 0 THEN posting.base_minor ELSE 0 END AS debit,
                   CASE WHEN posting.base_minor < 0 THEN -posting.base_minor ELSE 0 END AS credit,
                   COALESCE(posting.party_kind, '') AS party_kind, COALESCE(posting.party_id, '') AS party,
                   COALESCE(posting.cost_centre, '') AS cost_centre, COALESCE(posting.project, '') AS project,
                   posting.due_date, entry.run_id AS run
              FROM posting JOIN journal_entry AS entry ON entry.entry_number = posting.entry_number
             WHERE entry.recorded_at <= :as_of
            """),
        [
            ReportView.column("entry", .integer, "number of the entry in the journal"),
            ReportView.column("line", .integer, "its line in the entry"),
            ReportView.column("day", .date, "the day on which it counts in the books"),
            ReportView.column("month", .text, "the month of that day: 2026-04"),
            ReportView.column("period", .text, "the fiscal period: 2026-P04"),
            ReportView.column("journal", .text, "the book: GEN, PAY, SAL …"),
            ReportView.column("kind", .text, "normal, opening, adjusting, revaluation or closing"),
            ReportView.column("entry_description", .text, "what the entry is"),
            ReportView.column("description", .text, "what the line is; often empty"),
            ReportView.column("account", .text, "number of the account"),
            ReportView.column("currency", .text, "currency of the document"),
            ReportView.column("amount", .money(currency: "currency"), "in that currency; debits are positive"),
            ReportView.column("base", .money(currency: nil), "the same in the currency of the books"),
            ReportView.column("debit", .money(currency: nil), "base where it is a debit, else nothing"),
            ReportView.column("credit", .money(currency: nil), "base where it is a credit, else nothing"),
            ReportView.column("party_kind", .text, "customer, supplier, employee …; empty for none"),
            ReportView.column("party", .text, "number of the customer, supplier …; empty for none"),
            ReportView.column("cost_centre", .text, "empty for none"),
            ReportView.column("project", .text, "empty for none"),
            ReportView.column("due_date", .date, "when it is to be paid"),
            ReportView.column("run", .integer, "the run that posted it; none where a person did"),
        ])

    static let openItem = ReportView(
        "ledger_open_item", domain: "ledger",
        "What customers, suppliers, staff and authorities owe and are owed: a row for each item, and one of the other "
            + "sign for each part that was settled. Up to a day they add up to what was open at its end.",
        .query(
            """
            SELECT item.item_id AS item, item.account, item.party_kind, item.party_id AS party, item.currency,
                   item.entry_date AS day, item.entry_date, item.due_date, item.reference, 'item' AS what,
                   item.amount_minor AS amount, item.base_minor AS base, entry.recorded_at AS known_at
              FROM open_item AS item JOIN journal_entry AS entry ON entry.entry_number = item.item_id / 1000000
             WHERE entry.recorded_at <= :as_of
             UNION ALL
            SELECT item.item_id, item.account, item.party_kind, item.party_id, item.currency, part.settlement_date,
                   item.entry_date, item.due_date, item.reference, part.kind, -part.amount_minor, -part.base_minor,
                   settlement.recorded_at
              FROM settled_part AS part JOIN open_item AS item ON item.item_id = part.item_id
              JOIN settlement ON settlement.settlement_key = part.settlement_key
             WHERE settlement.recorded_at <= :as_of
            """),
        [
            ReportView.column("item", .integer, "number of the item"),
            ReportView.column("account", .text, "the control account"),
            ReportView.column("party_kind", .text, "customer, supplier, employee, authority, institution"),
            ReportView.column("party", .text, "who owes or is owed"),
            ReportView.column("currency", .text, "currency of the item"),
            ReportView.column("day", .date, "since when it is open, or when it was settled"),
            ReportView.column("entry_date", .date, "since when the item is open"),
            ReportView.column("due_date", .date, "when it is due"),
            ReportView.column("reference", .text, "what the other side calls it"),
            ReportView.column("what", .text, "item; or match, discount, write_off of a settled part"),
            ReportView.column("amount", .money(currency: "currency"), "debits are positive"),
            ReportView.column("base", .money(currency: nil), "the same in the currency of the books"),
            ReportView.column("known_at", .instant, "when it was recorded"),
        ])
}
