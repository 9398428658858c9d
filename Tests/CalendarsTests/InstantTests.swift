import Testing

@testable import Calendars

@Suite struct InstantTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("1969-12-31T23:59:59Z", -1), ("2026-11-21T20:14:04Z", 1_795_292_044),
        ("2000-02-29T23:59:59Z", 951_868_799), ("0001-01-01T00:00:00Z", -62_135_596_800),
        ("9999-12-31T23:59:59Z", 253_402_300_799),
    ]) func `an instant is written as it is read`(text: String, seconds: Int64) throws {
        let instant = try #require(Instant(text))
        #expect(instant.secondsSinceEpoch == seconds)
        #expect(instant.description == text)
    }

    @Test(arguments: [
        ("1970-01-01T00:00:00.5Z", 500_000), ("1970-01-01T00:00:00.000001Z", 1), ("1969-12-31T23:59:59.999999Z", -1),
        ("1970-01-01T00:00:01.25Z", 1_250_000),
    ]) func `decimals of a second are read exactly`(text: String, microseconds: Int64) throws {
        let instant = try #require(Instant(text))
        #expect(instant.microseconds == microseconds)
        #expect(instant.secondsSinceEpoch == (microseconds < 0 ? -1 : microseconds / 1_000_000))
    }

    @Test(arguments: [
        "", "2026-11-21", "2026-11-21T20:14:04", "2026-11-21t20:14:04Z", "2026-11-21 20:14:04Z",
        "2026-11-21T24:00:00Z", "2026-11-21T23:60:00Z", "2026-11-21T23:59:60Z", "2026-11-21T20:14:04+00:00",
        "2026-11-21T20:14:04.Z", "2026-11-21T20:14:04.1234567Z", "2026-11-21T20:14Z", "2026-02-30T00:00:00Z",
        "2026-11-21T2０:14:04Z", "2026-11-21T20:14:04.5", "2026-11-21T20:14:04,5Z", "2026-11-21T-1:14:04Z",
        "2026-11-21T20:14:04ZZ", "12026-11-21T20:14:04Z",
    ]) func `what is no instant in UTC is refused`(text: String) {
        #expect(Instant(text) == nil)
    }

    @Test func `the day and the time of an instant before 1970 count forward`() throws {
        let (date, microsecond) = Instant(microseconds: -1).utc
        #expect(date.description == "1969-12-31")
        #expect(microsecond == Instant.microsecondsPerDay - 1)
    }

    @Test func `the extremes do not trap`() {
        for instant in [Instant(microseconds: .min), Instant(microseconds: .max)] {
            #expect((0..<Instant.microsecondsPerDay).contains(instant.utc.microsecondOfDay))
            #expect(!instant.description.isEmpty)
            _ = instant.secondsSinceEpoch
        }
        #expect(Instant(microseconds: 0).adding(seconds: .max).microseconds == .max)
        #expect(Instant(microseconds: 0).adding(seconds: .min).microseconds == .min)
        #expect(Instant(microseconds: .max).adding(seconds: 1).microseconds == .max)
        #expect(Instant(microseconds: .min).adding(seconds: -1).microseconds == .min)
        #expect(Instant(startOf: .earliest).utc.date == .earliest)
        #expect(Instant(startOf: .latest).utc.date == .latest)
    }

    @Test func `a fixed clock stands still, and the system's is past the day this was written`() throws {
        let instant = try #require(Instant("2026-11-21T20:14:04Z"))
        let clock = FixedClock(instant)
        #expect(clock.now() == instant && clock.now() == instant)
        let past = try #require(Instant("2020-01-01T00:00:00Z"))
        #expect(SystemClock().now() > past)
    }
}
