import Amounts
import Calendars
import Diagnostics
import Jobs
import Store

@testable import Ledger

/// What happens to the generated company in one month. The same numbers make the same documents, and what was written
/// before is left as it is.
struct GeneratedMonth {
    /// From 0.
    let index: Int
    let first: CalendarDate
    private var suspense: Money?

    var last: CalendarDate { first.lastOfMonth }
    private var name: String { "\(Period(.month, containing: first))" }

    struct Documents {
        var entries: [JournalEntry] = []
        var schedules: [PostingSchedule] = []
    }

    static let customers: [(id: String, currency: Currency)] = [
        ("C-1", .gbp), ("C-2", .eur), ("C-3", .usd), ("C-4", .gbp), ("C-5", .eur),
    ]
    static let suppliers: [(id: String, currency: Currency)] = [("S-1", .gbp), ("S-2", .usd), ("S-3", .eur)]
    private static let accounts = Settlement.Accounts(
        exchangeGain: AccountCode("4900"), exchangeLoss: AccountCode("7950"), residue: AccountCode("7990"),
        conversion: AccountCode("3910"))

    init(index: Int, first: CalendarDate) {
        self.index = index
        self.first = first
    }

    private static func bank(_ currency: Currency) -> String {
        currency == .eur ? "1210" : currency == .usd ? "1220" : "1200"
    }

    private func booked(
        _ postings: [JournalEntry.Posting], on day: CalendarDate, _ rates: ExchangeRateTable
    ) throws -> [JournalEntry.Posting] {
        let currency = postings[0].amount.currency
        guard currency != .gbp else { return postings }
        return try postings.booked(
            at: rates.rate(from: currency, to: .gbp, on: day), residueTo: AccountCode("7990"))
    }

    // MARK: - Documents

    mutating func documents(_ numbers: inout Numbers, at rates: ExchangeRateTable) throws -> Documents {
        var documents = Documents()
        for number in 1...6 { documents.entries.append(try invoice(number, &numbers, rates)) }
        for number in 1...3 { documents.entries.append(try bill(number, &numbers, rates)) }
        documents.entries.append(try wages(&numbers))
        documents.entries += try accrual(&numbers)
        documents.entries.append(try exchange(&numbers, rates))
        if index % 4 == 3 {
            let amount = Money(minorUnits: numbers.amount(1_00...900_00), .gbp)
            suspense = amount
            documents.entries.append(
                try JournalEntry(
                    key: "receipt/\(name)/unknown", journal: .bank, date: last, description: "Received; from whom?",
                    postings: [line("1200", amount), line("1290", try amount.negated())]))
        }
        if index % 3 == 0 { try insure(&documents, &numbers) }
        if index % 4 == 1 { try buyMachine(&documents, &numbers) }
        return documents
    }

    private func invoice(
        _ number: Int, _ numbers: inout Numbers, _ rates: ExchangeRateTable
    ) throws -> JournalEntry {
        let customer = Self.customers[numbers.below(Self.customers.count)]
        let date = first.adding(days: numbers.below(last.day))
        let net = Money(minorUnits: numbers.amount(200_01...7_000_00), customer.currency)
        let tax =
            customer.currency == .gbp
            ? try net.multiplied(by: Rate("20%") ?? .zero, rounding: .halfAwayFromZero) : .zero(customer.currency)
        let id = "INV-\(name)-\(number)"
        return try JournalEntry(
            key: "invoice/\(id)", journal: .sales, date: date, source: .init(type: "invoice", id: id),
            description: "Invoice \(id); \(customer.id)",
            postings: booked(
                [
                    line("1100", try net + tax, party: Party(.customer, customer.id), due: date.adding(days: 14)),
                    line(
                        "4000", try net.negated(), dimensions: Dimensions(costCentre: "MILL", project: "P\(number % 3)")
                    ),
                    line("2200", try tax.negated()),
                ].filter { !$0.amount.isZero }, on: date, rates))
    }

    private func bill(_ number: Int, _ numbers: inout Numbers, _ rates: ExchangeRateTable) throws -> JournalEntry {
        let supplier = Self.suppliers[numbers.below(Self.suppliers.count)]
        let date = first.adding(days: numbers.below(last.day))
        let cost = Money(minorUnits: numbers.amount(100_01...3_000_00), supplier.currency)
        let id = "\(supplier.id)/\(name)/\(number)"
        return try JournalEntry(
            key: "bill/\(id)", journal: .purchases, date: date, documentDate: date.adding(days: -2),
            source: .init(type: "bill", id: id), description: "Bill \(id), \"yarn\": 5% off | net",
            postings: booked(
                [
                    line("5000", cost, dimensions: Dimensions(costCentre: "MILL"), "Müller & Söhne; Tuch"),
                    line(
                        "2100", try cost.negated(), party: Party(.supplier, supplier.id), due: date.adding(days: 20)),
                ], on: date, rates))
    }

    private func wages(_ numbers: inout Numbers) throws -> JournalEntry {
        var postings: [JournalEntry.Posting] = []
        var owed = Money.zero(.gbp)
        for employee in 1...4 {
            let gross = Money(minorUnits: numbers.amount(1_500_00...4_000_00), .gbp)
            let tax = try gross.multiplied(by: Rate("23.7%") ?? .zero, rounding: .halfAwayFromZero)
            postings.append(line("7000", gross, dimensions: Dimensions(costCentre: "K\(employee % 2)")))
            postings.append(
                line("2220", try (gross - tax).negated(), party: Party(.employee, "E\(employee)"), due: last))
            owed = try owed + tax
        }
        postings.append(line("2210", try owed.negated(), party: Party(.authority, "HMRC"), due: last.adding(days: 19)))
        return try JournalEntry(
            key: "payroll/\(name)", journal: .payroll, date: last, source: .init(type: "payroll-run", id: name),
            description: "Payroll \(name)", postings: postings)
    }

    /// Power that was used and not invoiced, undone on the first day of the next month, with the bill of the last one.
    private func accrual(_ numbers: inout Numbers) throws -> [JournalEntry] {
        let amount = Money(minorUnits: numbers.amount(300_00...900_00), .gbp)
        let paid = Money(minorUnits: numbers.amount(300_00...900_00), .gbp)
        let pair = try ReversingEntry(
            JournalEntry(
                key: "accrual/\(name)", kind: .adjusting, date: last, description: "Power of \(name)",
                postings: [line("7200", amount), line("2109", try amount.negated())]),
            in: FiscalPeriod(containing: last, in: .calendarYear))
        let bill = try JournalEntry(
            key: "power/\(name)", journal: .bank, date: first.adding(days: 9), description: "Power",
            postings: [line("7200", paid), line("1200", try paid.negated())])
        return [pair.entry, pair.reversal, bill]
    }

    /// Money changed at the bank's own rate, which is not that of the day.
    private func exchange(_ numbers: inout Numbers, _ rates: ExchangeRateTable) throws -> JournalEntry {
        let from: Currency = index % 2 == 0 ? .eur : .usd
        let date = first.adding(days: 10)
        let sold = Money(minorUnits: numbers.amount(100_00...1_000_00), from)
        let worth = try rates.rate(from: from, to: .gbp, on: date).convert(sold)
        let got = Money(minorUnits: worth.minorUnits - numbers.amount(1...3_00), .gbp)
        return try JournalEntry(
            key: "exchange/\(name)", journal: .bank, date: date, description: "Changed into pounds",
            postings: [
                line(Self.bank(from), try sold.negated(), base: try worth.negated()), line("1200", got),
                line("7900", try worth - got),
            ].throughConversion(AccountCode("3910"), description: "Changed"))
    }

    private func insure(_ documents: inout Documents, _ numbers: inout Numbers) throws {
        let amount = Money(minorUnits: numbers.amount(700_00...2_000_00), .gbp)
        let start = first.adding(days: 9)
        documents.entries.append(
            try JournalEntry(
                key: "insurance/\(name)", journal: .bank, date: start, description: "Insurance for a year",
                postings: [line("1104", amount), line("1200", try amount.negated())]))
        let deferral = try Deferral(
            amount: amount, service: start...start.adding(months: 12).adding(days: -1),
            method: index % 2 == 0 ? .months : .days)
        documents.schedules.append(
            PostingSchedule(
                key: "deferral/\(name)", description: "Insurance", debit: AccountCode("7600"),
                credit: AccountCode("1104"), rows: try deferral.rows(), currency: .gbp))
    }

    private func buyMachine(_ documents: inout Documents, _ numbers: inout Numbers) throws {
        let cost = Money(minorUnits: numbers.amount(2_000_00...9_000_00), .gbp)
        let date = first.adding(days: 14)
        documents.entries.append(
            try JournalEntry(
                key: "machine/\(name)", journal: .purchases, date: date, description: "Machine of \(name)",
                postings: [line("0030", cost), line("1200", try cost.negated())]))
        let methods: [DepreciationPlan.Method] = [
            .straightLine, .sumOfDigits, .straightLineByDaysOfLife, .decliningBalance(Rate("7%") ?? .zero),
        ]
        let plan = try DepreciationPlan(
            cost: cost, salvage: Money(minorUnits: 100_00, .gbp), inUseFrom: date, firstDate: last, count: 36,
            monthsBetween: 1, method: methods[index / 4 % methods.count])
        documents.schedules.append(
            PostingSchedule(
                key: "asset/\(name)", description: "Depreciation of the machine of \(name)", debit: AccountCode("8000"),
                credit: AccountCode("0031"), dimensions: Dimensions(costCentre: "MILL"), rows: try plan.rows(),
                currency: .gbp))
    }

    /// What clears the suspense account, when the close has stopped at it.
    func suspenseCleared() throws -> JournalEntry? {
        guard let suspense else { return nil }
        return try JournalEntry(
            key: "suspense/\(name)", kind: .adjusting, date: last, description: "Takings of the shop",
            postings: [line("1290", suspense), line("4010", try suspense.negated())])
    }

    // MARK: - Money in and out

    /// Customers pay what is due: all of it, a part, or less a discount; some in pounds what they owe in dollars. Now and
    /// then one bounces, and the customer pays again.
    func collect(_ numbers: inout Numbers, _ rates: ExchangeRateTable, _ unit: UnitOfWork) throws {
        for balance in try due("1100", unit) where balance.item.isDebit {
            let amount = balance.open
            switch numbers.below(8) {
            case 0, 1: continue
            case 2: try pay(balance, part(amount, numbers.below(50) + 20), rates, unit)
            case 3:
                let discount = try amount.multiplied(by: Rate("2%") ?? .zero, rounding: .halfAwayFromZero)
                let deduction = Settlement.Deduction(
                    item: balance.item.id, .discount, amount: discount, to: AccountCode("7910"))
                try pay(balance, try amount - discount, deductions: [deduction], rates, unit)
            case 4 where amount.currency == .usd: try pay(balance, amount, in: .gbp, rates, unit)
            case 5:
                let key = "\(name)/\(balance.item.reference)/\(balance.item.party.id)"
                // A settlement that was undone is not made again under its own key.
                if try SettlementRecords.find(key, .gbp, in: unit.connection) != nil { continue }
                try pay(balance, amount, rates, unit)
                try SettlementRecords.reverse(
                    key, as: "\(key)/bounced", on: last, reason: "Bounced", .gbp, in: unit)
                try SettlementRecords.settle(
                    [try settlement("\(key)/again", on: last, of: balance, paidBy: "payment/\(key)", amount, unit)],
                    reason: "Settled again", accounts: Self.accounts, .gbp, in: unit)
            default: try pay(balance, amount, rates, unit)
            }
        }
    }

    func payBills(_ numbers: inout Numbers, _ rates: ExchangeRateTable, _ unit: UnitOfWork) throws {
        for balance in try due("2100", unit) where !balance.item.isDebit {
            let amount = try balance.open.magnitude()
            switch numbers.below(5) {
            case 0: continue
            case 1: try pay(balance, part(amount, 50), rates, unit)
            case 2:
                let discount = try amount.multiplied(by: Rate("3%") ?? .zero, rounding: .halfAwayFromZero)
                let deduction = Settlement.Deduction(
                    item: balance.item.id, .discount, amount: discount, to: AccountCode("4020"))
                try pay(balance, try amount - discount, deductions: [deduction], rates, unit)
            default: try pay(balance, amount, rates, unit)
            }
        }
    }

    func payStaff(_ numbers: inout Numbers, _ rates: ExchangeRateTable, _ unit: UnitOfWork) throws {
        for account in ["2220", "2210"] {
            for balance in try due(account, unit) where !balance.item.isDebit {
                try pay(balance, balance.open.magnitude(), rates, unit)
            }
        }
    }

    /// What of an account is due by the end of the month, as it was before this month's payments: so a second look finds
    /// the same.
    private func due(_ account: String, _ unit: UnitOfWork) throws -> [OpenItemBalance] {
        try OpenItemRecords.balances(
            .init(account: AccountCode(account)), on: first.adding(days: -1), .gbp, in: unit.connection)
    }

    private func part(_ amount: Money, _ percent: Int) -> Money {
        Money(minorUnits: max(1, amount.minorUnits * Int64(percent) / 100), amount.currency)
    }

    private func pay(
        _ balance: OpenItemBalance, _ amount: Money, in currency: Currency? = nil,
        deductions: [Settlement.Deduction] = [], _ rates: ExchangeRateTable, _ unit: UnitOfWork
    ) throws {
        let item = balance.item
        let key = "\(name)/\(item.reference)/\(item.party.id)"
        let date = first.adding(days: Int(item.id.rawValue / 1_000_000 % Int64(last.day)))
        let paid =
            try currency.map { try rates.rate(from: amount.currency, to: $0, on: date).convert(amount) } ?? amount
        let signed = item.isDebit ? paid : try paid.negated()
        let entry = try JournalEntry(
            key: "payment/\(key)", journal: .bank, date: date, source: .init(type: "payment", id: key),
            description: "Payment of \(item.reference)",
            postings: booked(
                [
                    line(Self.bank(paid.currency), signed),
                    line(item.account.rawValue, try signed.negated(), party: item.party),
                ],
                on: date, rates))
        try Journal.post([entry], in: unit)
        try SettlementRecords.settle(
            [
                try settlement(
                    key, on: date, of: balance, paidBy: entry.key, amount, paid: paid, deductions: deductions, unit)
            ], reason: "Paid", accounts: Self.accounts, .gbp, in: unit)
    }

    private func settlement(
        _ key: String, on date: CalendarDate, of balance: OpenItemBalance, paidBy entryKey: String, _ amount: Money,
        paid: Money? = nil, deductions: [Settlement.Deduction] = [], _ unit: UnitOfWork
    ) throws -> Settlement {
        guard let posted = try Journal.find(key: entryKey, in: unit.connection) else {
            throw Failure(.failed, "\(entryKey) was not posted")
        }
        let payment = OpenItem.ID(entry: posted.number, line: 2)
        let paid = paid ?? amount
        let match =
            balance.item.isDebit
            ? Settlement.Match(debit: balance.item.id, credit: payment, amount: amount, creditAmount: paid)
            : Settlement.Match(debit: payment, credit: balance.item.id, amount: paid, creditAmount: amount)
        return Settlement(key: key, date: date, matches: [match], deductions: deductions)
    }
}
