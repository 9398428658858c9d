import Amounts
import Calendars
import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Payroll

@Suite struct GBPackTests {
    private static func text(_ year: String = "2026-27") throws -> String {
        try String(
            contentsOf: repositoryRoot.appending(path: "config/packs/gb/\(year).yaml"), encoding: .utf8)
    }

    /// The problems of the pack of 2026-27 after these replacements, each of which must find its text.
    private static func problems(_ changes: [(old: String, new: String)]) throws -> [String] {
        var text = try text()
        for change in changes {
            let range = try #require(text.range(of: change.old), "\(change.old) is not in the pack")
            text.replaceSubrange(range, with: change.new)
        }
        var problems = ProblemList()
        let pack = GBPack(bytes: Array(text.utf8), shownAs: "2026-27.yaml", problems: &problems)
        #expect((pack == nil) == !problems.isEmpty)
        do throws(Failure) {
            try problems.throwIfAny(consequence: "nothing was loaded")
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    @Test func `the packs hold from 6 April 2025 to 5 April 2027 without a gap`() throws {
        let packs = try GBTest.packs()
        #expect(packs.packs.map(\.name) == ["gb-2025-26", "gb-2026-27"])
        for (date, name) in [
            ("2025-04-06", "gb-2025-26"), ("2026-04-05", "gb-2025-26"), ("2026-04-06", "gb-2026-27"),
            ("2027-04-05", "gb-2026-27"),
        ] {
            #expect(try packs.pack(payDate: try #require(CalendarDate(date))).name == name)
        }
    }

    @Test(arguments: ["2025-04-05", "2027-04-06"])
    func `a pay date without a pack is refused, with what to do`(date: String) throws {
        let packs = try GBTest.packs()
        let date = try #require(CalendarDate(date))
        let error = #expect(throws: GBRuleError.self) { try packs.pack(payDate: date) }
        #expect(error?.failure.exitCode == .refused)
        #expect(
            error?.failure.description
                == """
                No GB pack is valid on the pay date \(date) (there are: gb-2025-26, gb-2026-27).
                Add the pack of that tax year to config/packs/gb; it is data only.
                """)
    }

    @Test func `the figures of 2026-27 differ from those of the year before only where the law changed`() throws {
        let (old, new) = (try Self.text("2025-26"), try Self.text("2026-27"))
        let lines = zip(old.split(separator: "\n"), new.split(separator: "\n"))
        let changed = lines.filter { $0 != $1 }.map { $1.trimmingCharacters(in: .whitespaces) }
            .filter {
                !$0.hasPrefix("#") && !$0.hasPrefix("title:") && !$0.hasPrefix("url:") && !$0.hasPrefix("section:")
            }
        #expect(
            changed == [
                "pack: gb-2026-27", "tax_year: 2026-27", "valid_from: 2026-04-06", "valid_to: 2027-04-05",
                "- {band: starter, up_to: 3967, rate: 19%}", "- {band: basic, up_to: 16956, rate: 20%}",
                "lower_earnings_limit: {weekly: 129, monthly: 559, annual: 6708}", "plan_1: 26900", "plan_2: 29385",
                "plan_4: 33795", "plan_5: 25000",
            ])
    }

    @Test func `the tax up to each limit is the one that the specification prints`() throws {
        let table = try GBTest.pack("2026-27").incomeTax
        #expect(
            table.scotland.taxAtLimits == [753_730_000, 3_351_530_000, 6_320_090_000, 19_482_050_000, 47_701_550_000])
        #expect(table.restOfUK.taxAtLimits == [7_540_000_000, 42_516_000_000])
        #expect(table.wales.taxAtLimits == table.restOfUK.taxAtLimits)
        #expect(table.personalAllowance.annualPounds == 12_570)
        #expect(table.personalAllowance.emergencyCode.description == "1257L")
    }

    @Test func `fortnightly and four-weekly thresholds come from the annual ones`() throws {
        let table = try GBTest.pack("2026-27").nationalInsurance
        let fortnight = table.thresholds(.fortnightly)
        let fourWeeks = table.thresholds(.fourWeekly)
        #expect(
            [fortnight.lowerEarningsLimit, fortnight.primary, fortnight.upperEarningsLimit, fortnight[.standard]]
                == [258_00, 484_00, 1_934_00, 193_00])
        #expect(
            [fourWeeks.lowerEarningsLimit, fourWeeks.primary, fourWeeks.upperEarningsLimit, fourWeeks[.standard]]
                == [516_00, 967_00, 3_867_00, 385_00])
        #expect([fortnight[.freeport], fourWeeks[.investmentZone]] == [962_00, 1_924_00])
    }

    @Test func `the bytes of the file are kept for the checksum`() throws {
        #expect(try GBTest.pack("2026-27").fileBytes == Array(try Self.text().utf8))
        #expect(try GBTest.pack("2026-27").employmentAllowance.annualPounds == 10_500)
    }

    @Test func `a pack without mistakes has no problems`() throws {
        #expect(try Self.problems([]) == [])
    }

    @Test(arguments: [
        (
            "    annual: 12570\n", "    annual: 12_570\n",
            "{line}:13: annual \"12_570\" is not an amount in whole pounds (expected 1 to 10000000, in plain digits, e.g. 12570)"
        ),
        (
            "rate: 50%", "rate: 150%",
            "{line}:11: rate \"150%\" is not a rate (expected 0% to 100%, at most four decimal places, e.g. 1.85%)"
        ),
        (
            "emergency_code: 1257L", "emergency_code: 12S7L",
            "{line}:21: emergency_code \"12S7L\" is not a UK tax code (expected e.g. 1257L, K475, BR, S1257L M1)"
        ),
        (
            "{band: higher, up_to: 125140, rate: 40%}", "{band: higher, up_to: 25140, rate: 40%}",
            "{line}:11: the band higher ends at 25140, not above 37700 where it begins (expected limits that ascend)"
        ),
        (
            "{band: additional, rate: 45%}", "{band: additional, up_to: 200000, rate: 45%}",
            "{line}:11: the last band, additional, ends at 200000: pay above it has no rate (expected no up_to in the last band)"
        ),
        (
            "{band: higher, up_to: 125140, rate: 40%}", "{band: higher, rate: 40%}",
            "{line}:11: the band higher has no up_to, and is not the last (expected a limit in pounds)"
        ),
        (
            "{band: basic, up_to: 37700, rate: 20%}", "{band: first, up_to: 37700, rate: 20%}",
            "{line}:9: 0 bands are named basic (expected exactly one: the band whose rate BR codes use)"
        ),
        (
            "upper_earnings_limit: {weekly: 967", "upper_earnings_limit: {weekly: 976",
            "{line}:36: weekly 976 does not fit annual 50270 (expected about 966)"
        ),
        (
            "source: rates_and_thresholds", "source: rates_and_treshholds",
            "{line}:13: source \"rates_and_treshholds\" is none of the sources; did you mean \"rates_and_thresholds\"? "
                + "(expected a key under sources: paye_routines, pensions_act, rates_and_thresholds, relief_at_source, "
                + "state_pension)"
        ),
        (
            "valid_to: 2027-04-05", "valid_to: 2027-04-06",
            "{line}:11: valid_to 2027-04-06 is not in the tax year 2026-27 (expected 2026-04-06 to 2027-04-05)"
        ),
        (
            "valid_from: 2026-04-06", "valid_from: 2027-04-06",
            "{line}:13: valid_from 2027-04-06 is not in the tax year 2026-27 (expected 2026-04-06 to 2027-04-05)"
        ),
        (
            "tax_year: 2026-27", "tax_year: 2026-28",
            "{line}:11: tax_year \"2026-28\" is not a UK tax year (expected e.g. 2026-27)"
        ),
        (
            "  plan_5: 25000", "  plan_5: none",
            "{line}:11: plan_5 \"none\" is not an amount in whole pounds (expected e.g. 25000, or not_collected)"
        ),
        (
            "      Z: {", "      Y: {",
            "{first category}:7: Z is missing (expected a mapping)"
        ),
        (
            "employer_from: secondary_threshold}", "employer_from: secondary_treshold}",
            "{line}:80: employer_from \"secondary_treshold\" is not one of the choices; did you mean"
        ),
        (
            "years: 66, months: 1}", "years: 66, months: 12}",
            "{line}:52: months \"12\" is out of range (expected a whole number, 0 to 11)"
        ),
        (
            "born_from: 1960-05-06", "born_from: 1960-03-06",
            "{line}:21: born_from 1960-03-06 is not after 1960-04-06 in the row before (expected dates that ascend)"
        ),
        ("url: https://www.gov.uk/gov", "url: www.gov.uk/gov", "{line}:10: url \"www.gov.uk/gov"),
        (
            "primary_threshold: {weekly: 242, monthly: 1048, annual: 12570}",
            "primary_threshold: {weekly: 96, monthly: 417, annual: 5000}",
            "{thresholds}:5: the annual limits do not ascend: 6708, 5000, 50270 (expected"
        ),
    ])
    func `a mistake in a pack is named at its place`(old: String, new: String, expected: String) throws {
        let text = try Self.text()
        /// The number of the line on which `part` stands for the first time.
        func line(_ part: String) throws -> String {
            let part = part.trimmingCharacters(in: .whitespacesAndNewlines)
            let range = try #require(text.range(of: part), "\(part) is not in the pack")
            return String(text[..<range.lowerBound].count { $0 == "\n" } + 1)
        }
        let place = expected.replacingOccurrences(of: "{line}", with: try line(old))
            .replacingOccurrences(of: "{first category}", with: try line("A: {employee_main"))
            .replacingOccurrences(
                of: "{thresholds}",
                with: try line("source: rates_and_thresholds\n    section: Class 1 National Insurance thresholds"))
        let problems = try Self.problems([(old, new)])
        #expect(problems.first?.hasPrefix("2026-27.yaml:" + place) == true, "\(problems)")
    }

    @Test func `all mistakes of a pack are named at once`() throws {
        let problems = try Self.problems([
            ("rate: 9%", "rate: nine"), ("plan_1: 26900", "plan_1: -1"), ("eligible_age: 22", "eligibel_age: 22"),
            ("annual: 10500", "annual: 10500.50"),
        ])
        #expect(problems.count == 5, "\(problems)")
        #expect(problems.contains { $0.contains("the key \"eligibel_age\" is unknown") })
        #expect(problems.contains { $0.contains("eligible_age is missing") })
    }

    @Test func `two packs for one day are refused`() throws {
        try withTemporaryDirectory { folder in
            let text = try Self.text()
            for name in ["a", "b"] {
                try text.write(to: folder.appending(path: "\(name).yaml"), atomically: true, encoding: .utf8)
            }
            let failure = #expect(throws: Failure.self) {
                try GBPacks.load(folder: folder.path, shownAs: "config/packs/gb")
            }
            #expect(
                failure?.problems.map(\.description) == [
                    "config/packs/gb/b.yaml:1: gb-2026-27 is valid from 2026-04-06, when gb-2026-27 "
                        + "(config/packs/gb/a.yaml) still is (expected one pack for each day)"
                ])
        }
    }

    @Test func `a figure that changes within a year is two packs`() throws {
        var problems = ProblemList()
        let text = try Self.text()
        let first = text.replacingOccurrences(of: "valid_to: 2027-04-05", with: "valid_to: 2026-09-30")
        let second = text.replacingOccurrences(of: "valid_from: 2026-04-06", with: "valid_from: 2026-10-01")
            .replacingOccurrences(of: "pack: gb-2026-27", with: "pack: gb-2026-27-october")
        let packs = GBPacks(
            [second, first].compactMap { GBPack(bytes: Array($0.utf8), shownAs: "x.yaml", problems: &problems) })
        #expect(problems.isEmpty)
        #expect(try packs.pack(payDate: try #require(CalendarDate("2026-09-30"))).name == "gb-2026-27")
        #expect(try packs.pack(payDate: try #require(CalendarDate("2026-10-01"))).name == "gb-2026-27-october")
        #expect(try packs.pack(of: try #require(GBTaxYear("2026-27"))).name == "gb-2026-27-october")
    }

    @Test func `a missing and an empty folder are named`() throws {
        try withTemporaryDirectory { folder in
            let missing = #expect(throws: Failure.self) {
                try GBPacks.load(folder: folder.appending(path: "none").path, shownAs: "config/packs/gb")
            }
            #expect(missing?.exitCode == .notFound)
            let empty = #expect(throws: Failure.self) {
                try GBPacks.load(folder: folder.path, shownAs: "config/packs/gb")
            }
            #expect(empty?.summary == "There is no pack in config/packs/gb.")
        }
    }
}
