import Amounts
import Calendars
import Diagnostics
import Testing

@testable import Ledger

@Suite struct ExchangeRateTests {
    private static func rate(_ date: String, _ base: Currency, _ quote: Currency, _ rate: String) -> ExchangeRate {
        ExchangeRate(date: day(date), base: base, quote: quote, rate: Rate(rate) ?? .zero)
    }

    private static let ecb = [
        rate("2026-04-29", .eur, .usd, "1.0800"), rate("2026-04-30", .eur, .usd, "1.0843"),
        rate("2026-04-30", .eur, .gbp, "0.8512"), rate("2026-04-30", .eur, .jpy, "162.35"),
        rate("2026-04-30", .eur, .kwd, "0.33301"), rate("2026-03-02", .gbp, .usd, "1.25"),
    ]

    private static func table(maximumAgeDays: Int = 7) throws -> ExchangeRateTable {
        try ExchangeRateTable(ecb, pivot: .eur, maximumAgeDays: maximumAgeDays)
    }

    @Test(arguments: [
        // published, its inverse, and by way of the euro
        ("100.00", Currency.eur, Currency.usd, "2026-04-30", "108.43"),
        ("108.43", .usd, .eur, "2026-04-30", "100.00"), ("100.00", .usd, .gbp, "2026-04-30", "78.50"),
        // the day before; a weekend later
        ("100.00", .eur, .usd, "2026-04-29", "108.00"), ("100.00", .eur, .usd, "2026-05-03", "108.43"),
        // the last day on which a rate may be used
        ("100.00", .eur, .usd, "2026-05-07", "108.43"),
        // other decimal places
        ("100.00", .eur, .jpy, "2026-04-30", "16235"), ("16235", .jpy, .eur, "2026-04-30", "100.00"),
        ("1.00", .eur, .kwd, "2026-04-30", "0.333"), ("1.000", .kwd, .jpy, "2026-04-30", "488"),
        // a day on which pounds were quoted for themselves
        ("100.00", .gbp, .usd, "2026-03-05", "125.00"), ("100.00", .usd, .gbp, "2026-03-05", "80.00"),
        ("5.00", .usd, .usd, "1999-01-01", "5.00"),
    ])
    func `an amount is converted by the latest rate and rounded once`(
        amount: String, from: Currency, to: Currency, date: String, worth: String
    ) throws {
        let rate = try Self.table().rate(from: from, to: to, on: day(date))
        #expect(try rate.convert(money(amount, from)) == money(worth, to))
        #expect(try rate.convert(money("-" + amount, from)) == money("-" + worth, to))
    }

    @Test func `a rate says what it was made of`() throws {
        let table = try Self.table()
        #expect(try table.rate(from: .eur, to: .usd, on: day("2026-05-01")).derivation == .direct)
        #expect(try table.rate(from: .eur, to: .usd, on: day("2026-05-01")).date == day("2026-04-30"))
        #expect(try table.rate(from: .usd, to: .eur, on: day("2026-05-01")).derivation == .inverse)
        let cross = try table.rate(from: .usd, to: .gbp, on: day("2026-04-30"))
        #expect(cross.derivation == .cross(.eur))
        #expect(try cross.decimal().description == "0.78502260")
        #expect(
            try table.rate(from: .jpy, to: .kwd, on: day("2026-04-30")).decimal(places: 6).description == "0.002051")
        #expect(try table.rate(from: .gbp, to: .gbp, on: day("2026-04-30")).decimal(places: 0).description == "1")
    }

    @Test func `an inverse and a cross rate are exact`() throws {
        // A rounded inverse of 3 would give 33.33 for a hundred, and 3333.33 for ten thousand of them.
        let table = try ExchangeRateTable([Self.rate("2026-01-01", .eur, .usd, "3")], pivot: .eur)
        let rate = try table.rate(from: .usd, to: .eur, on: day("2026-01-01"))
        #expect(try rate.convert(usd("30000000000000")) == eur("10000000000000"))
        #expect(try rate.convert(usd("0.02")) == eur("0.01"))
    }

    @Test(arguments: [
        (Currency.eur, Currency.usd, "2026-04-28", nil as String?), (.eur, .usd, "2026-05-08", "2026-04-30"),
        (.gbp, .usd, "2026-03-10", "2026-03-02"), (.gbp, .usd, "2026-03-01", nil),
    ])
    func `a rate that is missing or too old is refused`(
        from: Currency, to: Currency, date: String, newest: String?
    ) throws {
        #expect(
            throws: MissingExchangeRate(
                from: from, to: to, date: day(date), newest: newest.map(day), maximumAgeDays: 7)
        ) { try Self.table().rate(from: from, to: to, on: day(date)) }
    }

    @Test func `a refusal names the newest rate there is`() throws {
        let error = #expect(throws: MissingExchangeRate.self) {
            try Self.table().rate(from: .eur, to: .usd, on: day("2026-05-08"))
        }
        #expect(
            error?.failure.summary
                == "There is no rate from EUR to USD for 2026-05-08: the newest one is of 2026-04-30, older than 7 days."
        )
    }

    @Test func `rates that cannot be are named, all of them`() {
        let error = #expect(throws: Failure.self) {
            try ExchangeRateTable(
                [
                    Self.rate("2026-04-30", .eur, .usd, "0"), Self.rate("2026-04-30", .eur, .usd, "-1"),
                    Self.rate("2026-04-30", .eur, .eur, "1"), Self.rate("2026-04-30", .eur, .gbp, "0.85"),
                    Self.rate("2026-04-30", .eur, .gbp, "0.850"), Self.rate("2026-04-30", .eur, .gbp, "0.86"),
                ], pivot: .eur)
        }
        #expect(
            error?.problems.map(\.description) == [
                "2026-04-30 EUR 1 = USD 0 (expected a rate of more than zero)",
                "2026-04-30 EUR 1 = USD -1 (expected a rate of more than zero)",
                "2026-04-30 EUR 1 = EUR 1 (expected two currencies)",
                "2026-04-30 EUR 1 = GBP 0.85 and 0.86 (expected one rate for a day)",
            ])
    }

    @Test func `what is too large is an error`() throws {
        let table = try ExchangeRateTable([Self.rate("2026-01-01", .eur, .usd, "1.5")], pivot: .eur)
        let rate = try table.rate(from: .eur, to: .usd, on: day("2026-01-01"))
        #expect(throws: ArithmeticError.overflow) { try rate.convert(Money(minorUnits: .max, .eur)) }
        #expect(throws: ArithmeticError.currencyMismatch(.usd, .eur)) { try rate.convert(usd("1")) }
    }

    // MARK: - Documents

    @Test func `a document is booked line by line, and its rounding goes to an account of its own`() throws {
        let table = try ExchangeRateTable([Self.rate("2026-01-01", .gbp, .usd, "3")], pivot: .gbp)
        let rate = try table.rate(from: .usd, to: .gbp, on: day("2026-01-01"))
        let document = [
            line("1100", usd("100.00"), party: Party(.customer, "C1"), due: day("2026-02-01")),
            line("4000", usd("-33.35")), line("4010", usd("-33.35")), line("2200", usd("-33.30")),
        ]
        let booked = try document.booked(at: rate, residueTo: AccountCode("7960"))
        #expect(booked.map(\.base) == ["33.33", "-11.12", "-11.12", "-11.10", "0.01"].map(gbp))
        #expect(booked[0].party == Party(.customer, "C1") && booked[0].due == day("2026-02-01"))
        #expect(booked[4].account == AccountCode("7960") && booked[4].amount == usd("0"))
        _ = try JournalEntry(key: "i", date: day("2026-01-01"), description: "", postings: booked)
        // Nothing is rounded away, nothing is added; and what does not balance is not made to.
        #expect(try document.dropLast().map(\.self).booked(at: rate, residueTo: AccountCode("7960")).count == 3)
        let domestic = [line("1100", gbp("1")), line("4000", gbp("-1"))]
        #expect(try domestic.booked(at: rate, residueTo: AccountCode("7960")) == domestic)
        #expect(throws: ArithmeticError.currencyMismatch(.eur, .usd)) {
            try [line("1100", eur("1"))].booked(at: rate, residueTo: AccountCode("7960"))
        }
    }
}
