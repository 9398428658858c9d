import Amounts
import Calendars
import Reports
import Testing

struct ReportModelTests {
    @Test(
        arguments: [
            (ReportValue.empty, ReportColumn.Content.text, ""),
            (.text("=1+1"), .text, "=1+1"),
            (.money(Money(minorUnits: -123_456_789, .gbp)), .money(.gbp), "-1,234,567.89"),
            (.money(Money(minorUnits: 5, .gbp)), .money(nil), "GBP 0.05"),
            (.number(ExactDecimal(coefficient: 12_345_678, scale: 3)), .number(places: 1), "12,345.7"),
            (.number(ExactDecimal(coefficient: -5, scale: 1)), .number(places: 2), "-0.50"),
            (.percent(ExactDecimal(coefficient: 12_345, scale: 4)), .percent(places: 1), "123.5%"),
            (.integer(-1_234_567), .integer, "-1,234,567"),
            (.integer(999), .integer, "999"),
            (.boolean(true), .boolean, "yes"),
            (.date(CalendarDate(dayNumber: 20_571)), .date, "2026-04-28"),
        ])
    func `A value has one text for people`(_ value: ReportValue, _ content: ReportColumn.Content, _ text: String) {
        #expect(ReportColumn("x", "X", content).text(of: value) == text)
    }
}
