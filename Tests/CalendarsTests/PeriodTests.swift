import Testing

@testable import Calendars

@Suite struct PeriodTests {
    @Test(arguments: ["2026-11-21", "2026-W47", "2026-W53", "2026-11", "2026-Q4", "2026"])
    func `a period reads what it writes`(text: String) throws {
        let period = try #require(Period(text))
        #expect(period.description == text)
        #expect(Period(period.granularity, containing: period.lastDay) == period)
        #expect(period.next.previous == period)
    }
}
