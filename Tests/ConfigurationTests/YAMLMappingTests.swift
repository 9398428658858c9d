import Amounts
import Calendars
import Diagnostics
import Testing

@testable import Configuration

private struct Job: Equatable {
    var name: String
    var period: Period.Granularity
    var timeoutSeconds: Int
    var steps: [String]
    var notify: [String]
    var parameters: [String]
}

private func read(_ text: String) -> (job: Job?, problems: [String]) {
    var problems = ProblemList()
    do {
        let document = try YAMLDocument(text: text, shownAs: "jobs/payroll.yaml")
        let job: Job? = document.mapping(&problems) { map in
            Job(
                name: map.required("job", .identifier),
                period: map.required("period", .granularity),
                timeoutSeconds: map.optional("timeout_seconds", .integer(1...86_400), default: 3_600),
                steps: map.list("steps") { step in step.mapping { $0.required("run", .dottedName) } },
                notify: map.optionalList("notify", .text),
                parameters: map.optionalEntries("parameters") { key, value in value.scalar(.text) }.map {
                    "\($0.key)=\($0.value)"
                })
        }
        return (job, described(problems))
    } catch {
        return (nil, error.problems.map(\.description))
    }
}

func described(_ problems: ProblemList) -> [String] {
    do throws(Failure) {
        try problems.throwIfAny(consequence: "nothing was loaded")
        return []
    } catch {
        return error.problems.map(\.description)
    }
}

@Suite struct YAMLMappingTests {
    @Test func `a file without mistakes is read whole`() {
        let (job, problems) = read(
            """
            # The monthly payroll.
            job: payroll
            period: month
            steps:
              - run: payroll.calculate
              - {run: ledger.post}
            notify: [a@example.com, "b@example.com"]
            parameters:
              group: monthly
              switch: yes
            """)
        #expect(problems == [])
        #expect(
            job
                == Job(
                    name: "payroll", period: .month, timeoutSeconds: 3_600,
                    steps: ["payroll.calculate", "ledger.post"], notify: ["a@example.com", "b@example.com"],
                    parameters: ["group=monthly", "switch=yes"]))
    }

    @Test func `all mistakes of a file are reported at their places`() {
        let (job, problems) = read(
            """
            jop: payroll
            period: monthly
            timeout_seconds: 1e3
            steps:
              - run: Payroll Calculate
              - ran: ledger.post
              - nothing
            notify: a@example.com
            parameters:
              group: [1]
              Größe: 2
              empty:
            """)
        #expect(job == nil)
        #expect(
            problems == [
                #"jobs/payroll.yaml:1:1: job is missing (expected a name, small letters, digits, _ and -, at most 64, beginning with a letter)"#,
                #"jobs/payroll.yaml:1:1: the key "jop" is unknown; did you mean "job"? (expected one of: job, period, timeout_seconds, steps, notify, parameters)"#,
                #"jobs/payroll.yaml:2:9: period "monthly" is not one of the choices; did you mean "month"? (expected day, week, month, quarter, year or instant)"#,
                #"jobs/payroll.yaml:3:18: timeout_seconds "1e3" is not a whole number (expected plain digits, 1 to 86400)"#,
                #"jobs/payroll.yaml:5:10: run "Payroll Calculate" is not a name (expected names of small letters, digits, _ and - joined by dots, e.g. payroll.calculate)"#,
                #"jobs/payroll.yaml:6:5: run is missing (expected a name, names of small letters, digits, _ and - joined by dots, e.g. payroll.calculate)"#,
                #"jobs/payroll.yaml:6:5: the key "ran" is unknown; did you mean "run"? (expected one of: run)"#,
                #"jobs/payroll.yaml:7:5: steps item 3 is a single value (expected a mapping: lines of key: value)"#,
                #"jobs/payroll.yaml:8:9: notify is a single value (expected a list, e.g. [] or lines that begin with -)"#,
                #"jobs/payroll.yaml:10:10: group is a list (expected text)"#,
                #"jobs/payroll.yaml:11:3: the key "Größe" is not a name (expected small letters, digits, _ and -, at most 64, beginning with a letter)"#,
                #"jobs/payroll.yaml:12:9: empty has no value (expected text)"#,
            ])
    }
}

extension YAMLMappingTests {
    @Test func `a value that may be a scalar or a list is asked for its shape`() throws {
        func notified(_ yaml: String) throws -> [String]? {
            var problems = ProblemList()
            return try YAMLDocument(text: yaml, shownAs: "a.yaml").mapping(&problems) { map in
                guard let value = map.optionalValue("notify") else { return [] }
                return value.shape == .list ? value.list(.text) : [value.scalar(.text)]
            }
        }
        #expect(try notified("notify: a@example.com") == ["a@example.com"])
        #expect(try notified("notify: [a@example.com, b@example.com]") == ["a@example.com", "b@example.com"])
        #expect(try notified("notify: {a: b}") == nil)
    }

    @Test func `a reader adds problems of its own at the place of a value`() throws {
        let document = try YAMLDocument(text: "from: 2026-02-01\nto: 2026-01-01\n", shownAs: "a.yaml")
        var problems = ProblemList()
        let days: ClosedRange<CalendarDate>? = document.mapping(&problems) { map in
            let from = map.required("from", .date)
            let to = map.required("to", .date)
            guard !map.hasProblems else { return nil }
            guard from <= to else {
                map.report("to \(to) lies before from \(from)", expected: "a later day", at: "to")
                return nil
            }
            return from...to
        }
        #expect(days == nil)
        #expect(described(problems) == ["a.yaml:2:5: to 2026-01-01 lies before from 2026-02-01 (expected a later day)"])
    }

    @Test func `the problems of several files are collected in one list`() throws {
        var problems = ProblemList()
        for name in ["b.yaml", "a.yaml"] {
            let document = try YAMLDocument(text: "x: ''", shownAs: name)
            _ = document.mapping(&problems) { $0.required("x", .integer) }
        }
        #expect(
            described(problems) == [
                "a.yaml:1:4: x \"\" is not a whole number (expected plain digits)",
                "b.yaml:1:4: x \"\" is not a whole number (expected plain digits)",
            ])
    }

    @Test func `a mapping that is none, a list that is short and a nested mistake are all reported`() throws {
        let document = try YAMLDocument(
            text: "rates: 8%\nsteps: []\nmail: {host: h, port: 99999}\nextra:\n", shownAs: "a.yaml")
        var problems = ProblemList()
        let value: Bool? = document.mapping(&problems) { map in
            _ = map.entries("rates") { _, value in value.scalar(.rate) }
            _ = map.list("steps", .text, minimumCount: 1)
            let mail = map.mapping("mail") {
                "\($0.required("host", .text)) \($0.required("port", .integer(1...65_535)))"
            }
            #expect(mail == nil)
            _ = map.optionalMapping("extra") { _ in true }
            return true
        }
        #expect(value == nil)
        #expect(
            described(problems) == [
                "a.yaml:1:8: rates is a single value (expected a mapping: lines of key: value)",
                "a.yaml:2:8: steps has 0 items (expected at least 1)",
                "a.yaml:3:23: port \"99999\" is out of range (expected a whole number, 1 to 65535)",
                "a.yaml:4:7: extra has no value (expected a mapping: lines of key: value)",
            ])
    }
}
