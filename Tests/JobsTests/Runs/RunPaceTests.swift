import Testing

@testable import Jobs

@Suite struct RunPaceTests {
    @Test func `nothing is said of a rate before something was done`() {
        var pace = RunPace()
        #expect(pace.itemsPerSecond == nil && pace.secondsLeft(of: 10) == nil)
        pace.add(items: 5, atSeconds: 0)
        #expect(pace.itemsPerSecond == nil)
        pace.add(items: 5, atSeconds: 10)
        #expect(pace.itemsPerSecond == nil && pace.secondsLeft(of: 10) == nil)
    }

    @Test func `the rate is that of what was seen, and the time left is rounded up`() {
        var pace = RunPace()
        pace.add(items: 100, atSeconds: 1)
        pace.add(items: 130, atSeconds: 11)
        #expect(pace.itemsPerSecond == 3)
        #expect(pace.secondsLeft(of: 200) == 24)
        #expect(pace.secondsLeft(of: 130) == nil && pace.secondsLeft(of: 0) == nil)
    }

    @Test func `a run that slows down shows its present rate`() {
        var pace = RunPace()
        for second in 0...20 { pace.add(items: second * 1_000, atSeconds: Double(second)) }
        for second in 21...100 { pace.add(items: 20_000 + (second - 20), atSeconds: Double(second)) }
        #expect(pace.itemsPerSecond == 1)
    }

    @Test func `fewer items than before begin a new measurement`() {
        var pace = RunPace()
        pace.add(items: 900, atSeconds: 0)
        pace.add(items: 1_000, atSeconds: 10)
        pace.add(items: 0, atSeconds: 11)
        #expect(pace.itemsPerSecond == nil)
        pace.add(items: 10, atSeconds: 12)
        #expect(pace.itemsPerSecond == 10)
    }
}
