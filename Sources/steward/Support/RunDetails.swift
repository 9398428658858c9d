import Jobs
import Ledger
import Store

/// What people read of one run.
enum RunDetails {
    /// Everything: its state, figures, attempts, exceptions, effects, journal entries and messages.
    static func details(of record: RunRecord, company: Company, in connection: Connection) throws -> Details {
        var details = summary(of: record, isRehearsal: false)
        let attempts = try RunRecords.attempts(of: record.id, in: connection)
        if record.state == .failed, let error = attempts.last?.error {
            details.add("error", text: error.split(separator: "\n").joined(separator: " "), json: .string(error))
        }
        details.add(
            section: "Set aside", key: "exceptions",
            table(of: try RunRecords.exceptions(of: record.id, in: connection)))
        let entries = try Journal.entries(of: record.id, in: connection)
        if entries.isEmpty { details.add(section: "", key: entriesKey, Table(columns: [])) }
        for posted in entries {
            let table = table(of: posted.entry)
            details.add(
                section: "Journal entry \(posted.number) of \(posted.entry.date)", key: entriesKey, table,
                json: .array([json(of: posted, table)]))
        }
        details.add(
            section: "Messages", key: "messages",
            table(of: try Outbox.items(of: record.id, in: connection), company: company))
        details.add(
            section: "Written", key: "effects", table(of: try RunRecords.effects(of: record.id, in: connection)))
        // A single attempt says nothing that the run does not say.
        details.add(
            section: "Attempts", key: "attempts", table(of: attempts.count > 1 ? attempts : []),
            json: .array(attempts.map(json)))
        return details
    }

    private static let entriesKey = "journal_entries"

    static func summary(of record: RunRecord, isRehearsal: Bool) -> Details {
        var details = Details()
        if !isRehearsal { details.add("run", Int(record.id.rawValue)) }
        details.add("job", record.identity.job)
        details.add("period", "\(record.identity.period)")
        let parameters = record.identity.parameters
        details.add(
            "parameters", text: parameters.values.isEmpty ? nil : parameters.text,
            json: .object(parameters.values.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
        if !isRehearsal {
            details.add("state", record.state.rawValue)
            details.add(
                "started", key: "started_at", text: "\(record.createdAt) by \(record.createdBy)",
                json: .string("\(record.createdAt)"))
            details.add("", key: "started_by", text: nil, json: .string(record.createdBy))
            details.add("finished", key: "finished_at", record.finishedAt.map { "\($0)" })
        }
        for figure in record.summary.figures {
            let text = figure.money.map { "\($0.currency.code) \($0.groupedText)" } ?? figure.value
            let json = Int(figure.value).map(JSONValue.integer) ?? .string(figure.value)
            details.add(figure.label, text: text, json: json)
        }
        let files = record.summary.files
        details.add(
            "file", key: "files", text: files.isEmpty ? nil : files.joined(separator: ", "),
            json: .array(files.map(JSONValue.string)))
        details.add("set aside", key: "exception_count", record.exceptions)
        details.add("digest of effects", record.effectsDigest.isEmpty ? nil : record.effectsDigest)
        return details
    }

    private static func json(of posted: Journal.Posted, _ table: Table) -> JSONValue {
        .object([
            ("number", .integer(Int(posted.number))), ("date", .string("\(posted.entry.date)")),
            ("description", .string(posted.entry.description)), ("hash", .string(posted.hash)),
            ("postings", table.json),
        ])
    }

    static func table(of exceptions: [RunException]) -> Table {
        var table = Table(columns: [.init("Item"), .init("Reason"), .init("Message")])
        table.rows = exceptions.map { [.text($0.item), .text($0.reason), .text($0.message)] }
        return table
    }

    static func table(of effects: [(table: String, rows: Int)]) -> Table {
        var table = Table(columns: [.init("Table"), .init("Rows", .right)])
        table.rows = effects.map { [.text($0.table), .integer($0.rows)] }
        return table
    }

    private static func table(of entry: JournalEntry) -> Table {
        var table = Table(columns: [
            .init("Account"), .init("Description"), .init("Currency"), .init("Debit", .right), .init("Credit", .right),
        ])
        table.rows = entry.postings.map { posting in
            let credit = try? posting.amount.negated()
            return [
                .text(posting.account.rawValue), .text(posting.description), .text(posting.amount.currency.code),
                posting.amount.isNegative ? .none : .money(posting.amount),
                posting.amount.isNegative ? credit.map(Table.Cell.money) ?? .none : .none,
            ]
        }
        return table
    }

    /// Files of the company are named from its directory.
    static func shown(_ answer: String, company: Company) -> String {
        answer.replacing(company.directory + "/", with: "")
    }

    private static func table(of messages: [Outbox.Item], company: Company) -> Table {
        var table = Table(columns: [.init("Subject"), .init("To"), .init("State"), .init("Answer")])
        table.rows = messages.map {
            [
                .text($0.subject), .text($0.recipients.joined(separator: ", ")), .text($0.state.rawValue),
                .text(shown($0.answer ?? "", company: company)),
            ]
        }
        return table
    }

    private static func table(of attempts: [RunRecords.AttemptRecord]) -> Table {
        var table = Table(columns: [
            .init("Attempt", .right), .init("State"), .init("Started"), .init("Ended"), .init("Error"),
        ])
        table.rows = attempts.map { attempt in
            [
                .integer(attempt.number), .text(attempt.state), .text("\(attempt.startedAt)"),
                .text(attempt.endedAt.map { "\($0)" } ?? ""),
                .text(attempt.error?.split(separator: "\n").joined(separator: " ") ?? ""),
            ]
        }
        return table
    }

    private static func json(of attempt: RunRecords.AttemptRecord) -> JSONValue {
        .object([
            ("attempt", .integer(attempt.number)), ("state", .string(attempt.state)),
            ("host", .string(attempt.host)), ("process", .integer(Int(attempt.processID))),
            ("started_at", .string("\(attempt.startedAt)")),
            ("ended_at", JSONValue(attempt.endedAt.map { "\($0)" })), ("error", JSONValue(attempt.error)),
        ])
    }
}

/// Runs as a list.
enum RunTable {
    static func table(of runs: [RunRecord]) -> Table {
        var table = Table(columns: [
            .init("Run", .right), .init("Job"), .init("Period"), .init("State"), .init("Done", .right),
            .init("Set aside", .right), .init("Started"), .init("By"),
        ])
        table.rows = runs.map { run in
            [
                .integer(Int(run.id.rawValue)), .text(run.identity.job), .text("\(run.identity.period)"),
                .text(run.state.rawValue), .integer(run.itemsDone - run.exceptions), .integer(run.exceptions),
                .text("\(run.createdAt)"), .text(run.createdBy),
            ]
        }
        return table
    }
}
