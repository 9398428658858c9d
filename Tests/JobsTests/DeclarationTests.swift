import Diagnostics
import Testing

@testable import Jobs

@Suite struct DeclarationTests {
    private static let sound = """
        job: tally
        kind: test.tally
        description: Counts
        period: month
        parameters:
          count: "10"
        """

    private func problems(_ jobs: [String: String]) throws -> [String] {
        try Workshop.withCompany(jobs: jobs) { company in
            do throws(Failure) {
                _ = try JobCatalog.load(for: company, kinds: Workshop.kinds)
                return []
            } catch {
                #expect(error.exitCode == .usage)
                #expect(error.summary.hasSuffix("; no job was loaded."))
                return error.problems.map(\.description)
            }
        }
    }

    @Test func `a sound declaration is read with its text, its hash and its parameters`() throws {
        try Workshop.withCompany(jobs: ["tally.yaml": Self.sound]) { company in
            let catalog = try JobCatalog.load(for: company, kinds: Workshop.kinds)
            let job = try catalog.job("tally")
            #expect(job.kind == "test.tally" && job.granularity == .month && job.file == "jobs/tally.yaml")
            #expect(job.parameters.values == ["count": "10"])
            #expect(job.text == Self.sound)
            #expect(job.hash.count == 64)
            // Of the command line, over those of the file.
            #expect(job.parameters(with: ["count": "3", "chunk": "2"]).values == ["count": "3", "chunk": "2"])
        }
    }

    @Test func `many files are read at once and their mistakes are told in their order`() throws {
        var files: [String: String] = [:]
        for number in 0..<60 {
            let name = "job-\(number < 10 ? "0" : "")\(number)"
            files["\(name).yaml"] = Self.sound.replacing("job: tally", with: "job: \(name)")
        }
        #expect(try problems(files) == [])
        files["job-07.yaml"] = files["job-07.yaml"]?.replacing("test.tally", with: "test.tall")
        files["job-31.yaml"] = files["job-31.yaml"]?.replacing("job-31", with: "job-05")
        for number in [40, 41] {
            files["job-\(number).yaml"]? += "\nschedule: {cron: \"0 6 * * *\", calendar: nowhere}"
        }
        files["job-58.yaml"] = files["job-58.yaml"]?.replacing("month", with: "fortnight")
        for _ in 0..<5 {
            #expect(
                try problems(files) == [
                    """
                    jobs/job-07.yaml:2:7: there is no kind "test.tall"; did you mean "test.tally"? (expected one of: \
                    test.partitioned-tally, test.tally)
                    """,
                    "jobs/job-31.yaml:1:6: the job job-05 is declared a second time; the first is in jobs/job-05.yaml",
                    """
                    jobs/job-40.yaml:7:41: calendar "nowhere" is unknown (expected a file config/calendars/nowhere.yaml)
                    """,
                    """
                    jobs/job-41.yaml:7:41: calendar "nowhere" is unknown (expected a file config/calendars/nowhere.yaml)
                    """,
                    """
                    jobs/job-58.yaml:4:9: period "fortnight" is not one of the choices (expected day, week, month, \
                    quarter, year or instant)
                    """,
                ])
        }
    }

    private static let mistakes: [(String, String, String)] = [
        (
            "kind: test.tally", "kind: test.tall",
            """
            jobs/tally.yaml:2:7: there is no kind "test.tall"; did you mean "test.tally"? (expected one of: \
            test.partitioned-tally, test.tally)
            """
        ),
        (
            "period: month", "period: week",
            "jobs/tally.yaml:4:9: the kind test.tally does not run for a week (expected month or day)"
        ),
        (
            "count: \"10\"", "cuont: \"10\"",
            """
            jobs/tally.yaml:6:10: the kind test.tally has no parameter "cuont"; did you mean "count"? (expected one of: \
            count, chunk, aside, fail_at, fail_attempts, fail_in, overtaken_at, mails)
            """
        ),
        (
            "count: \"10\"", "count: ten",
            "jobs/tally.yaml:6:3: count \"ten\" is no number (expected e.g. 10)"
        ),
        (
            "period: month", "period: fortnight",
            """
            jobs/tally.yaml:4:9: period "fortnight" is not one of the choices (expected day, week, month, quarter, year or instant)
            """
        ),
        (
            "job: tally", "job: Tally run",
            """
            jobs/tally.yaml:1:6: job "Tally run" is not a name (expected small letters, digits, _ and -, at most 64, \
            beginning with a letter)
            """
        ),
        ("description: Counts\n", "", "jobs/tally.yaml:1:1: description is missing (expected text)"),
        (
            "description: Counts", "descripton: Counts",
            "jobs/tally.yaml:3:1: the key \"descripton\" is unknown; did you mean \"description\"?"
        ),
    ]

    @Test(arguments: mistakes)
    func `a mistake in a declaration is told with its place`(right: String, wrong: String, expected: String) throws {
        let found = try problems(["tally.yaml": Self.sound.replacing(right, with: wrong)])
        #expect(found.contains { $0 == expected || ($0.hasPrefix(expected)) }, "\(found)")
    }

    @Test func `all mistakes of all files are told at once`() throws {
        let found = try problems([
            "a.yaml": Self.sound.replacing("test.tally", with: "test.nothing").replacing("month", with: "moon"),
            "b.yaml": Self.sound,
            "c.yaml": Self.sound.replacing("\"10\"", with: "ten"),
            "d.yaml": "job: [",
        ])
        #expect(found.contains { $0.hasPrefix("jobs/a.yaml:4:9: period \"moon\"") }, "\(found)")
        #expect(found.contains { $0.hasPrefix("jobs/c.yaml:1:6: the job tally is declared a second time") }, "\(found)")
        #expect(found.contains { $0.hasPrefix("jobs/d.yaml:1:") }, "\(found)")
        #expect(!found.contains { $0.hasPrefix("jobs/b.yaml") }, "\(found)")
        #expect(found == found.sorted(), "in the order of the files")
    }

    @Test func `two jobs of one name are refused with both places`() throws {
        let found = try problems(["a.yaml": Self.sound, "b.yaml": Self.sound])
        #expect(
            found == ["jobs/b.yaml:1:6: the job tally is declared a second time; the first is in jobs/a.yaml"])
    }

    @Test func `an unknown job is refused with the one most like it`() throws {
        try Workshop.withCompany(jobs: ["tally.yaml": Self.sound]) { company in
            let catalog = try JobCatalog.load(for: company, kinds: Workshop.kinds)
            let failure = #expect(throws: Failure.self) { try catalog.job("taly") }
            #expect(failure?.exitCode == .notFound)
            #expect(failure?.summary.contains("There is no job \"taly\"") == true)
            #expect(failure?.summary.contains("tally") == true)
            #expect(failure?.advice == "Run `steward job list` to see all jobs.")
        }
    }
}
