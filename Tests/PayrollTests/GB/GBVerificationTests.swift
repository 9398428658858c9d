import Amounts
import Diagnostics
import TestSupport
import Testing

@testable import Payroll

@Suite struct GBVerificationTests {
    private static func verify(_ text: String) throws -> GBVerificationReport {
        try GBVerification(packs: try GBTest.packs()).verify(bytes: Array(text.utf8), shownAs: "rows.csv")
    }

    private static func problems(_ text: String) -> [String] {
        do {
            _ = try verify(text)
            return []
        } catch let failure as Failure {
            return failure.problems.map(\.description)
        } catch {
            return ["\(error)"]
        }
    }

    private static let payeHeader =
        "id,tax_year,region,frequency,tax_code,w1m1,period,gross_pay,taxable_pay_to_date,tax_paid_before,"
        + "expected_tax_due,expected_tax_to_date\n"
    private static let niHeader =
        "id,tax_year,frequency,ni_category,gross_pay,expected_employee_ni,expected_employer_ni,expected_total_ni\n"

    @Test func `the official PAYE file agrees in 168 of 168 rows and names the six within tolerance`() throws {
        let path = repositoryRoot.appending(path: "fixtures/official/gb-paye-2025-26.csv").path
        let report = try GBVerification(packs: try GBTest.packs()).verify(contentsOf: path, shownAs: "paye.csv")
        #expect(report.countText == "168/168")
        #expect(report.exactCount == 162)
        #expect(report.hasPassed)
        #expect(
            report.text
                == """
                PAYE 168/168 (162 exactly, 6 within 0.01)
                  within 0.01      paye25-068: expected_tax_due 5382.96, got 5382.97; expected_tax_to_date 16868.53, got 16868.54
                  within 0.01      paye25-072: expected_tax_due 5189.61, got 5189.62; expected_tax_to_date 73951.95, got 73951.96
                  within 0.01      paye25-087: expected_tax_due 753.59, got 753.60; expected_tax_to_date 753.59, got 753.60
                  within 0.01      paye25-088: expected_tax_due 754.01, got 754.02; expected_tax_to_date 754.01, got 754.02
                  within 0.01      paye25-123: expected_tax_due 275.63, got 275.64; expected_tax_to_date 275.63, got 275.64
                  within 0.01      paye25-124: expected_tax_due 350.19, got 350.20; expected_tax_to_date 625.82, got 625.83
                """)
    }

    @Test func `the official National Insurance file agrees in 896 of 896 rows`() throws {
        let path = repositoryRoot.appending(path: "fixtures/official/gb-ni-2025-26.csv").path
        let report = try GBVerification(packs: try GBTest.packs()).verify(contentsOf: path, shownAs: "ni.csv")
        #expect(report.text == "National Insurance 896/896")
    }

    @Test func `columns come in any order, others are passed over, and the code may carry its basis`() throws {
        let report = try Self.verify(
            """
            # A user's own rows.
            note,expected_tax_due,tax_code,period,frequency,tax_year,gross_pay,taxable_pay_to_date,tax_paid_before,id
            one,287.27,S1257L,1,monthly,2026-27,2500,2500,,a
            two,287.27,s1257l m1,7,monthly,2026-27,2500,,100,b
            three,287.27,S1257L X,7,monthly,2026-27,2500,,100,c
            """)
        #expect(report.text == "PAYE 3/3")
    }

    @Test func `a row that fails is named with expected and found`() throws {
        let report = try Self.verify(
            Self.payeHeader + "a,2026-27,RUK,monthly,1257L,0,1,2500,2500,0,290.22,290.22\n"
                + "b,2026-27,RUK,monthly,1257L,0,1,2500,2500,0,290.21,290.20\n")
        #expect(!report.hasPassed)
        #expect(report.countText == "1/2")
        #expect(
            report.text
                == """
                PAYE 1/2 (0 exactly, 1 within 0.01)
                  failed           a: expected_tax_due 290.22, got 290.20; expected_tax_to_date 290.22, got 290.20
                  within 0.01      b: expected_tax_due 290.21, got 290.20
                """)
        #expect(report.failed.first?.location.description == "rows.csv:2:1")
    }

    @Test func `National Insurance has no tolerance`() throws {
        let report = try Self.verify(Self.niHeader + "a,2026-27,monthly,A,10000,367.51,1437.45,1804.95\n")
        #expect(report.text == "National Insurance 0/1\n  failed           a: expected_employee_ni 367.51, got 367.50")
    }

    @Test func `the region names the bands where the code has no prefix`() throws {
        let report = try Self.verify(
            Self.payeHeader + "a,2026-27,SCT,monthly,1257L,0,1,2500,2500,0,287.27,287.27\n"
                + "b,2026-27,SCT,monthly,NT,0,1,2500,2500,0,0,0\n")
        #expect(report.countText == "2/2")
    }

    @Test func `every bad cell is named at its place`() {
        let rows = """
            a,2024-25,RUK,monthly,1257L,0,1,2500,2500,0,1,1
            b,2026,RUK,daily,12S7L,2,0,2500.001,x,0,1,1
            c,2026-27,RUK,monthly,1257L,0,13,2500,2500,0,1,1
            d,2026-27,RUK,fortnightly,1257L,0,3,2500,2500,0,1,1
            e,2026-27,RUK,monthly,D2,0,1,2500,2500,0,1,1
            f,2026-27,WLS,monthly,S1257L,0,1,2500,2500,0,1,1
            g,2026-27,RUK,monthly,1257L,0,1,2500,,0,1,1
            ,2026-27,RUK,monthly,1257L,0,1,200000000,2500,0,,1

            """
        #expect(
            Self.problems(Self.payeHeader + rows) == [
                "rows.csv:2:3: tax_year \"2024-25\" has no GB pack (expected one of 2025-26, 2026-27)",
                "rows.csv:3:3: tax_year \"2026\" is not a UK tax year (expected e.g. 2026-27)",
                "rows.csv:3:12: frequency \"daily\" is not one of the choices "
                    + "(expected weekly, fortnightly, fourweekly or monthly)",
                "rows.csv:3:18: tax_code \"12S7L\" is not a UK tax code (expected e.g. 1257L, K475, BR, S1257L M1)",
                "rows.csv:3:24: w1m1 \"2\" is not 0 or 1 (expected 1 for the week-1 or month-1 basis)",
                "rows.csv:3:26: period \"0\" is out of range (expected a whole number, 1 to 56)",
                "rows.csv:3:28: gross_pay \"2500.001\" has more decimal places than GBP (expected at most 2)",
                "rows.csv:3:37: taxable_pay_to_date \"x\" is not an amount of GBP "
                    + "(expected e.g. 1250.00: no separators, no sign of the currency)",
                "rows.csv:4:31: period \"13\" is no monthly period (expected 1 to 12)",
                "rows.csv:5:35: period \"3\" is no fortnightly period "
                    + "(expected the last week of the fortnight: 2, 4, … 54)",
                "rows.csv:6:23: tax code \"D2\" has no rate in 2026-27 (expected at most D1)",
                "rows.csv:7:11: region \"WLS\" does not fit tax_code \"S1257L\" (expected SCT)",
                "rows.csv:8:38: taxable_pay_to_date is empty "
                    + "(expected an amount of GBP, e.g. 1250.00: no separators, no sign of the currency)",
                "rows.csv:9:1: id is empty (expected text)",
                "rows.csv:9:49: expected_tax_due is empty "
                    + "(expected an amount of GBP, e.g. 1250.00: no separators, no sign of the currency)",
            ])
    }

    @Test func `an absurd amount is named by row`() {
        #expect(
            Self.problems(Self.niHeader + "a,2026-27,monthly,A,200000000,1,1,2\n") == [
                "rows.csv:2:1: Earnings for National Insurance is beyond the £100,000,000 that the GB rules accept for one "
                    + "person and one year."
            ])
    }

    @Test func `an unknown category is named`() {
        #expect(
            Self.problems(Self.niHeader + "a,2026-27,monthly,G,2000,1,1,2\n") == [
                "rows.csv:2:19: ni_category \"G\" is not a National Insurance category letter "
                    + "(expected one of A B C D E F H I J K L M N S V X Z)"
            ])
    }

    @Test(arguments: ["id,gross_pay\n", "id,tax_code,ni_category\n"])
    func `a file that is about neither or both is refused with the columns of each`(header: String) {
        let failure = #expect(throws: Failure.self) { try Self.verify(header + "\n") }
        #expect(failure?.exitCode == .usage)
        #expect(failure?.advice?.contains("PAYE needs the columns id,tax_year,frequency,tax_code,period") == true)
        #expect(
            failure?.advice?.contains("National Insurance needs the columns id,tax_year,frequency,ni_category") == true)
    }

    @Test func `a missing column, an empty file and one without rows are named`() {
        #expect(
            Self.problems("id,tax_year,frequency,tax_code,period,gross_pay,taxable_pay_to_date,tax_paid_before\n").first
                == "rows.csv:1:1: the column \"expected_tax_due\" is missing (expected a header with it: "
                + "id,tax_year,frequency,tax_code,period,gross_pay,taxable_pay_to_date,tax_paid_before,expected_tax_due)"
        )
        #expect(!Self.problems("").isEmpty)
        #expect(Self.problems(Self.niHeader) == ["rows.csv has no rows (expected one for each payment)"])
    }

    @Test func `line ends of other systems and a byte order mark do not matter`() throws {
        let rows = Self.niHeader + "a,2026-27,monthly,A,10000,367.50,1437.45,1804.95\n"
        let report = try Self.verify(
            "\u{FEFF}" + rows.split(separator: "\n").joined(separator: "\r\n") + "\r\n")
        #expect(report.countText == "1/1")
    }
}
