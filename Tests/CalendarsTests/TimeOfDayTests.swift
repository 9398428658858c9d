import Testing

@testable import Calendars

@Suite struct TimeOfDayTests {
    @Test func `every minute of the day is read as it is written, in order`() throws {
        var previous: TimeOfDay?
        for minute in 0..<1_440 {
            let time = try #require(TimeOfDay(hour: minute / 60, minute: minute % 60))
            #expect(time.minuteOfDay == minute)
            #expect(TimeOfDay(time.description) == time)
            if let previous { #expect(previous < time) }
            previous = time
        }
        #expect(TimeOfDay("00:00") == .midnight)
        #expect(previous?.description == "23:59")
    }

    @Test(arguments: ["", "6:00", "06:0", "24:00", "23:60", "-1:00", "06.00", "06:00:00", "０6:00", "06:00 ", "0a:00"])
    func `what is no time of day is refused`(text: String) {
        #expect(TimeOfDay(text) == nil)
    }

    @Test(arguments: [(24, 0), (-1, 0), (0, 60), (0, -1), (Int.max, 0), (0, Int.min)])
    func `numbers that are no time of day are refused`(hour: Int, minute: Int) {
        #expect(TimeOfDay(hour: hour, minute: minute) == nil)
    }
}
