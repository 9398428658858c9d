import Amounts
import TestSupport
import Testing

@testable import Calendars

@Suite struct DayCountTests {
    private func date(_ text: String) throws -> CalendarDate { try #require(CalendarDate(text), "\(text)") }

    /// The tests of QuantLib, which compare to 1e-10; two of its figures are cut after ten or eleven places.
    @Test(.enabled(if: Vectors.folder != nil, "skipped: no vectors folder"))
    func `days and parts of a year are those of QuantLib`() throws {
        let rows = try #require(try Vectors.rows("accounting/daycount.csv"))
        #expect(rows.count > 130)
        let tolerance = ExactDecimal(coefficient: 1, scale: 11)
        var compared = 0
        for row in rows {
            let dayCount = try #require(DayCount(rawValue: row["convention"] ?? ""), "\(row)")
            let start = try date(row["start"] ?? "")
            let end = try date(row["end"] ?? "")
            let termination = CalendarDate((row["note"] ?? "").dropFirst("termination ".count))
            var reference: ReferencePeriod?
            if let from = CalendarDate(row["reference_start"] ?? ""), let to = CalendarDate(row["reference_end"] ?? "")
            {
                reference = ReferencePeriod(from: from, to: to)
            }
            if let expected = Int(row["expected_days"] ?? "") {
                #expect(dayCount.days(from: start, to: end, termination: termination) == expected, "\(row)")
                compared += 1
            }
            if let expected = ExactDecimal(row["expected_year_fraction"] ?? "") {
                let fraction = try dayCount.yearFraction(
                    from: start, to: end, reference: reference, termination: termination)
                let gap = try fraction.decimal(.halfEven, places: 18).subtracting(expected)
                let minusGap = try gap.negated()
                #expect(gap < tolerance && minusGap < tolerance, "\(fraction) in \(row)")
                compared += 1
            }
        }
        #expect(compared == rows.count)
    }

    @Test(arguments: [
        (DayCount.oneToOne, "2025-01-01", "2025-07-01", 181, "1"),
        (.actual360, "2025-01-01", "2025-07-01", 181, "181/360"),
        (.actual365Fixed, "2024-01-01", "2025-01-01", 366, "366/365"),
        (.actual365NoLeap, "2024-01-01", "2025-01-01", 365, "1"),
        (.actual365NoLeap, "2024-02-28", "2024-03-01", 1, "1/365"),
        (.actual365NoLeap, "2024-02-28", "2024-02-29", 0, "0"),
        (.actual365NoLeap, "2023-03-01", "2028-03-01", 1_825, "5"),
        (.actualActualISDA, "2023-01-01", "2026-01-01", 1_096, "3"),
        (.actualActualISDA, "2024-07-01", "2025-07-01", 365, "66703/66795"),
        (.actualActualISDA, "2024-02-01", "2024-03-01", 29, "29/366"),
        (.actualActualAFB, "2024-02-28", "2028-02-29", 1_462, "1461/365"),
        (.actualActualAFB, "2004-02-29", "2008-02-29", 1_461, "4"),
        (.actualActualAFB, "2024-02-29", "2024-06-01", 93, "31/122"),
        (.actualActualAFB, "2024-03-01", "2024-06-01", 92, "92/365"),
        (.actualActualAFB, "2023-03-01", "2024-02-29", 365, "1"),
        (.thirty360BondBasis, "2025-01-31", "2025-03-31", 60, "1/6"),
        (.thirty360US, "2025-02-28", "2025-03-31", 30, "1/12"),
        (.thirtyE360, "2025-02-28", "2025-03-31", 32, "4/45"),
        (.thirtyE360ISDA, "2025-01-31", "2025-02-28", 30, "1/12"),
    ]) func `a convention counts as its definition says`(
        dayCount: DayCount, from: String, to: String, days: Int, fraction: String
    ) throws {
        let (start, end) = (try date(from), try date(to))
        #expect(dayCount.days(from: start, to: end) == days)
        #expect(try dayCount.yearFraction(from: start, to: end).description == fraction)
    }

    @Test(arguments: DayCount.allCases)
    func `going back is the exact negative, and standing still is nothing`(dayCount: DayCount) throws {
        let start = try date("2023-11-28")
        for offset in 1...900 {
            let end = start.adding(days: offset)
            #expect(dayCount.days(from: end, to: start) == -dayCount.days(from: start, to: end))
            #expect(
                try dayCount.yearFraction(from: end, to: start)
                    == dayCount.yearFraction(from: start, to: end).negated())
        }
        #expect(dayCount.days(from: start, to: start) == 0)
        #expect(try dayCount.yearFraction(from: start, to: start) == (dayCount == .oneToOne ? .one : .zero))
        let leapDay = try date("2028-02-29")
        #expect(dayCount.days(from: leapDay, to: leapDay, termination: leapDay) == 0)
    }

    @Test(arguments: DayCount.allCases)
    func `the whole calendar can be counted`(dayCount: DayCount) throws {
        let fraction = try dayCount.yearFraction(from: .earliest, to: .latest)
        let years = try fraction.decimal(.halfEven, places: 3)
        if dayCount == .oneToOne {
            #expect(fraction == .one)
        } else {
            #expect(try #require(ExactDecimal("9997")) < years && years < #require(ExactDecimal("10145")))
        }
        _ = dayCount.days(from: .latest, to: .earliest)
    }

    @Test func `regular periods of a bond are worth the same, however many and on which side`() throws {
        let reference = ReferencePeriod(from: try date("2024-01-31"), to: try date("2024-07-31"))
        func fraction(_ from: String, _ to: String) throws -> String {
            try DayCount.actualActualISMA.yearFraction(from: date(from), to: date(to), reference: reference).description
        }
        #expect(try fraction("2024-01-31", "2024-07-31") == "1/2")
        #expect(try fraction("2024-01-31", "2034-01-31") == "10")
        #expect(try fraction("2014-01-31", "2024-07-31") == "21/2")
        #expect(try fraction("2014-01-31", "2024-01-31") == "10")
        #expect(try fraction("2023-10-31", "2024-01-31") == "1/4")
    }

    @Test func `without a reference period the dates are one regular period`() throws {
        let isma = DayCount.actualActualISMA
        #expect(try isma.yearFraction(from: date("2024-01-15"), to: date("2024-04-15")) == Fraction(1, over: 4))
        // Too short to be one: a part of the year from its start.
        #expect(try isma.yearFraction(from: date("2025-01-15"), to: date("2025-01-20")) == Fraction(5, over: 365))
    }

    @Test(arguments: [
        // Empty, backwards, over before the interest begins, and too late to count on from.
        ("2024-01-01", "2024-01-01"), ("2024-07-01", "2024-01-01"), ("2023-01-01", "2023-07-01"),
        ("2024-03-01", "2024-04-01"),
    ]) func `a reference period that cannot measure is refused`(from: String, to: String) throws {
        let reference = ReferencePeriod(from: try date(from), to: try date(to))
        let start = try date("2024-02-01")
        let end = try date("2024-06-01")
        let error = DayCountError.unusableReferencePeriod(reference, start: start, end: end)
        #expect(throws: error) {
            try DayCount.actualActualISMA.yearFraction(from: start, to: end, reference: reference)
        }
        #expect(error.failure.summary.hasPrefix("2024-02-01 to 2024-06-01 cannot be measured by the reference period"))
    }
}
