import Calendars
import Diagnostics
import Foundation
import Mail
import Store

@testable import Jobs

/// Writes a row for each number from 1 to `count`, in chunks, between a first and a last step; and can go wrong.
struct TallyKind: JobKind {
    static let name = "test.tally"
    static let abstract = "Counts."
    static let parameters = [
        ParameterDefinition("count", description: "how far", example: "10"),
        ParameterDefinition("chunk", isRequired: false, description: "items in a chunk", example: "3"),
        ParameterDefinition("aside", isRequired: false, description: "an item that is set aside", example: "5"),
        ParameterDefinition("fail_at", isRequired: false, description: "an item that fails", example: "5"),
        ParameterDefinition("fail_attempts", isRequired: false, description: "in how many attempts", example: "1"),
        ParameterDefinition("fail_in", isRequired: false, description: "a step that fails half-way", example: "close"),
        ParameterDefinition("overtaken_at", isRequired: false, description: "where attempt 2 comes", example: "5"),
        ParameterDefinition("mails", isRequired: false, description: "how many mails", example: "2"),
    ]
    static let granularities: [Period.Granularity] = [.month, .day]

    struct Broken: Error {}

    func check(_ parameters: ParameterValues, in company: Company, problems: inout ProblemList) {
        for name in ["count", "chunk"] {
            guard let text = parameters[name], Int(text) == nil else { continue }
            problems.add("\(name) \"\(text)\" is no number", expected: "e.g. 10")
        }
    }

    func check(_ period: Period, _ parameters: ParameterValues, in company: Company, problems: inout ProblemList) {
        if period.firstDay.year < 2020 { problems.add("nothing was counted in \(period)", expected: "2020 or later") }
    }

    func run(_ run: Run) throws -> RunSummary {
        func number(_ name: String) -> Int? { run.parameters[name].flatMap { Int($0) } }
        let items = (1...(number("count") ?? 1)).map(Self.item)
        let failingAttempts = number("fail_attempts") ?? 1
        try run.step("open") { try insert(["open"], run, $0) }
        for chunk in try run.chunks(of: items, key: \.self, size: number("chunk") ?? 100) {
            if let at = number("fail_at").map(Self.item), chunk.contains(at), run.attempt <= failingAttempts {
                throw Failure(.failed, "The item \(at) is broken.")
            }
            if let at = number("overtaken_at").map(Self.item), chunk.contains(at), run.attempt == 1 {
                try overtake(run)
            }
            try run.commit(through: chunk, key: \.self) { work in
                let aside = number("aside").map(Self.item)
                try insert(chunk.filter { $0 != aside }, run, work)
                work.setAside(
                    chunk.filter { $0 == aside }.map { RunException(item: $0, reason: "odd", message: "\($0) is odd") })
            }
        }
        try run.step("close") { work in
            try insert(["close"], run, work)
            for mail in 0..<(number("mails") ?? 0) {
                let message = try Self.message(mail)
                try work.enqueue(message.rendered(), subject: message.subject, effectKey: "tally/\(mail)")
            }
            if run.parameters["fail_in"] == "close", run.attempt <= failingAttempts { throw Broken() }
        }
        return RunSummary(figures: [.init("counted", "\(items.count)")], files: ["var/tally.txt"])
    }

    static func item(_ number: Int) -> String { String(repeating: "0", count: 4 - "\(number)".count) + "\(number)" }

    static func message(_ number: Int) throws -> MailMessage {
        try MailMessage(
            id: MessageID(localPart: "tally.\(number)", domain: "steward.example"), date: Workshop.now,
            from: EmailAddress("tally@steward.example"), to: [EmailAddress("ann@example.com")],
            subject: "Tally \(number)", text: "Counted.\n")
    }

    private func insert(_ items: [String], _ run: Run, _ work: RunWork) throws {
        try work.insert(into: "tally", columns: ["item", "attempt"], rows: items) { item, row in
            try row.bind(item)
            try row.bind(run.attempt)
        }
    }

    /// What another process does that takes this one to have ended.
    private func overtake(_ run: Run) throws {
        _ = try RunExecutor(
            company: run.company, store: run.store, kinds: Workshop.kinds, clock: FixedClock(Workshop.now),
            person: "bob"
        ).run(Workshop.declaration, period: run.period, parameters: run.parameters, trigger: .person)
    }
}
