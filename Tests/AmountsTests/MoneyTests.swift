import Diagnostics
import Testing

@testable import Amounts

@Suite struct MoneyTests {
    private let largest = Money(minorUnits: .max, .gbp)
    private let smallest = Money(minorUnits: .min, .gbp)
    private let penny = Money(minorUnits: 1, .gbp)

    private func factor(_ text: String) throws -> ExactDecimal { try #require(ExactDecimal(text)) }

    @Test func `sums and differences are exact up to the last minor unit, and throw beyond it`() throws {
        #expect(try largest - penny + penny == largest)
        #expect(try smallest + penny - penny == smallest)
        #expect(try (largest + smallest).minorUnits == -1)
        #expect(throws: ArithmeticError.overflow) { try largest + penny }
        #expect(throws: ArithmeticError.overflow) { try smallest - penny }
        #expect(throws: ArithmeticError.overflow) { try Money.zero(.gbp) - smallest }
        #expect(throws: ArithmeticError.overflow) { try smallest.negated() }
        #expect(throws: ArithmeticError.overflow) { try smallest.magnitude() }
        #expect(try largest.negated().minorUnits == -Int64.max)
        #expect(try Money(minorUnits: -3, .gbp).magnitude() == Money(minorUnits: 3, .gbp))
        #expect(throws: ArithmeticError.overflow) { try [largest, penny].sum(.gbp) }
        #expect(try [Money]().sum(.jpy) == .zero(.jpy))
    }

    @Test func `products go through 128 bits, are rounded once, and throw beyond 64 bits`() throws {
        #expect(try largest.multiplied(by: Rate(factor("1")), rounding: .halfEven) == largest)
        #expect(try largest.multiplied(by: Rate(factor("0.5")), rounding: .floor).minorUnits == Int64.max / 2)
        #expect(throws: ArithmeticError.overflow) {
            try largest.multiplied(by: Rate(factor("1.000000000000000001")), rounding: .awayFromZero)
        }
        #expect(throws: ArithmeticError.overflow) { try largest.multiplied(by: Rate(factor("2")), rounding: .floor) }
        #expect(throws: ArithmeticError.overflow) {
            try largest.multiplied(by: Quantity(ExactDecimal(coefficient: .max, scale: 0)), rounding: .floor)
        }
        #expect(try largest.multiplied(by: .max, over: .max, rounding: .floor) == largest)
        #expect(try smallest.multiplied(by: .min, over: .min, rounding: .floor) == smallest)
        #expect(throws: ArithmeticError.overflow) { try smallest.multiplied(by: -1, over: 1, rounding: .floor) }
        #expect(throws: ArithmeticError.divisionByZero) { try penny.multiplied(by: 1, over: 0, rounding: .floor) }
        // 10.05 × 1.05 = 10.5525: once to 10.55, where rounding twice would give 10.56.
        #expect(
            try Money(minorUnits: 1_005, .gbp).multiplied(by: Rate(factor("1.05")), rounding: .halfAwayFromZero)
                .minorUnits == 1_055)
        let third = try Fraction(1, over: 3)
        #expect(try Money(minorUnits: 100, .gbp).multiplied(by: third, rounding: .halfAwayFromZero).minorUnits == 33)
    }

    @Test func `amounts of two currencies never meet`() throws {
        let yen = Money(minorUnits: 1, .jpy)
        let mismatch = ArithmeticError.currencyMismatch(.gbp, .jpy)
        #expect(throws: mismatch) { try penny + yen }
        #expect(throws: mismatch) { try penny - yen }
        #expect(throws: mismatch) { try penny.compared(to: yen) }
        #expect(throws: ArithmeticError.currencyMismatch(.gbp, .jpy)) { try [yen].sum(.gbp) }
        #expect(penny != yen)
        #expect(mismatch.failure.description == "GBP and JPY cannot be added or compared.")
        #expect(try penny.compared(to: largest) == -1)
        #expect(try penny.compared(to: penny) == 0)
        #expect(try penny.compared(to: smallest) == 1)
    }

    @Test(arguments: [
        ("0", Currency.gbp, 0), ("1250.5", .gbp, 125_050), ("-0.01", .gbp, -1), ("1250.500", .gbp, 125_050),
        ("1250", .jpy, 1_250), ("1250.0", .jpy, 1_250), ("1.234", .kwd, 1_234), ("-1.2", .kwd, -1_200),
        ("92233720368547758.07", .gbp, Int64.max), ("-92233720368547758.08", .gbp, .min),
        ("9223372036854775807", .jpy, .max), ("9223372036854775.807", .kwd, .max),
    ]) func `an amount is read exactly, in the places of its currency`(text: String, currency: Currency, minor: Int64) {
        #expect(Money(text, currency)?.minorUnits == minor)
    }

    @Test(arguments: [
        ("1.005", Currency.gbp), ("1.5", .jpy), ("1.2345", .kwd), ("92233720368547758.08", .gbp), ("", .gbp),
        ("-", .gbp), ("1,250.50", .gbp), ("£5", .gbp), ("1e3", .gbp), (" 1", .gbp), ("1 ", .gbp), ("1.", .gbp),
        (".5", .gbp), ("0x10", .gbp), ("--1", .gbp), ("1-", .gbp), ("NaN", .gbp), ("١٢", .gbp), ("１", .gbp),
        ("9223372036854775808", .jpy), ("1\n", .gbp), ("1.2.3", .gbp),
    ]) func `what is not exactly an amount is refused, never rounded`(text: String, currency: Currency) {
        #expect(Money(text, currency) == nil)
    }

    @Test(arguments: [Currency.gbp, .jpy, .kwd, .usd])
    func `plain text is read back as the same amount`(currency: Currency) {
        let values: [Int64] = [0, 1, -1, 9, 10, -10, 99, 100, 999, 1_000, -1_001, 123_456_789, .max, .min, .min + 1]
        for minor in values {
            let money = Money(minorUnits: minor, currency)
            #expect(Money(money.plainText, currency) == money)
            #expect(Money(money.groupedText.filter { $0 != "," }, currency) == money)
            #expect(money.description == "\(currency.code) \(money.plainText)")
        }
    }

    @Test(arguments: [
        (0, Currency.gbp, "0.00"), (-5, .gbp, "-0.05"), (100_000, .gbp, "1,000.00"), (-99_999, .gbp, "-999.99"),
        (-123_456_789, .gbp, "-1,234,567.89"), (1_234_567, .jpy, "1,234,567"), (999, .jpy, "999"),
        (1_234_567, .kwd, "1,234.567"), (Int64.min, .gbp, "-92,233,720,368,547,758.08"),
    ]) func `people read groups of three`(minor: Int64, currency: Currency, expected: String) {
        #expect(Money(minorUnits: minor, currency).groupedText == expected)
    }

    @Test func `a decimal becomes money exactly, or with a named rounding`() throws {
        #expect(try Money(exactly: factor("1.230"), .gbp)?.minorUnits == 123)
        #expect(try Money(exactly: factor("1.235"), .gbp) == nil)
        #expect(try Money(rounding: factor("1.235"), .halfEven, .gbp).minorUnits == 124)
        #expect(try Money(rounding: factor("1.5"), .towardZero, .jpy).minorUnits == 1)
        #expect(try Money(rounding: factor("-1.2345"), .floor, .kwd).minorUnits == -1_235)
        #expect(throws: ArithmeticError.overflow) { try Money(exactly: factor("92233720368547758.08"), .gbp) }
        #expect(throws: ArithmeticError.overflow) {
            try Money(rounding: ExactDecimal(coefficient: .max, scale: 0), .floor, .gbp)
        }
        #expect(Money(minorUnits: -1_234, .kwd).decimal == (try factor("-1.234")))
    }

    @Test func `a large power of ten leaves nothing or overflows, as the mode says`() throws {
        #expect(try penny.rounded(.halfAwayFromZero, toPowerOfTen: 19).isZero)
        #expect(try penny.rounded(.floor, toPowerOfTen: 200).isZero)
        #expect(try Money.zero(.gbp).rounded(.awayFromZero, toPowerOfTen: 200).isZero)
        #expect(try penny.negated().rounded(.ceiling, toPowerOfTen: 38).isZero)
        #expect(throws: ArithmeticError.overflow) { try penny.rounded(.awayFromZero, toPowerOfTen: 19) }
        #expect(throws: ArithmeticError.overflow) { try penny.rounded(.ceiling, toPowerOfTen: 200) }
        // 9.2 × 10^18 is nearer to 10^19 than to zero, and 10^19 is beyond 64 bits.
        #expect(throws: ArithmeticError.overflow) { try largest.rounded(.halfEven, toPowerOfTen: 19) }
        #expect(try largest.rounded(.halfEven, toPowerOfTen: 18).minorUnits == 9_000_000_000_000_000_000)
        #expect(try penny.rounded(.awayFromZero, toPowerOfTen: -1) == penny)
    }
}
