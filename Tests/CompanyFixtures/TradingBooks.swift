import Amounts
import Calendars
import Diagnostics
import Ledger
import Store
import TestSupport

/// The books of a company that trades, on the demo's chart: what it began 2025 with, sales to customers and in a shop,
/// purchases, wages by cost centre, rent, a machine, a loan, and the closing entry of 2025. The same seed gives the same
/// books.
package struct TradingBooks {
    package let entries: [JournalEntry]

    /// - Parameters:
    ///   - months: how many, from January 2025 on.
    ///   - invoicesPerMonth: sales invoices of each; purchases are a third of them.
    package init(months: Int = 16, invoicesPerMonth: Int = 12, seed: UInt64 = 20_250_101) throws {
        var writer = Writer(seed: seed)
        try writer.open()
        for month in 0..<months { try writer.trade(month, invoices: invoicesPerMonth) }
        entries = writer.entries
    }

    /// Posts them all, as one person at one time.
    ///
    /// - Parameter chart: makes its control accounts known to the store, so that there are open items.
    package func post(to store: Store, _ chart: ChartOfAccounts? = nil) throws {
        try store.write { connection in
            if let chart { try ControlAccounts.keep(chart, in: connection) }
            let stamp = Stamp(run: nil, person: "ann", at: DemoCompany.now)
            try Journal.post(entries, in: UnitOfWork(connection: connection, stamp: stamp, digest: nil))
        }
    }

    private struct Writer {
        var entries: [JournalEntry] = []
        var random: SplitMix64
        /// What income and expense came to since the last closing entry, debits positive.
        var results: [String: Int64] = [:]

        static let firstDay = CalendarDate(year: 2025, month: 1, day: 1) ?? .earliest
        static let customers = [
            "C-1001 Fell & Moor", "C-1002 Harbour Outfitters", "C-1003 Peak Nine", "C-1004 Ørsta Sport",
        ]
        static let suppliers = ["S-201 Border Mills", "S-202 Zipco", "S-203 Tyne Thread"]
        static let centres = ["EDI-SALES", "BRS-SHOP", "EDI-BOARD"]

        init(seed: UInt64) {
            random = SplitMix64(state: seed)
        }

        mutating func amount(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &random) }

        struct Leg {
            var account: String
            var minor: Int64
            var party: Party?
            var centre: String?

            init(_ account: String, _ minor: Int64, _ party: Party? = nil, centre: String? = nil) {
                self.account = account
                self.minor = minor
                self.party = party
                self.centre = centre
            }
        }

        mutating func add(
            _ key: String, _ journal: String, _ date: CalendarDate, _ description: String, _ legs: [Leg],
            kind: JournalEntry.Kind = .normal
        ) throws {
            guard let code = JournalCode(journal) else { throw Failure(.failed, "\(journal) is no journal") }
            var postings: [JournalEntry.Posting] = []
            for leg in legs {
                postings.append(
                    JournalEntry.Posting(
                        account: AccountCode(leg.account), amount: Money(minorUnits: leg.minor, .gbp),
                        party: leg.party, dimensions: Dimensions(costCentre: leg.centre),
                        due: leg.party == nil ? nil : date.adding(days: 30), description: ""))
                if "45678".contains(leg.account.prefix(1)) { results[leg.account, default: 0] += leg.minor }
            }
            let source = journal == "SAL" ? JournalEntry.Source(type: "invoice", id: key) : nil
            entries.append(
                try JournalEntry(
                    key: key, journal: code, kind: kind, date: date, source: source, description: description,
                    postings: postings))
        }

        mutating func open() throws {
            let legs = [
                Leg("0030", 48_000_00), Leg("0031", -12_000_00), Leg("1001", 61_250_00), Leg("1200", 90_412_37),
                Leg("1230", 250_00), Leg("2300", -60_000_00), Leg("3000", -10_000_00), Leg("3200", -117_912_37),
            ]
            try add("opening/2025", "GEN", Self.firstDay, "Balances brought forward", legs, kind: .opening)
        }

        mutating func trade(_ index: Int, invoices: Int) throws {
            let first = Self.firstDay.adding(months: index)
            let last = first.lastOfMonth
            let month = "\(Period(.month, containing: first))"
            for number in 1...invoices {
                let day = first.adding(days: Int(amount(0...27)))
                try sell(number, month, day, growth: Int64(100 + index * 2))
                if number % 3 == 0 { try buy(number, month, day) }
            }
            let shop = amount(6_000_00...11_000_00)
            try add(
                "shop/\(month)", "SAL", last, "Takings of the shop",
                [Leg("1200", shop + shop / 5), Leg("4010", -shop, centre: Self.centres[1]), Leg("2200", -(shop / 5))])
            try pay(month, last)
            let power = amount(300_00...900_00)
            try add(
                "rent/\(month)", "GEN", first, "Rent of \(month)",
                [Leg("7100", 3_400_00, centre: Self.centres[1]), Leg("1200", -3_400_00)])
            try add(
                "power/\(month)", "GEN", last, "Light and power", [Leg("7200", power), Leg("1200", -power)])
            try add(
                "depreciation/\(month)", "GEN", last, "Depreciation of \(month)",
                [Leg("8000", 800_00), Leg("0031", -800_00)], kind: .adjusting)
            try add(
                "loan/\(month)", "BNK", last, "Instalment of the loan",
                [Leg("2300", 1_000_00), Leg("7900", 45_50), Leg("1200", -1_045_50)])
            if last.parts.month == 12 { try close(last) }
        }

        /// An invoice, and mostly its payment.
        mutating func sell(_ number: Int, _ month: String, _ day: CalendarDate, growth: Int64) throws {
            let net = amount(900_00...9_500_00) * growth / 100
            let gross = net + net / 5
            let customer = Self.customers[Int(amount(0...3))]
            let party = Party(.customer, String(customer.prefix(6)))
            let name = customer.dropFirst(7)
            try add(
                "invoice/\(month)-\(number)", "SAL", day, "Invoice \(month)-\(number), \(name)",
                [Leg("1100", gross, party), Leg("4000", -net, centre: Self.centres[0]), Leg("2200", net - gross)])
            guard amount(0...3) > 0 else { return }
            try add(
                "receipt/\(month)-\(number)", "BNK", day.adding(days: Int(amount(10...45))), "Received from \(name)",
                [Leg("1200", gross), Leg("1100", -gross, party)])
        }

        /// A bill, and mostly its payment.
        mutating func buy(_ number: Int, _ month: String, _ day: CalendarDate) throws {
            let cost = amount(1_000_00...7_000_00)
            let gross = cost + cost / 5
            let supplier = Self.suppliers[Int(amount(0...2))]
            let party = Party(.supplier, String(supplier.prefix(5)))
            let name = supplier.dropFirst(6)
            try add(
                "bill/\(month)-\(number)", "PUR", day, "Bill of \(name)",
                [Leg("5000", cost, centre: Self.centres[0]), Leg("2200", gross - cost), Leg("2100", -gross, party)])
            guard amount(0...4) > 0 else { return }
            try add(
                "payment/\(month)-\(number)", "BNK", day.adding(days: Int(amount(15...40))), "Paid to \(name)",
                [Leg("2100", gross, party), Leg("1200", -gross)])
        }

        mutating func pay(_ month: String, _ day: CalendarDate) throws {
            let wages = [amount(9_000_00...10_000_00), amount(4_000_00...5_000_00), amount(6_000_00...6_500_00)]
            let total = wages.reduce(0, +)
            let tax = total / 4
            let hmrc = Party(.authority, "HMRC")
            let staff = Party(.employee, "E001")
            var legs: [Leg] = []
            for (wage, centre) in zip(wages, Self.centres) { legs.append(Leg("7000", wage, centre: centre)) }
            legs += [Leg("7006", tax / 3), Leg("2210", -tax - tax / 3, hmrc), Leg("2220", tax - total, staff)]
            try add("wages/\(month)", "PAY", day, "Wages of \(month)", legs)
            try add(
                "paye/\(month)", "BNK", day.adding(days: 20), "PAYE of \(month)",
                [Leg("2210", tax + tax / 3, hmrc), Leg("1200", -tax - tax / 3)])
            try add(
                "net/\(month)", "BNK", day, "Net wages of \(month)",
                [Leg("2220", total - tax, staff), Leg("1200", tax - total)])
        }

        /// Carries income and expense to retained earnings.
        mutating func close(_ day: CalendarDate) throws {
            let rows = results.sorted { $0.key < $1.key }
            let total = rows.reduce(0) { $0 + $1.value }
            let legs = rows.map { Leg($0.key, -$0.value) } + [Leg("3200", total)]
            try add(
                "closing/\(day.parts.year)", "GEN", day, "Result of \(day.parts.year) to retained earnings", legs,
                kind: .closing)
        }
    }
}
