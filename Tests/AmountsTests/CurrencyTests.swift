import Testing

@testable import Amounts

@Suite struct CurrencyTests {
    @Test(arguments: [
        ("JPY", 0, 1), ("KRW", 0, 1), ("ISK", 0, 1), ("UGX", 0, 1), ("GBP", 2, 100), ("EUR", 2, 100), ("HUF", 2, 100),
        ("XCG", 2, 100), ("ZWG", 2, 100), ("SLE", 2, 100), ("VED", 2, 100), ("KWD", 3, 1_000), ("BHD", 3, 1_000),
        ("TND", 3, 1_000), ("CLF", 4, 10_000), ("UYW", 4, 10_000),
    ]) func `a currency knows its minor unit`(code: String, exponent: UInt8, perMajorUnit: Int64) throws {
        let currency = try #require(Currency(code))
        #expect(currency.code == code)
        #expect(currency.exponent == exponent)
        #expect(currency.minorUnitsPerMajorUnit == perMajorUnit)
    }

    @Test(arguments: [
        // Withdrawn: the last of them on 2026-01-01, when Bulgaria took the euro.
        "BGN", "HRK", "ANG", "ZWL", "SLL", "VEF", "LTL", "CUC", "MRO", "STD", "BYR", "DEM",
        // Metals, funds, tests, and no codes at all.
        "XAU", "XDR", "XXX", "XTS", "CHE", "MXV", "USN", "BOV", "COU", "gbp", "Gbp", "GB", "GBPX", "", "£",
        "ＧＢＰ", "GB1", " GBP",
    ]) func `what is no currency in use in 2026 is refused`(code: String) {
        #expect(Currency(code) == nil)
    }

    @Test func `the named currencies are those of the table`() {
        for currency in [Currency.gbp, .eur, .usd, .jpy, .kwd] { #expect(Currency(currency.code) == currency) }
    }

    @Test func `the list holds the 155 currencies in use and the 2 units of contracts`() {
        var count = 0
        let letters = (UInt8(ascii: "A")...UInt8(ascii: "Z")).map { String(UnicodeScalar($0)) }
        for a in letters { for b in letters { for c in letters where Currency(a + b + c) != nil { count += 1 } } }
        #expect(count == 157)
    }
}
