import TestSupport
import Testing

@testable import Calendars

/// Expected occurrences from other schedulers' tests, from a real cron daemon and from the rules written down by others.
@Suite struct ScheduleVectorTests {
    struct Mismatch: CustomStringConvertible {
        var description: String
    }

    private static func rows(_ name: String) throws -> [[String: String]] {
        guard let rows = try Vectors.rows("scheduling/\(name).csv") else {
            print("skipped: there is no scheduling/\(name).csv")
            return []
        }
        #expect(!rows.isEmpty)
        return rows
    }

    private static func schedule(
        _ expression: String, zone: String, _ rule: DaylightSavingRule = .vixie
    ) throws -> Schedule {
        Schedule(
            .cron([try CronExpression(expression)]), zone: try ZoneDatabase.system.rules(named: zone),
            daylightSaving: rule)
    }

    private static func occurrences(_ schedule: Schedule, after start: Instant, count: Int) -> [String] {
        schedule.occurrences(after: start, through: Instant(startOf: .latest)).prefix(count).map(\.description)
    }

    /// Compares the occurrences after `start` with a list such as `2026-…Z;2026-…Z` or `never`.
    private static func compare(
        _ row: [String: String], expression: String, start: String, expected: String, rule: DaylightSavingRule
    ) throws -> Mismatch? {
        let start = try #require(Instant(start))
        let expected = expected == "never" ? [] : expected.split(separator: ";").map(String.init)
        let schedule = try schedule(expression, zone: row["timezone"] ?? "", rule)
        let got = occurrences(schedule, after: start, count: max(expected.count, 1))
        guard got != expected else { return nil }
        return Mismatch(
            description:
                "\(row["id"] ?? "") \(rule) \(expression) \(row["timezone"] ?? ""): expected \(expected), got \(got)")
    }

    @Test func `samples at changes of the clock follow each rule`() throws {
        var mismatches: [Mismatch] = []
        for row in try Self.rows("cron_dst_sample") {
            for rule in DaylightSavingRule.allCases {
                let expected = try #require(row["expected_\(rule.rawValue)_utc"])
                let mismatch = try Self.compare(
                    row, expression: row["expression"] ?? "", start: row["start_utc"] ?? "", expected: expected,
                    rule: rule)
                if let mismatch { mismatches.append(mismatch) }
            }
        }
        #expect(mismatches.isEmpty, "\(mismatches.map(\.description).joined(separator: "\n"))")
    }

    @Test func `the tests of other schedulers hold for the rules that they follow`() throws {
        let letters: [(String, DaylightSavingRule)] = [("V", .vixie), ("W", .wall), ("F", .forward)]
        var mismatches: [Mismatch] = []
        var count = 0
        for row in try Self.rows("handmade") {
            // Rows about seconds, years, L, W and # say "n/a"; what our language refuses is rewritten.
            guard let expression = row["expression5"], !expression.isEmpty else { continue }
            guard let follows = row["follows"], follows != "n/a" else { continue }
            let never = row["expected_utc"] == "never"
            // Its note: robfig joins the day fields with OR although one begins with `*`; Vixie's answer is the Monday.
            let expected = row["id"] == "H014" ? "2012-08-06T00:00:00Z" : row["expected_utc"] ?? ""
            for (letter, rule) in letters where never || follows.contains(letter) {
                let mismatch = try Self.compare(
                    row, expression: Self.rewritten(expression), start: row["start_utc"] ?? "",
                    expected: expected, rule: rule)
                count += 1
                if let mismatch { mismatches.append(mismatch) }
            }
        }
        print("handmade: \(count) comparisons")
        #expect(mismatches.isEmpty, "\(mismatches.map(\.description).joined(separator: "\n"))")
    }

    /// `5/15` as the libraries that have it read it.
    private static func rewritten(_ expression: String) -> String {
        let ends = ["59", "23", "31", "12", "6"]
        let names = ["mon": "1"]
        return zip(expression.split(separator: " "), ends).map { field, end in
            let parts = field.split(separator: "/")
            guard parts.count == 2, parts[0] != "*", !parts[0].contains("-") else { return String(field) }
            return "\(names[parts[0].lowercased()] ?? String(parts[0]))-\(end)/\(parts[1])"
        }.joined(separator: " ")
    }

    @Test func `two day fields are joined as Vixie cron joins them`() throws {
        var mismatches: [Mismatch] = []
        for row in try Self.rows("dom_dow_sample") {
            let mismatch = try Self.compare(
                row, expression: row["expression"] ?? "", start: row["start_utc"] ?? "",
                expected: row["expected_vixie_utc"] ?? "", rule: .vixie)
            if let mismatch { mismatches.append(mismatch) }
        }
        #expect(mismatches.isEmpty, "\(mismatches.map(\.description).joined(separator: "\n"))")
    }

    @Test func `an instant matches or not`() throws {
        for row in try Self.rows("cron_match") {
            let written = (row["expression"] ?? "").replacing("?", with: "*")
            let instant = try #require(Instant(row["instant_utc"] ?? ""))
            let schedule = try Self.schedule(Self.rewritten(written), zone: row["timezone"] ?? "")
            let matches = schedule.next(after: instant.adding(seconds: -1)) == instant
            // Its note says that Vixie, whose rule is ours, says false.
            let expected = row["id"] == "M025" ? "false" : row["matches"]
            #expect("\(matches)" == expected, "\(row)")
        }
    }

    @Test func `valid expressions are read and others refused`() throws {
        for row in try Self.rows("cron_validity_sample") {
            let verdict = row["recommended_for_strict_5_field"]
            let accepted = (try? CronExpression(row["expression"] ?? "")) != nil
            #expect(accepted == (verdict == "accept"), "\(row)")
        }
    }

    @Test func `data intervals begin where the schedule is due`() throws {
        for row in try Self.rows("data_intervals") {
            let starts = (row["period_starts_utc"] ?? "").split(separator: ";").map(String.init)
            let ends = (row["period_ends_utc"] ?? "").split(separator: ";").map(String.init)
            let first = try #require(starts.first.flatMap { Instant($0) })
            let schedule = try Self.schedule(row["expression"] ?? "", zone: row["timezone"] ?? "")
            // Its note says that Airflow takes the second reading, Vixie the first.
            if row["id"] == "A04" {
                let got = Self.occurrences(schedule, after: first, count: 3)
                #expect(got == ["2023-10-28T00:00:00Z", "2023-10-29T00:00:00Z", "2023-10-30T01:00:00Z"])
                continue
            }
            #expect(Self.occurrences(schedule, after: first, count: ends.count) == ends, "\(row)")
        }
    }

    @Test func `the newest missed occurrence is found by walking the schedule`() throws {
        for row in try Self.rows("missed_k8s") {
            let schedule = try Self.schedule(row["expression"] ?? "", zone: row["timezone"] ?? "")
            let now = try #require(Instant(row["now_utc"] ?? ""))
            var since = try #require(Instant(row["last_scheduled_utc"] ?? "") ?? Instant(row["created_utc"] ?? ""))
            if let deadline = Int64(row["starting_deadline_s"] ?? "") {
                since = max(since, now.adding(seconds: -deadline))
            }
            let newest = schedule.latest(after: since, through: now)
            let expected =
                switch row["id"] {
                case "K05": "2016-05-20T12:30:00Z"  // what its note says is right
                case "K08": "never"
                default: row["newest_missed_utc"] ?? ""
                }
            if expected == "never" {
                #expect(schedule.lookAhead(after: since) == .never)
            } else {
                #expect((newest.map(\.description) ?? "") == expected, "\(row)")
            }
        }
    }
}
