import Amounts
import Diagnostics
import Testing

@testable import Payroll

/// One payment: code, frequency, period, pay, pay to date, tax before, and what is due.
private struct Payment: Sendable, CustomTestStringConvertible {
    var why: String
    var code: String
    var frequency: PayFrequency = .monthly
    var period: Int
    var pay: String
    var toDate: String
    var before = "0"
    var due: String
    var isHeld = false

    var testDescription: String { why }
}

/// Worked by hand from the tables of 2026-27 and the formulae of the specification.
private let payments = [
    // Free pay 5,000/12 → 416.67 × 2 + 2,579/12 → 214.92 = 1,048.26; 2,500 − 1,048.26 → 1,451 at 20 %.
    Payment(why: "a monthly basic-rate payer", code: "1257L", period: 1, pay: "2500", toDate: "2500", due: "290.20"),
    // 3,967/12 → 330.5833, tax 62.8108; 16,956/12 = 1,413, tax 279.2941; (1,451 − 1,413) × 21 % = 7.98.
    Payment(
        why: "a Scottish intermediate-rate payer", code: "S1257L", period: 1, pay: "2500", toDate: "2500", due: "287.27"
    ),
    // 1,100 − 1,048.26 → 51 at 19 %.
    Payment(why: "a Scottish starter-rate payer", code: "S1257L", period: 1, pay: "1100", toDate: "1100", due: "9.69"),
    // Month 12, 140,000: free 12,579.12; T = 127,420; 47,701.55 + (127,420 − 125,140) × 48 %.
    Payment(
        why: "a Scottish top-rate payer", code: "S1257L", period: 12, pay: "60000", toDate: "140000", before: "20000",
        due: "28795.95"),
    Payment(
        why: "an additional-rate payer", code: "C1257L", period: 12, pay: "60000", toDate: "140000", before: "20000",
        due: "23542.00"),
    // At a limit: 37,700/12 × 1 = 3,141.6666 → 3,142; taxable 3,142.00 is still basic, a penny more is not.
    Payment(
        why: "taxable pay on the rounded limit of the band", code: "0T", period: 1, pay: "3142", toDate: "3142",
        due: "628.40"),
    // 628.3333 + (3,142 − 3,141.6666) × 40 % = 628.4666.
    Payment(
        why: "taxable pay a penny above it", code: "0T", period: 1, pay: "3142.01", toDate: "3142.01", due: "628.46"),
    Payment(why: "pay below the free pay", code: "1257L", period: 1, pay: "1048.26", toDate: "1048.26", due: "0"),
    Payment(
        why: "a refund", code: "1257L", period: 2, pay: "0", toDate: "2500", before: "290.20", due: "-209.60"),
    Payment(
        why: "a refund is not limited by the pay", code: "NT", period: 2, pay: "10", toDate: "2500", before: "290.20",
        due: "-290.20"),
    Payment(
        why: "NT on the month-1 basis leaves the past alone", code: "NT M1", period: 2, pay: "1000", toDate: "2500",
        before: "290.20", due: "0"),
    // K475: 4,759/12 → 396.59; 100 + 396.59 → 496 at 20 % is 99.20, half of 100 is 50.
    Payment(
        why: "a K code held by the limit", code: "K475", period: 1, pay: "100", toDate: "100", due: "50", isHeld: true),
    Payment(
        why: "the limit is down to the penny", code: "K475", period: 1, pay: "100.01", toDate: "100.01", due: "50",
        isHeld: true),
    Payment(why: "a K code and no pay", code: "K475", period: 1, pay: "0", toDate: "0", due: "0", isHeld: true),
    // The next month finds what the limit held back: (350.00 + 793.18) → 1,143 at 20 % = 228.60 − 50.
    Payment(
        why: "what the limit held back is found again", code: "K475", period: 2, pay: "500", toDate: "600",
        before: "50", due: "228.60"),
    Payment(
        why: "pay that is taken back", code: "BR", period: 2, pay: "-500", toDate: "500", before: "200", due: "-100"),
    Payment(why: "BR", code: "BR", period: 3, pay: "1000.99", toDate: "3000.99", before: "400", due: "200"),
    Payment(why: "SD0 is the intermediate rate", code: "SD0", period: 1, pay: "1000", toDate: "1000", due: "210"),
    Payment(why: "CD1 is the additional rate", code: "CD1", period: 1, pay: "1000", toDate: "1000", due: "450"),
    // 999999T: q 1,999, r 499: ceil(4,999/12) 416.59 + 1,999 × 416.67 = 833,339.92 free.
    Payment(
        why: "a code of six digits", code: "999999T", period: 1, pay: "833400", toDate: "833400", due: "12"),
    // Week 1: 2,579/52 → 49.60 + 2 × 96.16 = 241.92; fortnight: 483.84; 1,000 − 483.84 → 516.
    Payment(
        why: "the second week for a fortnight", code: "1257L", frequency: .fortnightly, period: 2, pay: "1000",
        toDate: "1000", due: "103.20"),
    Payment(
        why: "a fortnight on the week-1 basis has two weeks of free pay", code: "1257L X", frequency: .fortnightly,
        period: 30, pay: "1000", toDate: "15000", before: "1", due: "103.20"),
    Payment(
        why: "four weeks on the week-1 basis", code: "1257L W1", frequency: .fourWeekly, period: 8, pay: "1000",
        toDate: "2000", before: "1", due: "6.40"),
    // 241.92 free; 500 − 241.92 → 258 at 20 %.
    Payment(
        why: "week 53 has the free pay of one week", code: "1257L", frequency: .weekly, period: 53, pay: "500",
        toDate: "26500", before: "2800", due: "51.60"),
    Payment(
        why: "week 54 has the free pay of two weeks", code: "1257L", frequency: .fortnightly, period: 54, pay: "1000",
        toDate: "27000", before: "2800", due: "103.20"),
    Payment(
        why: "week 56 has the free pay of four weeks", code: "1257L", frequency: .fourWeekly, period: 56, pay: "1000",
        toDate: "14000", before: "100", due: "6.40"),
    // Bands of one week: 37,700/52 = 725; 758.08 + … week 53: 1,241.92 − 241.92 = 1,000: 145 + 275 × 40 %.
    Payment(
        why: "week 53 has the bands of one week", code: "1257L", frequency: .weekly, period: 53, pay: "1241.92",
        toDate: "60000", before: "9000", due: "255.00"),
    Payment(
        why: "NT in week 53 gives nothing back", code: "NT", frequency: .weekly, period: 53, pay: "500",
        toDate: "26500", before: "2800", due: "0"),
]

@Suite struct IncomeTaxTests {
    private static func money(_ text: String) throws -> Money { try #require(Money(text, .gbp)) }

    @Test(arguments: payments)
    fileprivate func `a payment of 2026-27 is taxed as worked by hand`(
        payment: Payment
    ) throws {
        let pack = try GBTest.pack("2026-27")
        let input = IncomeTaxInput(
            pay: try Self.money(payment.pay), payToDate: try Self.money(payment.toDate),
            taxToDate: try Self.money(payment.before))
        var explanation: Explanation? = Explanation()
        let result = try pack.incomeTax(
            input, code: try #require(TaxCode(payment.code)),
            period: try #require(GBTaxPeriod(payment.frequency, payment.period)), explanation: &explanation)
        #expect(result.due.plainText == (try Self.money(payment.due)).plainText)
        #expect(result.toDate == (try input.taxToDate + result.due))
        #expect(result.isHeldByLimit == payment.isHeld)
        #expect((explanation?.steps.count ?? 0) >= 2)
    }

    @Test func `benefits in kind do not count for the limit`() throws {
        let pack = try GBTest.pack("2026-27")
        var none: Explanation?
        let result = try pack.incomeTax(
            IncomeTaxInput(
                pay: try Self.money("1000"), payToDate: try Self.money("1000"), taxToDate: .zero(.gbp),
                benefitsInKind: try Self.money("800")),
            code: try #require(TaxCode("BR")), period: try #require(GBTaxPeriod(.monthly, 1)), explanation: &none)
        #expect(result.due == (try Self.money("100")))
        #expect(result.isHeldByLimit)
    }

    @Test func `an explanation carries formula, rounding and source`() throws {
        let pack = try GBTest.pack("2026-27")
        var explanation: Explanation? = Explanation()
        _ = try pack.incomeTax(
            IncomeTaxInput(pay: try Self.money("2500"), payToDate: try Self.money("2500"), taxToDate: .zero(.gbp)),
            code: try #require(TaxCode("S1257L")), period: try #require(GBTaxPeriod(.monthly, 1)),
            explanation: &explanation)
        let steps = try #require(explanation).steps
        #expect(
            steps.map(\.label) == ["Tax code S1257L", "Free pay", "Taxable pay", "Tax", "Tax less tax already taken"])
        #expect(steps.map(\.result) == ["2,500.00", "1,048.26", "1,451", "287.27", "287.27"])
        #expect(
            steps[3].computation == "279.2941 + (1,451 − 1,413.0000) × 21% (band above 16,956, up to 31,092 a year, "
                + "1/12 of it)")
        #expect(
            steps[3].source == "HMRC, \"Specification for PAYE tax table routines\", v24.0 (February 2026), "
                + "Appendix B, Scotland, "
                + "https://www.gov.uk/government/publications/payroll-technical-specifications-income-tax")
    }

    @Test func `a code without a rate, a foreign currency and an absurd amount are refused`() throws {
        let pack = try GBTest.pack("2026-27")
        var none: Explanation?
        let period = try #require(GBTaxPeriod(.monthly, 1))
        let fine = IncomeTaxInput(
            pay: try Self.money("1000"), payToDate: try Self.money("1000"), taxToDate: .zero(.gbp))
        let d2 = try #require(TaxCode("D2"))
        #expect(throws: GBRuleError.noRate(code: d2, taxYear: pack.taxYear, highest: "D1")) {
            try pack.incomeTax(fine, code: d2, period: period, explanation: &none)
        }
        let basic = try #require(TaxCode("BR"))
        var euros = fine
        euros.pay = .zero(.eur)
        #expect(throws: GBRuleError.notSterling(field: "Pay", .eur)) {
            try pack.incomeTax(euros, code: basic, period: period, explanation: &none)
        }
        var absurd = fine
        absurd.payToDate = Money(minorUnits: .max, .gbp)
        #expect(throws: GBRuleError.amountOutOfRange(field: "Pay to date")) {
            try pack.incomeTax(absurd, code: basic, period: period, explanation: &none)
        }
        absurd.payToDate = Money(minorUnits: .min, .gbp)
        #expect(throws: GBRuleError.self) {
            try pack.incomeTax(absurd, code: basic, period: period, explanation: &none)
        }
    }

    @Test(arguments: [
        ("1257L", GBRegion.restOfUK), ("S1257L", .scotland), ("K475", .restOfUK), ("SK999999", .scotland),
    ])
    func `fixed-point arithmetic agrees with exact decimals at a hundred million pounds`(
        text: String, region: GBRegion
    ) throws {
        let pack = try GBTest.pack("2026-27")
        let code = try #require(TaxCode(text))
        var random = SplitMix(seed: 20_261_121)
        var none: Explanation?
        for round in 0..<2_000 {
            let limit: Int64 = round % 4 == 0 ? FixedPoint.maximumPence : 20_000_000
            let toDate = Int64.random(in: 0...limit, using: &random)
            let month = Int.random(in: 1...12, using: &random)
            let result = try pack.incomeTax(
                IncomeTaxInput(
                    pay: Money(pence: FixedPoint.maximumPence), payToDate: Money(pence: toDate), taxToDate: .zero(.gbp)),
                code: code, period: try #require(GBTaxPeriod(.monthly, month)), explanation: &none)
            let expected = try SlowIncomeTax.monthly(code, region, toDate: toDate, month: Int64(month))
            #expect(
                result.due.minorUnits == min(expected, FixedPoint.maximumPence / 2),
                "\(text), \(toDate) pence by month \(month)")
        }
    }
}

/// The specification once more, in exact decimals and with the appendices of v24.0 typed in as they are printed.
private enum SlowIncomeTax {
    static let limits: [GBRegion: [Int64]] = [
        .restOfUK: [37_700, 125_140], .scotland: [3_967, 16_956, 31_092, 62_430, 125_140],
    ]
    static let taxes: [GBRegion: [String]] = [
        .restOfUK: ["7540", "42516"], .scotland: ["753.73", "3351.53", "6320.09", "19482.05", "47701.55"],
    ]
    static let rates: [GBRegion: [String]] = [
        .restOfUK: ["0.2", "0.4", "0.45"], .scotland: ["0.19", "0.2", "0.21", "0.42", "0.45", "0.48"],
    ]

    static func monthly(_ code: TaxCode, _ region: GBRegion, toDate: Int64, month: Int64) throws -> Int64 {
        let twelve = ExactDecimal(12)
        func twelfth(_ value: ExactDecimal) throws -> ExactDecimal {
            try value.divided(by: twelve, rounding: .towardZero, places: 4)
        }
        func free(_ number: Int32) throws -> ExactDecimal {
            let (blocks, index) = (Int64(number) - 1).quotientAndRemainder(dividingBy: 500)
            let rest = try twelfth(ExactDecimal((index + 1) * 10 + 9)).rounded(.ceiling, places: 2)
            let block = try twelfth(ExactDecimal(5_000)).rounded(.ceiling, places: 2)
            return try rest.adding(block.multiplied(by: ExactDecimal(blocks))).multiplied(by: ExactDecimal(month))
        }
        let pay = ExactDecimal(coefficient: Int128(toDate), scale: 2)
        let taxable: ExactDecimal =
            switch code.rule {
            case .allowance(let number): try pay.subtracting(free(number))
            case .additionalPay(let number): try pay.adding(free(number))
            default: pay
            }
        guard taxable > .zero else { return 0 }
        let limits = try (limits[region] ?? []).map { try twelfth(ExactDecimal($0 * month)) }
        let taxes = try (taxes[region] ?? []).map { text in
            try twelfth(try #require(ExactDecimal(text)).multiplied(by: ExactDecimal(month)))
        }
        let rates = try (rates[region] ?? []).map { try #require(ExactDecimal($0)) }
        let band = try limits.firstIndex { taxable <= (try $0.rounded(.ceiling, places: 0)) } ?? limits.count
        let whole = try taxable.rounded(.floor, places: 0)
        var tax = try whole.subtracting(band == 0 ? .zero : limits[band - 1]).multiplied(by: rates[band])
        if band > 0 { tax = try tax.adding(taxes[band - 1]) }
        return Int64(
            try tax.rounded(.floor, places: 4).rounded(.floor, places: 2).multiplied(by: ExactDecimal(100))
                .rounded(.floor, places: 0).coefficient)
    }
}

/// A small generator with a seed, so that a failing row can be run again.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
