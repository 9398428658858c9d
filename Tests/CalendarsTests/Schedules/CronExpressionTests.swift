import Diagnostics
import Testing

@testable import Calendars

@Suite struct CronExpressionTests {
    private func problems(_ text: String) -> [String] {
        var problems = ProblemList()
        let place = SourceLocation(file: "jobs/a.yaml", line: 3, column: 18)
        #expect(CronExpression.parse(text, at: place, problems: &problems) == nil)
        return problems.problems.map(\.description)
    }

    @Test(arguments: [
        ("* * * * *", "* * * * *"), ("*/15 0-23/2 1,15 JAN-mar Mon-FRI", "*/15 0-23/2 1,15 1-3 1-5"),
        ("00 07 * * *", "0 7 * * *"), ("0 0 * * 7", "0 0 * * 0"), ("0 0 * * 0-7", "0 0 * * 0-6"),
        ("0 0 * * 5-7", "0 0 * * 0,5,6"), ("0 0 * * sun,sat", "0 0 * * 0,6"), (" 0\t0  * * * ", "0 0 * * *"),
        ("@Daily", "0 0 * * *"), ("@MIDNIGHT", "0 0 * * *"), ("@hourly", "0 * * * *"), ("@weekly", "0 0 * * 0"),
        ("@monthly", "0 0 1 * *"), ("@yearly", "0 0 1 1 *"), ("@annually", "0 0 1 1 *"), ("5,5,5 1 * * *", "5 1 * * *"),
        ("0 0 */31 * *", "0 0 1 * *"), ("1-1 2-2/1 * * *", "1 2 * * *"), ("*,5 * * * *", "* * * * *"),
    ]) func `two ways to write the same have the same values`(text: String, other: String) throws {
        let one = try CronExpression(text)
        let two = try CronExpression(other)
        for field in CronField.allCases { #expect(one.values(of: field) == two.values(of: field), "\(field)") }
    }

    @Test(arguments: [
        ("0 6 * * *", false), ("* 6 * * *", true), ("0 * * * *", true), ("*/5 6 * * *", true), ("0 */6 * * *", true),
        ("0 0-23 * * *", false), ("@hourly", true), ("@daily", false), ("0-59 6 * * *", false), ("*,5 1 * * *", true),
    ]) func `a wildcard job begins its minute or hour with a star`(text: String, expected: Bool) throws {
        #expect(try CronExpression(text).isWildcard == expected)
    }

    @Test(arguments: [
        ("", "jobs/a.yaml:3:18: the expression is empty"),
        ("0 6 * *", "jobs/a.yaml:3:18: the expression has 4 fields"),
        ("0 0 6 * * *", "jobs/a.yaml:3:18: the expression has 6 fields"),
        ("60 * * * *", "jobs/a.yaml:3:18: minute 60 is out of range (expected 0 to 59)"),
        ("0 24 * * *", "jobs/a.yaml:3:20: hour 24 is out of range (expected 0 to 23)"),
        ("0 0 0 * *", "jobs/a.yaml:3:22: day of month 0 is out of range (expected 1 to 31)"),
        ("0 0 * 13 *", "jobs/a.yaml:3:24: month 13 is out of range (expected 1 to 12, or jan to dec)"),
        ("0 0 * * 8", "jobs/a.yaml:3:26: day of week 8 is out of range (expected 0 to 7, or sun to sat)"),
        ("0 99999999999999999999 * * *", "jobs/a.yaml:3:20: hour 99999999999999999999 is out of range"),
        ("5/15 * * * *", "(expected 5-59/15, or 5 alone)"), ("0 0 * * mon/2", "(expected mon-7/2, or mon alone)"),
        ("0 22-6 * * *", "jobs/a.yaml:3:20: hour \"22-6\" goes backwards (expected 22-23,0-6)"),
        ("0 0 * * fri-mon", "(expected fri-sat,sun-mon)"), ("0 0 * * sat-sun", "(expected sat,sun)"),
        ("0 0 * * 5-1", "(expected 5-6,0-1)"), ("0 0 * nov-feb *", "(expected nov-dec,jan-feb)"),
        ("50-10 * * * *", "(expected 50-59,0-10)"), ("0 23-0 * * *", "(expected 23,0)"),
        ("*/60 * * * *", "the step 60 of the minute is longer than the field"),
        ("*/0 * * * *", "the step of the minute is 0"), ("1/2/3 * * * *", "has two steps"),
        ("*/x * * * *", "the step \"x\" of the minute is no number"), ("*/ * * * *", "the step \"\""),
        ("? * * * *", "(expected *)"), ("0 0 L * *", "(expected on: {day: last}, in the place of cron)"),
        ("0 0 LW * *", "on: last_business_day"), ("0 0 15W * *", "adjust: preceding"),
        ("0 0 L-3 * *", "on: {day: last}"),
        ("0 0 * * 5#2", "on: {weekday: friday, nth: 2}"), ("0 0 * * fri#2", "on: {weekday: friday, nth: 2}"),
        ("0 0 * * 5L", "on: {weekday: friday, nth: last}"), ("~ 0 * * *", "no time is chosen at random"),
        ("H 0 * * *", "no time is chosen at random"), ("R R * * *", "no time is chosen at random"),
        ("@every 5m", "(expected every: 5m in the place of cron)"), ("@reboot", "\"@reboot\" is no nickname"),
        ("@dayly", "did you mean \"@daily\"?"), ("@daily 5", "jobs/a.yaml:3:25: \"5\" stands after @daily"),
        ("TZ=Europe/Berlin 0 0 * * *", "a time zone is given beside the expression, with tz"),
        ("CRON_TZ=UTC 0 0 * * *", "with tz"), ("1, * * * *", "jobs/a.yaml:3:20: the minute has an empty place"),
        ("-5 * * * *", "the minute has an empty place"), ("5- * * * *", "has an empty place"),
        ("1-2-3 * * * *", "is no range"), ("+5 * * * *", "minute \"+5\" is no value"), ("%5 * * * *", "is no value"),
        ("٣ * * * *", "minute \"٣\" is no value"), ("a * * * *", "minute \"a\" is no value"),
        ("mon * * * *", "minute \"mon\" is no value; it is a day of week"),
        ("0 0 * * friday", "did you mean \"fri\"?"), ("0 0 * foo *", "month \"foo\" is no value"),
        ("0 0 * sept *", "did you mean \"sep\"?"), ("* * * * *\n", "is no value"), ("1.5 * * * *", "is no value"),
        ("0\u{A0}6 * * *", "has 4 fields"), ("1e1 * * * *", "is no value"),
    ]) func `what is not understood alike by all is refused with what to write instead`(text: String, expected: String)
    {
        let problems = problems(text)
        #expect(problems.contains { $0.contains(expected) }, "\(problems)")
    }

    @Test func `all mistakes are told at once, each at its column`() {
        #expect(
            problems("61 22-6 0 foo */9") == [
                "jobs/a.yaml:3:18: minute 61 is out of range (expected 0 to 59)",
                "jobs/a.yaml:3:21: hour \"22-6\" goes backwards (expected 22-23,0-6)",
                "jobs/a.yaml:3:26: day of month 0 is out of range (expected 1 to 31)",
                "jobs/a.yaml:3:28: month \"foo\" is no value (expected 1 to 12, or jan to dec)",
                "jobs/a.yaml:3:34: the step 9 of the day of week is longer than the field (expected at most 7; "
                    + "for longer intervals write every)",
            ])
    }

    @Test func `a text of any length is answered at once`() {
        #expect(problems(String(repeating: "*/1,", count: 100_000)).count == 1)
        #expect(problems(String(repeating: "1", count: 500)).count == 1)
    }

    @Test(arguments: [
        ("* * * * *", "Every minute"), ("*/15 * * * *", "Every 15 minutes"), ("0 * * * *", "Every hour, on the hour"),
        ("0 */6 * * *", "At 00:00, 06:00, 12:00 and 18:00"), ("0 */2 * * *", "Every 2 hours, on the hour"),
        ("0 6 * * 1-5", "At 06:00 on Monday to Friday"), ("30 2 1 * *", "At 02:30 on day 1 of each month"),
        ("0 0 1,15 * 5", "At 00:00 on days 1 and 15 of each month, and on every Friday"),
        ("0 0 */10 * sun", "At 00:00 on days 1, 11, 21 and 31 of each month, where that is a Sunday"),
        ("15,45 8-18 * * 1-5", "At minutes 15 and 45 of the hours 8 to 18 on Monday to Friday"),
        ("* 3 * * *", "Every minute of hour 3"), ("7 * * 4 *", "At minute 7 of every hour on every day of April"),
        ("0 9 * jan,jul mon", "At 09:00 on Monday in January and July"), ("@yearly", "At 00:00 on day 1 of January"),
        ("0 22 * * 6,7", "At 22:00 on Saturday and Sunday"),
        ("*/7 * * * *", "At minutes 0, 7, 14, 21, 28, 35, 42, 49 and 56 of every hour"),
        ("0 9-17 * * *", "On the hour from the hours 9 to 17"),
    ]) func `an expression is said in words`(text: String, expected: String) throws {
        #expect(try CronExpression(text).explanation == expected)
    }
}
