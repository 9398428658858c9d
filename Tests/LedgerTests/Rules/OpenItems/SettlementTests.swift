import Amounts
import Calendars
import Diagnostics
import Testing

@testable import Ledger

@Suite struct SettlementTests {
    private static let customer = Party(.customer, "C1")
    private static let supplier = Party(.supplier, "S1")
    private static let accounts = Settlement.Accounts(
        exchangeGain: AccountCode("7953"), exchangeLoss: AccountCode("7954"), residue: AccountCode("7960"),
        conversion: AccountCode("3900"))

    private static func item(
        _ id: Int64, _ amount: Money, base: String? = nil, account: String = "1100", party: Party = customer,
        date: String = "2026-04-01", due: String = "2026-05-01", reference: String = ""
    ) -> OpenItem {
        OpenItem(
            id: OpenItem.ID(id), account: AccountCode(account), party: party, amount: amount,
            base: base.map(gbp) ?? amount, date: day(date), due: day(due), reference: reference)
    }

    private static func book(_ items: [OpenItem]) throws -> OpenItemBook {
        try OpenItemBook(items: items, baseCurrency: .gbp)
    }

    private static func match(_ debit: Int64, _ credit: Int64, _ amount: Money, by creditAmount: Money? = nil)
        -> Settlement.Match
    {
        .init(debit: OpenItem.ID(debit), credit: OpenItem.ID(credit), amount: amount, creditAmount: creditAmount)
    }

    private static func settle(
        _ book: inout OpenItemBook, _ matches: [Settlement.Match], deductions: [Settlement.Deduction] = [],
        key: String = "p/1", date: String = "2026-04-20"
    ) throws -> SettlementOutcome {
        try book.settle(
            Settlement(key: key, date: day(date), matches: matches, deductions: deductions), accounts: accounts)
    }

    private static func problems(_ body: () throws -> Void) -> [String] {
        do {
            try body()
            return []
        } catch let error as Failure {
            return error.problems.map(\.description)
        } catch {
            return ["\(error)"]
        }
    }

    @Test func `in one currency and account, what is paid changes the items and not the books`() throws {
        var book = try Self.book([Self.item(1, gbp("100")), Self.item(2, gbp("50")), Self.item(3, gbp("-120"))])
        let outcome = try Self.settle(&book, [Self.match(1, 3, gbp("100")), Self.match(2, 3, gbp("20"))])
        #expect(outcome.postings.isEmpty && outcome.exchangeDifference.isZero)
        #expect(try outcome.entry(description: "Payment") == nil)
        #expect(
            (1...3).map { book.open(OpenItem.ID($0)) } == [
                gbp("0"), gbp("30"), gbp("0"),
            ])
        #expect(book.openItems.map(\.item.id) == [OpenItem.ID(2)])
        #expect(outcome.parts.map(\.amount) == ["100", "-100", "20", "-20"].map(gbp))
    }

    @Test func `a payment at another rate is a realised gain or loss`() throws {
        // 100 dollars booked at 80 pounds came in at 85; those of the supplier, booked at 40, cost 44.
        var book = try Self.book([
            Self.item(1, usd("100"), base: "80"), Self.item(2, usd("-100"), base: "-85"),
            Self.item(3, usd("-50"), base: "-40", account: "2100", party: Self.supplier),
            Self.item(4, usd("50"), base: "44", account: "2100", party: Self.supplier),
        ])
        let gain = try Self.settle(&book, [Self.match(1, 2, usd("100"))])
        #expect(gain.exchangeDifference == gbp("-5"))
        #expect(gain.postings.map(\.base) == ["5", "-5"].map(gbp))
        #expect(gain.postings.map(\.account.rawValue) == ["1100", "7953"])
        #expect(gain.postings.allSatisfy { $0.amount == usd("0") })
        let loss = try Self.settle(&book, [Self.match(4, 3, usd("50"))], key: "p/2")
        #expect(loss.exchangeDifference == gbp("4"))
        #expect(loss.postings.map(\.account.rawValue) == ["2100", "7954"])
        let entry = try #require(try loss.entry(description: "Payment"))
        #expect(entry.key == "settlement/p/2" && entry.journal == .bank)
        #expect(try book.controlBalances().allSatisfy { $0.open.isZero && $0.base.isZero })
    }

    @Test func `an item paid in parts releases its base in parts, the last of them all that is left`() throws {
        var book = try Self.book([
            Self.item(1, usd("0.90"), base: "1"), Self.item(2, usd("-0.30"), base: "-0.33"),
            Self.item(3, usd("-0.30"), base: "-0.33"), Self.item(4, usd("-0.30"), base: "-0.33"),
        ])
        var released: [Money] = []
        var residues: [JournalEntry.Posting] = []
        for payment in 2...4 {
            let outcome = try Self.settle(&book, [Self.match(1, Int64(payment), usd("0.30"))], key: "p/\(payment)")
            released.append(outcome.parts[0].base)
            residues += outcome.postings.filter { $0.account == AccountCode("7960") }
        }
        #expect(released == ["0.33", "0.34", "0.33"].map(gbp))
        #expect(book.openBase(OpenItem.ID(1)) == gbp("0"))
        // A unit is no exchange difference, but what rounding leaves.
        #expect(residues.map(\.base) == [gbp("0.01")])
    }

    @Test func `a discount and its tax, and a loss, go to accounts of their own`() throws {
        var book = try Self.book([
            Self.item(1, gbp("120"), reference: "INV-1"), Self.item(2, gbp("-117.60")),
            Self.item(3, gbp("10"), reference: "INV-2"),
            Self.item(4, gbp("-100"), account: "2100", party: Self.supplier),
            Self.item(5, gbp("98"), account: "2100", party: Self.supplier),
        ])
        let outcome = try Self.settle(
            &book, [Self.match(1, 2, gbp("117.60")), Self.match(5, 4, gbp("98"))],
            deductions: [
                .init(item: OpenItem.ID(1), .discount, amount: gbp("2"), to: AccountCode("4090")),
                .init(item: OpenItem.ID(1), .discount, amount: gbp("0.40"), to: AccountCode("2200")),
                .init(
                    item: OpenItem.ID(3), .writeOff, amount: gbp("10"), to: AccountCode("7800"),
                    dimensions: Dimensions(costCentre: "SHOP")),
                .init(item: OpenItem.ID(4), .discount, amount: gbp("2"), to: AccountCode("5090")),
            ])
        #expect(
            outcome.postings.map { "\($0.account) \($0.base.plainText) \($0.description)" } == [
                "1100 -12.40 Settled", "2100 2.00 Settled", "4090 2.00 Discount INV-1", "2200 0.40 Discount INV-1",
                "7800 10.00 Written off INV-2", "5090 -2.00 Discount",
            ])
        #expect(book.openItems.isEmpty)
        #expect(outcome.postings[4].dimensions == Dimensions(costCentre: "SHOP"))
    }

    @Test func `a debit in one currency is settled by a credit in another through the conversion account`() throws {
        var book = try Self.book([Self.item(1, usd("100"), base: "80"), Self.item(2, gbp("-85"))])
        let outcome = try Self.settle(&book, [Self.match(1, 2, usd("100"), by: gbp("85"))])
        #expect(outcome.exchangeDifference == gbp("-5"))
        let entry = try #require(try outcome.entry(description: "Payment"))
        #expect(try base(of: "1100", in: entry.postings) == gbp("5"))
        #expect(try base(of: "3900", in: entry.postings).isZero)
        #expect(entry.postings.filter { $0.account == AccountCode("3900") }.map(\.amount) == [usd("100"), gbp("-85")])
    }

    @Test func `what lies on two accounts is moved between them`() throws {
        var book = try Self.book([Self.item(1, gbp("100")), Self.item(2, gbp("-100"), account: "2150")])
        let outcome = try Self.settle(&book, [Self.match(1, 2, gbp("100"))])
        #expect(outcome.postings.map { "\($0.account) \($0.base.plainText)" } == ["1100 -100.00", "2150 100.00"])
    }

    @Test func `a settlement is undone to the unit`() throws {
        let items = [
            Self.item(1, usd("100"), base: "80.01"), Self.item(2, usd("-33.33"), base: "-28"),
            Self.item(3, gbp("-20")),
        ]
        var book = try Self.book(items)
        let before = try book.controlBalances()
        let outcome = try Self.settle(
            &book, [Self.match(1, 2, usd("33.33")), Self.match(1, 3, usd("25"), by: gbp("20"))],
            deductions: [.init(item: OpenItem.ID(1), .writeOff, amount: usd("0.07"), to: AccountCode("7800"))])
        let undone = try book.reverse(outcome, key: "p/1/undone", on: day("2026-05-02"))
        #expect(items.map { book.open($0.id) } == items.map(\.amount))
        #expect(items.map { book.openBase($0.id) } == items.map(\.base))
        #expect(try book.controlBalances() == before)
        #expect(try (outcome.postings + undone.postings).map(\.base).sum(.gbp).isZero)
        #expect(undone.reverses == "p/1")
        #expect(try undone.exchangeDifference == outcome.exchangeDifference.negated())
        #expect(try undone.entry(description: "")?.reverses == "settlement/p/1")
        #expect(
            Self.problems { _ = try book.reverse(outcome, key: "p/1/again", on: day("2026-04-19")) } == [
                "p/1 was undone before (expected once)", "p/1 is undone on 2026-04-19 (expected 2026-04-20 or later)",
                "USD 158.40 of item 1 would be open (expected at most USD 100.00)",
                "USD -66.66 of item 2 would be open (expected at most USD -33.33)",
                "GBP -40.00 of item 3 would be open (expected at most GBP -20.00)",
            ])
        // And once undone it can be done again, under another key.
        _ = try Self.settle(&book, [Self.match(1, 2, usd("33.33"))], key: "p/2", date: "2026-05-03")
    }

    @Test func `everything that is wrong with a settlement is named, and nothing is settled`() throws {
        let items = [
            Self.item(1, gbp("100")), Self.item(2, gbp("-100")), Self.item(3, usd("-10"), base: "-8"),
            Self.item(4, gbp("5"), date: "2026-04-21"),
        ]
        var book = try Self.book(items)
        let found = Self.problems {
            _ = try Self.settle(
                &book,
                [
                    Self.match(1, 2, gbp("60")), Self.match(1, 2, gbp("41")), Self.match(2, 1, gbp("1")),
                    Self.match(9, 2, gbp("1")), Self.match(1, 3, gbp("1")), Self.match(4, 2, gbp("0")),
                    Self.match(1, 2, gbp("10"), by: gbp("9")),
                ],
                deductions: [
                    .init(item: OpenItem.ID(4), .discount, amount: gbp("1"), to: AccountCode("1")),
                    .init(item: OpenItem.ID(2), .discount, amount: gbp("-1"), to: AccountCode("1")),
                ])
        }
        #expect(
            found == [
                "GBP 41.00 of item 1 is to be settled (expected at most GBP 40.00)",
                "GBP 41.00 of item 2 is to be settled (expected at most GBP 40.00)",
                "item 2 of GBP -100.00 is used as a debit (expected a credit)",
                "item 1 of GBP 100.00 is used as a credit (expected a debit)",
                "there is no item 9 (expected an item that exists)",
                "GBP 1.00 of item 3 is to be settled (expected more than zero, in USD)",
                "GBP 0.00 of item 4 is to be settled (expected more than zero, in GBP)",
                "GBP 0.00 of item 2 is to be settled (expected more than zero, in GBP)",
                "GBP 10.00 of item 1 is settled by GBP 9.00 (expected the same amount)",
                "item 4 is of 2026-04-21 (expected 2026-04-20 or before)",
                "GBP -1.00 of item 2 is to be settled (expected more than zero, in GBP)",
            ])
        #expect(items.map { book.open($0.id) } == items.map(\.amount))
        #expect(Self.problems { _ = try Self.settle(&book, []) }.count == 1)
        _ = try Self.settle(&book, [Self.match(1, 2, gbp("1"))])
        #expect(
            Self.problems { _ = try Self.settle(&book, [Self.match(1, 2, gbp("1"))]) } == [
                "p/1 was settled before (expected a key of its own)"
            ])
    }

    @Test func `items that cannot be are named`() {
        #expect(
            Self.problems {
                _ = try OpenItemBook(
                    items: [
                        Self.item(1, gbp("0")), Self.item(2, gbp("1")), Self.item(2, gbp("2")), Self.item(3, usd("1")),
                    ],
                    parts: [
                        SettledPart(
                            settlement: "p", item: OpenItem.ID(7), kind: .match, counterpart: nil, amount: gbp("1"),
                            base: gbp("1"), date: day("2026-04-01"))
                    ], baseCurrency: .gbp)
            } == [
                "the item 1 is GBP 0.00 worth GBP 0.00 (expected an amount other than zero, worth some GBP)",
                "there are two items 2 (expected one)",
                "the item 3 is USD 1.00 worth USD 1.00 (expected an amount other than zero, worth some GBP)",
                "the settlement p is of an item 7 (expected one that exists)",
            ])
    }

    // MARK: - Proposals

    @Test func `the oldest are settled first`() throws {
        let book = try Self.book([
            Self.item(1, gbp("100"), due: "2026-06-01"), Self.item(2, gbp("50"), due: "2026-05-01"),
            Self.item(3, gbp("-120"), due: "2026-04-20"), Self.item(4, gbp("-10"), due: "2026-04-10"),
            Self.item(5, gbp("7"), party: Self.supplier), Self.item(6, usd("7"), base: "5"),
            Self.item(7, gbp("-9"), account: "2100"), Self.item(8, gbp("-9"), date: "2027-01-01"),
        ])
        let proposals = book.proposals(.oldestFirst, on: day("2026-06-30"))
        #expect(
            proposals.map(\.matches) == [
                [Self.match(2, 4, gbp("10")), Self.match(2, 3, gbp("40")), Self.match(1, 3, gbp("80"))]
            ])
    }

    @Test func `the same reference comes first, then the same amount, then the oldest`() throws {
        let book = try Self.book([
            Self.item(1, gbp("100"), due: "2026-04-01"), Self.item(2, gbp("50"), due: "2026-05-01"),
            Self.item(3, gbp("30"), due: "2026-05-02", reference: "INV-3"), Self.item(4, gbp("50"), due: "2026-04-30"),
            Self.item(5, gbp("-50"), due: "2026-04-20"),
            Self.item(6, gbp("-35"), due: "2026-04-20", reference: "INV-3"),
            Self.item(7, gbp("-20"), due: "2026-04-20", reference: "INV-9"),
        ])
        #expect(
            book.proposals(.exactFirst, on: day("2026-06-30")).map(\.matches) == [
                [
                    Self.match(3, 6, gbp("30")), Self.match(4, 5, gbp("50")), Self.match(1, 6, gbp("5")),
                    Self.match(1, 7, gbp("20")),
                ]
            ])
    }

    @Test(arguments: AllocationPolicy.allCases)
    func `a proposal can be settled as it stands, and uses up one side of each party`(policy: AllocationPolicy) throws {
        var numbers = Numbers(seed: 3)
        let items = (1...400).map { id in
            let sign: Int64 = numbers.below(2) == 0 ? 1 : -1
            return Self.item(
                Int64(id), Money(minorUnits: sign * numbers.amount(1...40), .gbp),
                party: Party(.customer, "C\(numbers.below(20))"),
                due: day("2026-04-01").adding(days: numbers.below(60)).description,
                reference: numbers.below(3) == 0 ? "R\(numbers.below(10))" : "")
        }
        var book = try Self.book(items)
        let before = try book.controlBalances()
        for proposal in book.proposals(policy, on: day("2026-06-30")) {
            _ = try Self.settle(&book, proposal.matches, key: "p/\(proposal.party)")
        }
        #expect(book.proposals(policy, on: day("2026-06-30")).isEmpty)
        #expect(try book.controlBalances() == before)
        #expect(try book.openItems.map(\.open).sum(.gbp) == items.map(\.amount).sum(.gbp))
    }

    // MARK: - Properties

    @Test(arguments: 0..<20)
    func `nothing is lost: the sub-ledger is the control account after every settlement and its undoing`(
        seed: Int
    ) throws {
        var numbers = Numbers(seed: UInt64(seed))
        let currencies: [Currency] = [.gbp, .usd, .jpy]
        let items = (1...60).map { id -> OpenItem in
            let currency = currencies[numbers.below(3)]
            let sign: Int64 = numbers.below(2) == 0 ? 1 : -1
            let amount = sign * numbers.amount(1...100_000)
            // Rates that differ from document to document.
            let base = currency == .gbp ? amount : amount * numbers.amount(60...99) / 100
            return OpenItem(
                id: OpenItem.ID(Int64(id)), account: AccountCode(numbers.below(2) == 0 ? "1100" : "2100"),
                party: Party(.customer, "C\(numbers.below(4))"), amount: Money(minorUnits: amount, currency),
                base: Money(minorUnits: base, .gbp), date: day("2026-04-01"), due: day("2026-05-01"))
        }
        var book = try Self.book(items)
        // The books: what the documents posted, then each settlement's entry.
        struct Place: Hashable {
            let account: AccountCode
            let currency: Currency
        }
        var ledger: [Place: (amount: Int64, base: Int64)] = [:]
        func post(_ account: AccountCode, _ amount: Money, _ base: Money) {
            let old = ledger[Place(account: account, currency: amount.currency)] ?? (0, 0)
            ledger[Place(account: account, currency: amount.currency)] = (
                old.amount + amount.minorUnits, old.base + base.minorUnits
            )
        }
        func check() throws {
            for balance in try book.controlBalances() {
                let posted = ledger[Place(account: balance.account, currency: balance.open.currency)] ?? (0, 0)
                #expect(posted.amount == balance.open.minorUnits && posted.base == balance.base.minorUnits)
            }
        }
        for item in items { post(item.account, item.amount, item.base) }
        try check()
        var outcomes: [SettlementOutcome] = []
        for round in 0..<80 {
            if numbers.below(4) == 0, !outcomes.isEmpty {
                let outcome = outcomes.remove(at: numbers.below(outcomes.count))
                let undone = try book.reverse(outcome, key: "u/\(round)", on: day("2026-06-01"))
                for posting in undone.postings { post(posting.account, posting.amount, posting.base) }
            } else {
                let open = book.openItems
                let debits = open.filter { $0.item.isDebit }
                let credits = open.filter { !$0.item.isDebit }
                guard !debits.isEmpty, !credits.isEmpty else { continue }
                let debit = debits[numbers.below(debits.count)]
                let credit = credits[numbers.below(credits.count)]
                let most = debit.open.minorUnits
                let mostCredit = credit.open.minorUnits.magnitude
                let amount: Int64
                let creditAmount: Int64
                if debit.open.currency == credit.open.currency {
                    amount = numbers.amount(1...min(most, Int64(mostCredit)))
                    creditAmount = amount
                } else {
                    amount = numbers.amount(1...most)
                    creditAmount = numbers.amount(1...Int64(mostCredit))
                }
                var deductions: [Settlement.Deduction] = []
                if most > amount, numbers.below(2) == 0 {
                    deductions.append(
                        .init(
                            item: debit.item.id, .discount,
                            amount: Money(minorUnits: numbers.amount(1...(most - amount)), debit.open.currency),
                            to: AccountCode("4090")))
                }
                let outcome = try Self.settle(
                    &book,
                    [
                        .init(
                            debit: debit.item.id, credit: credit.item.id,
                            amount: Money(minorUnits: amount, debit.open.currency),
                            creditAmount: Money(minorUnits: creditAmount, credit.open.currency))
                    ], deductions: deductions, key: "s/\(round)", date: "2026-06-01")
                // An entry refuses what does not balance.
                _ = try outcome.entry(description: "Payment")
                for posting in outcome.postings { post(posting.account, posting.amount, posting.base) }
                outcomes.append(outcome)
            }
            try check()
        }
        for (index, outcome) in outcomes.reversed().enumerated() {
            let undone = try book.reverse(outcome, key: "end/\(index)", on: day("2026-06-01"))
            for posting in undone.postings { post(posting.account, posting.amount, posting.base) }
        }
        try check()
        #expect(items.map { book.open($0.id) } == items.map(\.amount))
        #expect(items.map { book.openBase($0.id) } == items.map(\.base))
    }

    @Test func `the book is the same when it is read back from its rows`() throws {
        let items = [
            Self.item(1, usd("100"), base: "80"), Self.item(2, usd("-60"), base: "-50"), Self.item(3, gbp("-20")),
        ]
        var book = try Self.book(items)
        var parts = try Self.settle(&book, [Self.match(1, 2, usd("60"))]).parts
        let second = try Self.settle(&book, [Self.match(1, 3, usd("10"), by: gbp("8"))], key: "p/2")
        parts += second.parts
        parts += try book.reverse(second, key: "u/2", on: day("2026-05-01")).parts
        let again = try OpenItemBook(items: items, parts: parts, baseCurrency: .gbp)
        #expect(items.map { again.open($0.id) } == items.map { book.open($0.id) })
        #expect(items.map { again.openBase($0.id) } == items.map { book.openBase($0.id) })
    }
}
