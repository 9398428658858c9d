import Diagnostics
import Testing

@testable import Payroll

private let accepted: [(text: String, region: GBRegion, rule: TaxCode.Rule, isNonCumulative: Bool, written: String)] = [
    ("1257L", .restOfUK, .allowance(number: 1257), false, "1257L"),
    ("s1257l", .scotland, .allowance(number: 1257), false, "S1257L"),
    ("C1257M", .wales, .allowance(number: 1257), false, "C1257M"),
    ("1383N", .restOfUK, .allowance(number: 1383), false, "1383N"),
    ("500T", .restOfUK, .allowance(number: 500), false, "500T"),
    ("999999T", .restOfUK, .allowance(number: 999_999), false, "999999T"),
    ("1L", .restOfUK, .allowance(number: 1), false, "1L"),
    ("0T", .restOfUK, .allowance(number: 0), false, "0T"),
    ("S0T", .scotland, .allowance(number: 0), false, "S0T"),
    ("C0T M1", .wales, .allowance(number: 0), true, "C0T X"),
    ("K475", .restOfUK, .additionalPay(number: 475), false, "K475"),
    ("SK475", .scotland, .additionalPay(number: 475), false, "SK475"),
    ("ck999999", .wales, .additionalPay(number: 999_999), false, "CK999999"),
    ("K1X", .restOfUK, .additionalPay(number: 1), true, "K1 X"),
    ("BR", .restOfUK, .basicRate, false, "BR"),
    ("SBR", .scotland, .basicRate, false, "SBR"),
    ("CBR", .wales, .basicRate, false, "CBR"),
    ("BRM1", .restOfUK, .basicRate, true, "BR X"),
    ("D0", .restOfUK, .higherRate(steps: 1), false, "D0"),
    ("D1", .restOfUK, .higherRate(steps: 2), false, "D1"),
    ("D2", .restOfUK, .higherRate(steps: 3), false, "D2"),
    ("SD0", .scotland, .higherRate(steps: 1), false, "SD0"),
    ("SD3", .scotland, .higherRate(steps: 4), false, "SD3"),
    ("CD1 W1", .wales, .higherRate(steps: 2), true, "CD1 X"),
    ("NT", .restOfUK, .noTax, false, "NT"),
    ("nt x", .restOfUK, .noTax, true, "NT X"),
    ("1257L W1", .restOfUK, .allowance(number: 1257), true, "1257L X"),
    ("1257LM1", .restOfUK, .allowance(number: 1257), true, "1257L X"),
    ("1257MM1", .restOfUK, .allowance(number: 1257), true, "1257M X"),
    ("1257L X", .restOfUK, .allowance(number: 1257), true, "1257L X"),
    ("1257LX", .restOfUK, .allowance(number: 1257), true, "1257L X"),
    ("1257L W1/M1", .restOfUK, .allowance(number: 1257), true, "1257L X"),
    ("1257L W1M1", .restOfUK, .allowance(number: 1257), true, "1257L X"),
    (" S 1257 L  m1 ", .scotland, .allowance(number: 1257), true, "S1257L X"),
]

private let refused = [
    "", " ", "12S7L", "1257", "L", "L1257", "1257P", "1257Y", "1257LL", "01257L", "0L", "00T", "0", "1234567L", "K",
    "K0", "K01", "K475L", "SK", "KS475", "D", "D4", "D9", "DO", "D10", "SD", "SD4", "SNT", "CNT", "B", "BRR", "X",
    "M1", "W1", "1257M1", "1257 W2", "1257L M2", "1257L XX", "-5L", "+5L", "1257,L", "１２５７L", "1257Ł", "SS1257L",
    "SC1257L", "S", "C", "T", "12 57 L 9", "1257L M1 M1", "1257L\u{0}", "12571257125712571257L",
]

@Suite struct TaxCodeTests {
    @Test(arguments: accepted)
    func `every form of code that HMRC issues is read`(
        row: (text: String, region: GBRegion, rule: TaxCode.Rule, isNonCumulative: Bool, written: String)
    ) throws {
        let code = try #require(TaxCode(row.text))
        #expect(code.region == row.region)
        #expect(code.rule == row.rule)
        #expect(code.isNonCumulative == row.isNonCumulative)
        #expect(code.description == row.written)
        #expect(TaxCode(code.description) == code)
    }

    @Test(arguments: refused)
    func `anything else is no tax code`(text: String) {
        #expect(TaxCode(text) == nil)
    }

    @Test func `a refused code is named with what was expected and where it stands`() {
        let problem = TaxCode.problem(
            "12S7L", in: "tax_code", at: SourceLocation(file: "employees.csv", line: 14, column: 22))
        #expect(
            problem.description == "employees.csv:14:22: tax_code \"12S7L\" is not a UK tax code "
                + "(expected e.g. 1257L, K475, BR, S1257L M1)")
    }

    @Test func `payslips write the basis as the frequency has it`() throws {
        let code = try #require(TaxCode("S1257L X"))
        #expect(code.text(for: .monthly) == "S1257L M1")
        #expect(code.text(for: .fortnightly) == "S1257L W1")
        #expect(try #require(TaxCode("K475")).text(for: .monthly) == "K475")
        #expect(code.codeText == "S1257L")
    }

    @Test func `a D code is well formed before it has a rate`() throws {
        let pack = try GBTest.pack("2026-27")
        for text in ["BR", "D0", "D1", "SD0", "SD3", "CD1", "1257L", "NT"] {
            #expect(pack.problem(with: try #require(TaxCode(text))) == nil, "\(text)")
        }
        let d2 = try #require(TaxCode("D2"))
        #expect(pack.problem(with: d2)?.description == "tax code \"D2\" has no rate in 2026-27 (expected at most D1)")
        #expect(pack.problem(with: try #require(TaxCode("CD3")))?.expected == "at most CD1")
    }
}
