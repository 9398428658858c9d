import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Calendars

@Suite struct ZoneTests {
    private static let system = ZoneDatabase.system

    private func zone(_ name: String) throws -> ZoneRules { try Self.system.rules(named: name) }

    private func instant(_ text: String) throws -> Instant { try #require(Instant(text), "\(text)") }

    @Test func `every zone of the machine is read, and agrees with glibc around each of its changes`() throws {
        let names = Self.system.names()
        #expect(names.count > 400)
        let from = try instant("1970-01-01T00:00:00Z")
        let until = try instant("2100-01-01T00:00:00Z")
        var seconds: [(zone: String, second: Int64, offset: Int)] = []
        for name in names {
            let rules = try zone(name)
            for transition in rules.transitions(after: from, through: until) {
                for distance: Int64 in [-1, 0] {
                    let instant = transition.instant.adding(seconds: distance)
                    seconds.append((name, instant.secondsSinceEpoch, rules.offsetSeconds(at: instant)))
                }
            }
            for year in 1_970...2_100 {
                let instant = Instant(startOf: try #require(CalendarDate(year: year, month: 7, day: 2)))
                seconds.append((name, instant.secondsSinceEpoch, rules.offsetSeconds(at: instant)))
            }
        }
        let offsets = try Self.glibcOffsets(seconds.map { ($0.zone, $0.second) })
        #expect(offsets.count == seconds.count)
        let wrong = zip(seconds, offsets).filter { $0.offset != $1 }
        #expect(wrong.isEmpty, "\(wrong.prefix(10))")
    }

    /// What the C library says, in a process of its own, for `TZ` belongs to the whole process.
    private static func glibcOffsets(_ questions: [(zone: String, second: Int64)]) throws -> [Int] {
        try withTemporaryDirectory { directory in
            let script = """
                import os, sys, time
                zone = None
                for line in open(sys.argv[1]):
                    name, second = line.split()
                    if name != zone:
                        zone = name
                        os.environ["TZ"] = name
                        time.tzset()
                    print(time.localtime(int(second)).tm_gmtoff)
                """
            let file = directory.appending(path: "questions")
            let answers = directory.appending(path: "answers")
            try questions.map { "\($0.zone) \($0.second)\n" }.joined().write(
                to: file, atomically: true, encoding: .utf8)
            try Data().write(to: answers)
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/python3")
            process.arguments = ["-c", script, file.path]
            process.standardOutput = try FileHandle(forWritingTo: answers)
            try process.run()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
            return try String(contentsOf: answers, encoding: .utf8).split(separator: "\n").compactMap { Int($0) }
        }
    }

    @Test func `zones agree with Foundation today`() throws {
        // Foundation brings its own edition of the database, so that only zones without recent changes can be compared.
        for name in ["Europe/London", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"] {
            let rules = try zone(name)
            let theirs = try #require(TimeZone(identifier: name))
            let transitions = rules.transitions(
                after: try instant("1970-01-01T00:00:00Z"), through: try instant("2037-12-31T00:00:00Z"))
            for transition in transitions {
                for distance: Int64 in [-1, 0] {
                    let instant = transition.instant.adding(seconds: distance)
                    let date = Date(timeIntervalSince1970: TimeInterval(instant.secondsSinceEpoch))
                    #expect(rules.offsetSeconds(at: instant) == theirs.secondsFromGMT(for: date), "\(name) \(instant)")
                }
            }
        }
    }

    @Test(arguments: [
        ("Europe/London", "2026-03-29", 5_400, []),
        ("Europe/London", "2026-10-25", 5_400, ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"]),
        ("Europe/London", "2026-07-01", 0, ["2026-06-30T23:00:00Z"]),
        ("Australia/Lord_Howe", "2026-04-05", 6_300, ["2026-04-04T14:45:00Z", "2026-04-04T15:15:00Z"]),
        ("Pacific/Apia", "2011-12-30", 43_200, []),
        ("Europe/Dublin", "2026-01-15", 43_200, ["2026-01-15T12:00:00Z"]),
        ("Europe/Dublin", "2026-07-15", 43_200, ["2026-07-15T11:00:00Z"]),
        ("Asia/Tehran", "2026-07-15", 0, ["2026-07-14T20:30:00Z"]),
        ("America/New_York", "2499-07-04", 0, ["2499-07-04T04:00:00Z"]),
        ("UTC", "2026-02-28", 86_399, ["2026-02-28T23:59:59Z"]),
    ])
    func `the clock shows a time never, once or twice`(zone: String, day: String, second: Int, expected: [String])
        throws
    {
        let instants = try self.zone(zone).instants(of: try #require(CalendarDate(day)), secondOfDay: second)
        #expect(instants.map(\.description) == expected)
    }

    @Test(arguments: [
        ("Europe/London", "2026-07-01", "2026-06-30T23:00:00Z"),
        ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z"),
        ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"),
        ("Africa/Cairo", "2026-04-24", "2026-04-23T22:00:00Z"),
    ]) func `a day begins when its first second does`(zone: String, day: String, expected: String) throws {
        #expect(try self.zone(zone).startOfDay(try #require(CalendarDate(day))).description == expected)
    }

    @Test(arguments: [
        ("2026-07-01T12:00:00Z", "Europe/London", "2026-07-01T13:00:00+01:00"),
        ("2026-07-01T12:00:00Z", "America/St_Johns", "2026-07-01T09:30:00-02:30"),
        ("2026-07-01T23:59:59Z", "Asia/Kolkata", "2026-07-02T05:29:59+05:30"),
        ("2026-07-01T12:00:00Z", "UTC", "2026-07-01T12:00:00+00:00"),
        ("1971-01-01T00:44:30Z", "Africa/Monrovia", "1971-01-01T00:00:00-00:44:30"),
    ]) func `an instant is shown with its offset`(instant: String, zone: String, expected: String) throws {
        #expect(try self.zone(zone).text(self.instant(instant)) == expected)
    }

    @Test(arguments: [
        "EST", "EST5EDT", "GMT", "CET", "Z", "", "/etc/passwd", "../zoneinfo/Europe/London", "Europe/../Europe/London",
        "Europe//London", "Europe/", "/Europe/London", "Europe/London/", "right/Europe/London", "posix/Europe/London",
        "Europe/Lon\u{0}don", "Europe/Lond\u{F6}n", "Europe/London ", "utc", "Etc/+1", "Europe/.hidden", "+01:00",
    ]) func `what is no name is never looked up`(name: String) {
        let error = #expect(throws: ZoneError.self) { try Self.system.rules(named: name) }
        guard case .notAName(name, _) = error else {
            Issue.record("\(name): \(String(describing: error))")
            return
        }
    }

    @Test(
        arguments: [
            ("utc", "UTC"), ("Z", "UTC"), ("GMT", "UTC"), ("Japan", "Asia/Tokyo"), ("GB", "Europe/London"),
            ("EST", nil),
            ("PST8PDT", nil), ("CET", nil), ("Nowhere", nil), ("/Japan", nil), ("tzdata.zi", nil),
        ] as [(String, String?)]) func `a name without its region is answered with the one that it stands for`(
            name: String, place: String?
        ) throws
    {
        let error = #expect(throws: ZoneError.self) { try Self.system.rules(named: name) }
        #expect(error == .notAName(name, suggestion: place))
        #expect(error?.failure.summary.hasSuffix(place.map { " Did you mean \"\($0)\"?" } ?? "time zone.") == true)
    }

    @Test func `an unknown name is answered with the nearest`() throws {
        let error = #expect(throws: ZoneError.self) { try Self.system.rules(named: "Europe/Lodnon") }
        #expect(error?.failure.summary == "The time zone \"Europe/Lodnon\" is unknown. Did you mean \"Europe/London\"?")
    }

    @Test func `UTC is there without a database`() throws {
        let database = ZoneDatabase(directory: "/nonexistent")
        #expect(try database.rules(named: "UTC").offsetSeconds(at: Instant(microseconds: 0)) == 0)
        #expect(try database.rules(named: "Etc/UTC").name == "Etc/UTC")
        #expect(throws: ZoneError.self) { try database.rules(named: "Europe/London") }
    }

    @Test func `the edition is what the database says, or a hash of it`() throws {
        try withTemporaryDirectory { directory in
            func version() -> String { ZoneDatabase(directory: directory.path).version }
            func write(_ text: String, _ path: String) throws {
                let file = directory.appending(path: path)
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try text.write(to: file, atomically: true, encoding: .utf8)
            }
            try write("one", "Europe/London")
            let one = version()
            #expect(one.hasPrefix("fnv-") && version() == one)
            try write("two", "Europe/London")
            #expect(version() != one)
            try write("2026f\n", "+VERSION")
            #expect(version() == "2026f")
            try write("# version 2026g\n# more\n", "tzdata.zi")
            #expect(version() == "2026g")
        }
    }

    @Test func `an update is seen by its stamp, and read after forgetting what was there`() throws {
        try withTemporaryDirectory { directory in
            func write(_ data: Data, _ path: String) throws {
                let file = directory.appending(path: path)
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try data.write(to: file, options: .atomic)
            }
            func zone(_ name: String) throws -> Data {
                try Data(contentsOf: URL(filePath: ZoneDatabase.systemDirectory + "/" + name))
            }
            try write(Data("# version 2026a\n".utf8), "tzdata.zi")
            try write(try zone("Europe/London"), "Europe/Here")
            let database = ZoneDatabase(directory: directory.path)
            let stamp = database.stamp
            let winter = Instant(microseconds: 0)
            let before = try database.rules(named: "Europe/Here").offsetSeconds(at: winter)
            #expect(database.version == "2026a" && database.stamp == stamp)

            try write(try zone("Asia/Tokyo"), "Europe/Here")
            try write(Data("# version 2026b\n".utf8), "tzdata.zi")
            #expect(database.stamp != stamp)
            #expect(try database.rules(named: "Europe/Here").offsetSeconds(at: winter) == before)
            database.forget()
            #expect(try database.rules(named: "Europe/Here").offsetSeconds(at: winter) == 9 * 3_600)
            #expect(database.version == "2026b")
        }
    }
}

/// Files that are cut off or have wrong bytes.
@Suite struct DamagedZoneFileTests {
    static let samples = ["Europe/London", "Africa/Casablanca", "Pacific/Apia", "Asia/Kolkata"]

    private func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: ZoneDatabase.systemDirectory).appending(path: name)))
    }

    private func rules(_ bytes: [UInt8]) -> ZoneRules? { try? ZoneFile.rules(named: "Test/Zone", bytes: bytes) }

    @Test(arguments: samples) func `a file that is cut off is refused`(name: String) throws {
        let bytes = try bytes(name)
        #expect(rules(bytes) != nil)
        for length in stride(from: 0, to: bytes.count, by: 7) { #expect(rules(Array(bytes.prefix(length))) == nil) }
        #expect(rules(Array(bytes.dropLast())) == nil)
    }

    @Test(arguments: samples) func `a file with wrong bytes is refused, or gives rules that can be asked`(name: String)
        throws
    {
        let original = try bytes(name)
        var random = SplitMix64(state: 20_261_121)
        let expression = try CronExpression("30 2 * * *")
        var readable = 0
        for _ in 0..<250 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let position = Int.random(in: 0..<bytes.count, using: &random)
                bytes[position] = UInt8.random(in: 0...255, using: &random)
            }
            guard let rules = rules(bytes) else { continue }
            readable += 1
            for rule in DaylightSavingRule.allCases {
                let schedule = Schedule(.cron([expression]), zone: rules, daylightSaving: rule)
                var instant = Instant(microseconds: Int64.random(in: -1 << 52...1 << 53, using: &random))
                for _ in 0..<5 {
                    guard let next = schedule.next(after: instant) else { break }
                    #expect(next > instant)
                    instant = next
                }
            }
        }
        #expect(readable > 0)
    }

    @Test(arguments: [
        "", "UTC", "UTC0,", "<+03-3", "AB0", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M3.5.0,M10.5.0/3x",
        "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,J0,J100",
        "CET-1CEST,J366,J100", "CET-1CEST,366,100", "CET-25", "CET-1CEST,M3.5.0/168,M10.5.0", "CET-1:60",
    ]) func `a footer that is no rule is refused`(text: String) {
        #expect(PosixZoneRule(text.utf8) == nil)
    }

    @Test(arguments: [
        ("CET-1CEST,M3.5.0,M10.5.0/3", 2_026, [("2026-03-29T01:00:00Z", 7_200), ("2026-10-25T01:00:00Z", 3_600)]),
        ("IST-1GMT0,M10.5.0,M3.5.0/1", 2_026, [("2026-03-29T01:00:00Z", 3_600), ("2026-10-25T01:00:00Z", 0)]),
        (
            "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 2_026,
            [("2026-03-29T01:00:00Z", -3_600), ("2026-10-25T01:00:00Z", -7_200)]
        ),
        ("IST-2IDT,M3.4.4/26,M10.5.0", 2_026, [("2026-03-27T00:00:00Z", 10_800), ("2026-10-24T23:00:00Z", 7_200)]),
        ("AAA0BBB,J60/0,J365/0", 2_024, [("2024-03-01T00:00:00Z", 3_600), ("2024-12-30T23:00:00Z", 0)]),
        ("AAA0BBB,59/0,365/0", 2_024, [("2024-02-29T00:00:00Z", 3_600), ("2024-12-30T23:00:00Z", 0)]),
        ("<+0330>-3:30", 2_026, []),
        (
            "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", 2_026,
            [("2026-04-04T15:00:00Z", 37_800), ("2026-10-03T15:30:00Z", 39_600)]
        ),
    ]) func `a footer says when the clock is changed`(text: String, year: Int, expected: [(String, Int64)]) throws {
        let rule = try #require(PosixZoneRule(text.utf8))
        let changes = rule.changes(in: year)
        #expect(changes.map { Instant(microseconds: 0).adding(seconds: $0.start).description } == expected.map(\.0))
        #expect(changes.map(\.offset) == expected.map(\.1))
    }

    @Test func `daylight that is saved all the year is one offset`() throws {
        // RFC 9636, section 3.3.1, has this example.
        let rule = try #require(PosixZoneRule("XXX3EDT4,0/0,J365/23".utf8))
        #expect(rule.standardOffset == -10_800)
        #expect(rule.daylight?.offset == -14_400)
        let (first, second) = (rule.changes(in: 2_026), rule.changes(in: 2_027))
        // The end of one is the beginning of the next.
        #expect(first.last?.start == second.first?.start)
    }
}
