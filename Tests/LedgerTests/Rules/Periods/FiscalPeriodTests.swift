import Calendars
import Testing

@testable import Ledger

@Suite struct FiscalPeriodTests {
    private static let april = AnnualCycle(startMonth: 4, startDay: 1) ?? .calendarYear

    @Test(arguments: [
        ("2026-01-01", AnnualCycle.calendarYear, "2026-P01", "2026-01-01", "2026-01-31"),
        ("2026-12-31", .calendarYear, "2026-P12", "2026-12-01", "2026-12-31"),
        ("2024-02-29", .calendarYear, "2024-P02", "2024-02-01", "2024-02-29"),
        ("2026-03-31", april, "2025-26-P12", "2026-03-01", "2026-03-31"),
        ("2026-04-01", april, "2026-27-P01", "2026-04-01", "2026-04-30"),
        ("2026-05-05", .ukTaxYear, "2026-27-P01", "2026-04-06", "2026-05-05"),
        ("2026-04-05", .ukTaxYear, "2025-26-P12", "2026-03-06", "2026-04-05"),
    ])
    func `a day is in one month of a fiscal year`(
        date: String, cycle: AnnualCycle, name: String, first: String, last: String
    ) throws {
        let period = FiscalPeriod(containing: day(date), in: cycle)
        #expect(period.description == name)
        #expect(period.days == day(first)...day(last))
        #expect(FiscalPeriod(name, in: cycle) == period)
    }

    @Test func `period 13 is the last day of its year, after month 12 and before the next year`() throws {
        let month12 = try #require(FiscalPeriod("2026-P12", in: .calendarYear))
        let adjustments = try #require(FiscalPeriod("2026-P13", in: .calendarYear))
        #expect(adjustments.days == day("2026-12-31")...day("2026-12-31"))
        #expect(month12 < adjustments && adjustments < month12.nextMonth)
        #expect(month12.nextMonth == adjustments.nextMonth && adjustments.previousMonth == month12)
        #expect(adjustments.yearBefore.description == "2025-P13")
        #expect(month12.nextMonth.previousMonth == month12)
    }

    @Test(arguments: [
        "2026-P00", "2026-P14", "2026-P1", "2026-P001", "2026-01", "2026P01", "2026-27-P01", "2026-p01", "P01", "",
        "2026-P+1", "2026-P01P", "2026-P 1",
    ])
    func `nothing else is a period of the calendar year`(text: String) {
        #expect(FiscalPeriod(text, in: .calendarYear) == nil)
    }

    @Test func `months follow one another without a gap in every cycle`() throws {
        for start in [(1, 1), (4, 1), (4, 6), (7, 1), (12, 28)] {
            let cycle = try #require(AnnualCycle(startMonth: start.0, startDay: start.1))
            var period = FiscalPeriod(containing: day("2023-06-15"), in: cycle)
            for _ in 0..<40 {
                let next = period.nextMonth
                #expect(next.firstDay == period.lastDay.adding(days: 1))
                #expect(FiscalPeriod(containing: next.firstDay, in: cycle) == next)
                #expect(FiscalPeriod(containing: next.lastDay, in: cycle) == next)
                period = next
            }
        }
    }
}
