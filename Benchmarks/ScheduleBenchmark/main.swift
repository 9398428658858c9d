import Calendars
import Diagnostics
import Glibc

/// Next occurrences per second of processor time on one core, over expressions and zones as jobs have them, beside a
/// search that looks at minute after minute.
///
/// Run with: swift run -c release ScheduleBenchmark [croniter's answers per second]

let expressions = [
    "*/5 * * * *", "0 * * * *", "0 6 * * mon-fri", "30 2 * * *", "15,45 8-18 * * 1-5", "0 0 1 * *", "0 22 28-31 * *",
    "0 9 1,15 * fri", "0 3 * * sun", "0 0 1 1,4,7,10 *", "7 1-23/2 * * *", "@daily",
]
let zoneNames = [
    "UTC", "Europe/London", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Australia/Lord_Howe",
    "Africa/Casablanca", "Asia/Kolkata", "Pacific/Apia", "Africa/Cairo",
]
let start = Instant(startOf: CalendarDate(year: 2026, month: 11, day: 21) ?? .earliest)
let answersForEach = 25_000
let naiveAnswersForEach = 12
let rounds = 5

let zones = try zoneNames.map { try ZoneDatabase.system.rules(named: $0) }
let cron = try expressions.map { try CronExpression($0) }
let schedules = cron.flatMap { expression in zones.map { Schedule(.cron([expression]), zone: $0) } }

/// Processor time of this program so far: what others do on the machine does not count.
func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// The best of the rounds, in answers per second, and the last answers as a check.
func measure(answersForEach count: Int, rounds: Int, _ next: (Int, Instant) -> Instant?) -> (Double, [Instant]) {
    var best = Double.infinity
    var last: [Instant] = []
    for _ in 0..<rounds {
        last = []
        let begin = processorSeconds()
        for index in schedules.indices {
            var instant = start
            for _ in 0..<count { instant = next(index, instant) ?? start }
            last.append(instant)
        }
        best = min(best, processorSeconds() - begin)
    }
    return (Double(count * schedules.count) / best, last)
}

/// What the clock shows is compared with the fields minute by minute. It knows nothing of changes of the clock, so that
/// the comparison is in UTC alone; what it costs to look at a minute is the same.
struct MinuteStepper {
    let minutes: Set<Int>
    let hours: Set<Int>
    let days: Set<Int>
    let months: Set<Int>
    let weekdays: Set<Int>
    let eitherDay: Bool

    init(_ text: String) {
        let fields = (text == "@daily" ? "0 0 * * *" : text).split(separator: " ").map(String.init)
        func values(_ field: String, _ range: ClosedRange<Int>) -> Set<Int> {
            let names = ["sun": 0, "mon": 1, "fri": 5]
            func value(_ text: Substring) -> Int { names[String(text)] ?? Int(text) ?? 0 }
            return field.split(separator: ",").reduce(into: []) { result, item in
                let parts = item.split(separator: "/")
                let ends = parts[0].split(separator: "-")
                let first = parts[0] == "*" ? range.lowerBound : value(ends[0])
                let last = parts[0] == "*" ? range.upperBound : value(ends[ends.count - 1])
                let step = parts.count == 2 ? Int(parts[1]) ?? 1 : 1
                result.formUnion(stride(from: first, through: last, by: step))
            }
        }
        minutes = values(fields[0], 0...59)
        hours = values(fields[1], 0...23)
        days = values(fields[2], 1...31)
        months = values(fields[3], 1...12)
        weekdays = values(fields[4], 0...6)
        eitherDay = !fields[2].hasPrefix("*") && !fields[4].hasPrefix("*")
    }

    func next(after instant: Instant) -> Instant {
        var second = instant.secondsSinceEpoch / 60 * 60
        while true {
            second += 60
            let (date, microsecond) = Instant(microseconds: second * 1_000_000).utc
            let minute = Int(microsecond / 60_000_000)
            guard minutes.contains(minute % 60), hours.contains(minute / 60), months.contains(date.month) else {
                continue
            }
            let day = days.contains(date.day)
            let weekday = weekdays.contains(date.weekday.rawValue % 7)
            if eitherDay ? day || weekday : day && weekday { return Instant(microseconds: second * 1_000_000) }
        }
    }
}

func grouped(_ value: Double) -> String {
    var digits = String(Int64(value))
    var groups: [String] = []
    while digits.count > 3 {
        groups.insert(String(digits.suffix(3)), at: 0)
        digits.removeLast(3)
    }
    return ([digits] + groups).joined(separator: ",")
}

let (perSecond, _) = measure(answersForEach: answersForEach, rounds: rounds) { schedules[$0].next(after: $1) }
let steppers = expressions.map(MinuteStepper.init)
let (naivePerSecond, naiveLast) = measure(answersForEach: naiveAnswersForEach, rounds: 1) { index, instant in
    steppers[index / zones.count].next(after: instant)
}
let (_, checked) = measure(answersForEach: naiveAnswersForEach, rounds: 1) { schedules[$0].next(after: $1) }
for index in schedules.indices where index % zones.count == 0 && checked[index] != naiveLast[index] {
    throw Failure(
        .failed, "\(expressions[index / zones.count]): \(checked[index]), minute by minute \(naiveLast[index])")
}

print("mix             \(expressions.count) expressions in \(zones.count) zones, tzdata \(ZoneDatabase.system.version)")
print("steward         \(grouped(perSecond)) next/s/core")
print("minute stepper  \(grouped(naivePerSecond)) next/s/core")
print("ratio           \(Int(perSecond / naivePerSecond))")
if CommandLine.arguments.count > 1, let croniter = Double(CommandLine.arguments[1]) {
    print("croniter        \(grouped(croniter)) next/s/core")
    print("ratio           \(Int(perSecond / croniter))")
}
