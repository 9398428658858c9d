import Calendars
import Jobs
import Ledger
import Store

/// What people read of one run.
enum RunDetails {
    /// Everything: its state, figures, attempts, exceptions, effects, journal entries and messages.
    ///
    /// - Parameter showsHistory: whether people see how it came to its state; programs do in any case.
    static func details(
        of record: RunRecord, company: Company, at now: Instant, showsHistory: Bool = false, in connection: Connection
    ) throws -> Details {
        var details = summary(of: record, isRehearsal: false)
        let attempts = try RunRecords.attempts(of: record.id, in: connection)
        if [.failed, .retryWait].contains(record.state), let error = attempts.last?.error {
            details.add("error", text: error.split(separator: "\n").joined(separator: " "), json: .string(error))
        }
        try addWaiting(of: record, at: now, to: &details, in: connection)
        try ApprovalDetails.add(to: &details, of: record, in: connection)
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
        details.add(
            section: "Partitions", key: "partitions",
            PartitionTable.table(of: try PartitionRecords.partitions(of: record.id, in: connection)))
        // A single attempt in the foreground says nothing that the run does not say.
        let hasNews = attempts.count > 1 || attempts.contains { $0.exitCode != nil || $0.signal != nil }
        details.add(
            section: "Attempts", key: "attempts", AttemptTable.table(of: hasNews ? attempts : []),
            json: .array(attempts.map(AttemptTable.json)))
        let history = HistoryTable.table(of: try RunRecords.events(of: record.id, in: connection))
        details.add(
            section: "History", key: "history", showsHistory ? history : Table(columns: []), json: history.json)
        return details
    }

    /// What a run waits for that has not come to its end.
    private static func addWaiting(
        of record: RunRecord, at now: Instant, to details: inout Details, in connection: Connection
    ) throws {
        let isBound = record.placement != .anywhere
        let obstacle =
            isBound && record.state == .queued
            ? RunPlacements.obstacle(for: record, among: try NodeRecords.list(in: connection), at: now) : nil
        details.add(
            "runs on", text: isBound && record.state.isLive ? "\(record.placement)" : nil,
            json: .object(record.placement.labels.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
        details.add("waits for", key: "waits_for_a_node", text: obstacle, json: JSONValue(obstacle))
        let needs = try RunRecords.needs(of: record.id, in: connection).map { "\($0.job)@\($0.period)" }
        details.add(
            "waits for", key: "needs", text: record.state == .planned ? needs.joined(separator: ", ") : nil,
            json: .array(needs.map(JSONValue.string)))
        let wish = record.state == .running ? try RunRecords.cancelWish(of: record.id, in: connection) : nil
        details.add(
            "to be canceled", key: "cancel_requested_by", text: wish.map { "by \($0.person): \($0.reason)" },
            json: JSONValue(wish?.person))
        details.add("", key: "cancel_reason", text: nil, json: JSONValue(wish?.reason))
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
            addTimes(of: record, to: &details)
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

    /// Where a run stands, since when, and why it exists.
    private static func addTimes(of record: RunRecord, to details: inout Details) {
        details.add("state", record.state.rawValue)
        details.add(
            "repeat", key: "generation", text: record.generation > 1 ? "number \(record.generation - 1)" : nil,
            json: .integer(record.generation))
        details.add("reason", record.reason)
        details.add("", key: "trigger", text: nil, json: .string(record.trigger.rawValue))
        let late = record.dueAt.flatMap { due in
            record.startedAt.map { max(0, $0.secondsSinceEpoch - due.secondsSinceEpoch) }
        }
        details.add(
            "due", key: "due_at",
            text: record.dueAt.map { "\($0)" + (late.map { $0 > 0 ? ", began \(ElapsedText($0)) late" : "" } ?? "") },
            json: JSONValue(record.dueAt.map { "\($0)" }))
        details.add("", key: "late_seconds", text: nil, json: late.map { .integer(Int($0)) } ?? .null)
        let isWaiting = [.planned, .queued, .retryWait].contains(record.state)
        details.add(
            "queue", text: isWaiting ? "\(record.queue), priority \(record.priority)" : nil, json: .string(record.queue)
        )
        details.add("", key: "priority", text: nil, json: .integer(record.priority))
        details.add(
            "not before", text: isWaiting && record.notBefore > record.createdAt ? "\(record.notBefore)" : nil,
            json: .string("\(record.notBefore)"))
        details.add(
            "asked for", key: "created_at",
            text: record.startedAt == nil ? "\(record.createdAt) by \(record.createdBy)" : nil,
            json: .string("\(record.createdAt)"))
        details.add(
            "started", key: "started_at", text: record.startedAt.map { "\($0) by \(record.createdBy)" },
            json: JSONValue(record.startedAt.map { "\($0)" }))
        details.add("", key: "started_by", text: nil, json: .string(record.createdBy))
        details.add("finished", key: "finished_at", record.finishedAt.map { "\($0)" })
        details.add(
            "progress", key: "items_done",
            text: record.state.isLive && record.itemsTotal > 0 ? "\(record.itemsDone) of \(record.itemsTotal)" : nil,
            json: .integer(record.itemsDone))
        details.add("", key: "items_total", text: nil, json: .integer(record.itemsTotal))
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
        JournalEntryTable.table(of: entry.postings)
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
}
