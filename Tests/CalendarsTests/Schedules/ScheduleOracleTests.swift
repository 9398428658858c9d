import TestSupport
import Testing

@testable import Calendars

/// Random schedules beside oracles that look at minute after minute.
@Suite struct ScheduleOracleTests {
    /// The fields of an expression as text and as sets, made together so that nothing is parsed twice in the same way.
    struct RandomExpression {
        var text: String
        var fields: [Set<Int>] = []
        var starts: [Bool] = []

        init(_ random: inout SplitMix64) {
            let ranges = [0...59, 0...23, 1...31, 1...12, 0...6]
            // Dense enough that days around a change of the clock hold something.
            let starChance = [35, 45, 70, 85, 70]
            var texts: [String] = []
            for (range, chance) in zip(ranges, starChance) {
                let (text, values) = Self.field(range, starChance: chance, &random)
                texts.append(text)
                fields.append(values)
                starts.append(text.hasPrefix("*"))
            }
            text = texts.joined(separator: " ")
        }

        private static func field(
            _ range: ClosedRange<Int>, starChance: Int, _ random: inout SplitMix64
        ) -> (String, Set<Int>) {
            if Int.random(in: 0..<100, using: &random) < starChance {
                guard Int.random(in: 0..<3, using: &random) == 0 else { return ("*", Set(range)) }
                let step = Int.random(in: 1...min(range.upperBound, 20), using: &random)
                return ("*/\(step)", Set(stride(from: range.lowerBound, through: range.upperBound, by: step)))
            }
            var texts: [String] = []
            var values: Set<Int> = []
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let first = Int.random(in: range, using: &random)
                let last = Int.random(in: first...range.upperBound, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0:
                    texts.append("\(first)")
                    values.insert(first)
                case 1:
                    texts.append("\(first)-\(last)")
                    values.formUnion(first...last)
                default:
                    let step = Int.random(in: 1...min(range.upperBound, 9), using: &random)
                    texts.append("\(first)-\(last)/\(step)")
                    values.formUnion(stride(from: first, through: last, by: step))
                }
            }
            return (texts.joined(separator: ","), values)
        }

        func matches(local minute: Int64) -> Bool {
            let day = Int32(minute >= 0 ? minute / 1_440 : (minute - 1_439) / 1_440)
            let date = CalendarDate(dayNumber: day)
            let ofDay = Int(minute - Int64(day) * 1_440)
            guard fields[0].contains(ofDay % 60), fields[1].contains(ofDay / 60), fields[3].contains(date.month) else {
                return false
            }
            let byDay = fields[2].contains(date.day)
            let byWeekday = fields[4].contains(date.weekday.rawValue % 7)
            return starts[2] || starts[4] ? byDay && byWeekday : byDay || byWeekday
        }

        var isWildcard: Bool { starts[0] || starts[1] }
    }

    /// cron's main loop, which is what "Vixie's rule" means, without the sleeping: cron.c of Vixie cron 3.0 (Debian).
    private static func daemon(
        _ expression: RandomExpression, in zone: ZoneRules, minutes: ClosedRange<Int64>
    ) -> Set<Int64> {
        func clock(_ minute: Int64) -> Int64 {
            let seconds = minute * 60 + Int64(zone.offsetSeconds(at: Instant(microseconds: minute * 60_000_000)))
            return seconds >= 0 ? seconds / 60 : (seconds - 59) / 60
        }
        var started: Set<Int64> = []
        var virtualTime = clock(minutes.lowerBound) - 1
        for minute in minutes {
            let timeRunning = clock(minute)
            let timeDiff = timeRunning - virtualTime
            func find(_ time: Int64, wild: Bool, fixed: Bool) {
                if expression.isWildcard ? wild : fixed, expression.matches(local: time) { started.insert(minute) }
            }
            switch timeDiff {
            case 1...5, 6...180:
                if timeDiff > 5 { find(timeRunning, wild: true, fixed: false) }
                while virtualTime < timeRunning {
                    virtualTime += 1
                    find(virtualTime, wild: timeDiff <= 5, fixed: true)
                }
            case -179...0:
                find(timeRunning, wild: true, fixed: false)
            default:
                virtualTime = timeRunning
                find(timeRunning, wild: true, fixed: true)
            }
        }
        return started
    }

    private static func shown(_ expression: RandomExpression, in zone: ZoneRules, minutes: ClosedRange<Int64>) -> Set<
        Int64
    > {
        Set(
            minutes.filter { minute in
                let offset = zone.offsetSeconds(at: Instant(microseconds: minute * 60_000_000))
                return expression.matches(local: minute + Int64(offset / 60))
            })
    }

    /// Each time on the clock is read once, as RFC 5545 reads it.
    private static func forward(
        _ expression: RandomExpression, in zone: ZoneRules, minutes: ClosedRange<Int64>
    ) -> Set<Int64> {
        var due: Set<Int64> = []
        for local in (minutes.lowerBound - 2_880)...(minutes.upperBound + 2_880) where expression.matches(local: local)
        {
            let day = CalendarDate(dayNumber: Int32(local / 1_440))
            let instants = zone.instants(of: day, secondOfDay: Int(local % 1_440) * 60)
            if let first = instants.first {
                due.insert(first.secondsSinceEpoch / 60)
            } else {
                // In a gap: with the offset that held before it.
                let before = Instant(microseconds: (local - 2_880) * 60_000_000)
                let after = Instant(microseconds: (local + 2_880) * 60_000_000)
                for transition in zone.transitions(after: before, through: after) {
                    let minute = transition.instant.secondsSinceEpoch / 60
                    let gapStart = minute + Int64(transition.offsetSecondsBefore / 60)
                    let gapEnd = minute + Int64(transition.offsetSecondsAfter / 60)
                    if gapStart <= local, local < gapEnd {
                        due.insert(local - Int64(transition.offsetSecondsBefore / 60))
                    }
                }
            }
        }
        return due.filter(minutes.contains)
    }

    static let zones = [
        "Europe/London", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Africa/Cairo", "Pacific/Apia",
        "Pacific/Kwajalein", "Africa/Casablanca", "Europe/Dublin", "Antarctica/Troll", "Antarctica/Casey",
        "Asia/Hebron",
        "America/Nuuk", "America/Caracas", "Asia/Pyongyang", "Asia/Kathmandu", "Asia/Gaza", "America/Scoresbysund",
        "Pacific/Kiritimati", "Asia/Manila", "Antarctica/Davis", "America/Godthab",
    ]

    @Test(arguments: zones) func `each rule agrees with its oracle around changes of the clock`(name: String) throws {
        let zone = try ZoneDatabase.system.rules(named: name)
        let transitions = zone.transitions(
            after: try #require(Instant("1973-01-01T00:00:00Z")), through: try #require(Instant("2090-01-01T00:00:00Z"))
        )
        try #require(!transitions.isEmpty)
        var random = SplitMix64(state: name.utf8.reduce(5) { $0 &* 31 &+ UInt64($1) })
        for _ in 0..<12 {
            let transition = transitions[Int.random(in: 0..<transitions.count, using: &random)]
            let minute = transition.instant.secondsSinceEpoch / 60
            let start = minute - Int64.random(in: 0...3_000, using: &random)
            let window = (start - 2 * 1_440)...(start + 4 * 1_440)
            let expression = RandomExpression(&random)
            let cron = try CronExpression(expression.text)
            let after = Instant(microseconds: start * 60_000_000)
            let through = Instant(microseconds: window.upperBound * 60_000_000)
            for rule in DaylightSavingRule.allCases {
                let oracle =
                    switch rule {
                    case .vixie: Self.daemon(expression, in: zone, minutes: window)
                    case .wall: Self.shown(expression, in: zone, minutes: window)
                    case .forward: Self.forward(expression, in: zone, minutes: window)
                    }
                let expected = oracle.filter { $0 > start }.sorted().map {
                    Instant(microseconds: $0 * 60_000_000).description
                }
                let schedule = Schedule(.cron([cron]), zone: zone, daylightSaving: rule)
                let got = schedule.occurrences(after: after, through: through).map(\.description)
                #expect(got == expected, "\(rule) \(expression.text) after \(after)")
                let latest = schedule.latest(after: after, through: through)
                #expect(latest?.description == expected.last)
            }
        }
    }

    @Test func `far from any change the expression alone decides`() throws {
        var random = SplitMix64(state: 42)
        for _ in 0..<150 {
            let expression = RandomExpression(&random)
            let schedule = Schedule(.cron([try CronExpression(expression.text)]), zone: .utc)
            let start = Int64.random(in: -20_000_000...40_000_000, using: &random)
            var minute = start + 1
            let end = start + 20_000
            while minute < end, !expression.matches(local: minute) { minute += 1 }
            let next = schedule.next(after: Instant(microseconds: start * 60_000_000))
            if minute < end {
                #expect(next == Instant(microseconds: minute * 60_000_000), "\(expression.text)")
            } else {
                #expect(next.map { $0.secondsSinceEpoch >= end * 60 } ?? true, "\(expression.text)")
            }
        }
    }
}
