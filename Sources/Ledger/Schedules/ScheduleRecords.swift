import Amounts
import Calendars
import Diagnostics
import Store

/// Schedules in the store, with what of them was posted.
package enum ScheduleRecords {
    /// Records schedules; one that is there already with the same rows is left as it stands.
    ///
    /// - Returns: how many are new.
    /// - Throws: a `Failure` with every one that is there with other contents.
    @discardableResult
    package static func insert(_ schedules: [PostingSchedule], in unit: UnitOfWork) throws -> Int {
        var problems = ProblemList(maximumCount: 100)
        let known = try find(keys: schedules.map(\.key), in: unit.connection)
        for schedule in schedules {
            if !(1...PostingSchedule.maximumKeyBytes).contains(schedule.key.utf8.count) {
                problems.add("a schedule has a key of \(schedule.key.utf8.count) bytes", expected: "1 to 100")
            }
            if let stored = known[schedule.key], stored != schedule {
                problems.add(
                    "the schedule \(schedule.key) stands with other rows or accounts", expected: "a key of its own")
            }
        }
        try problems.throwIfAny(exitCode: .refused, consequence: "nothing was recorded")
        let new = schedules.filter { known[$0.key] == nil }
        try unit.insert(
            into: "schedule",
            columns: ["schedule_key", "description", "debit", "credit", "cost_centre", "project", "currency"], rows: new
        ) { schedule, row in
            try row.bind(schedule.key)
            try row.bind(schedule.description)
            try row.bind(schedule.debit.rawValue)
            try row.bind(schedule.credit.rawValue)
            try row.bind(schedule.dimensions.costCentre)
            try row.bind(schedule.dimensions.project)
            try row.bind(schedule.currency)
        }
        try unit.insert(
            into: "schedule_row",
            columns: ["schedule_key", "row_number", "row_date", "amount_minor", "accumulated_minor"],
            stamping: .runOnly
        ) { row in
            for schedule in new {
                for item in schedule.rows {
                    try row.bind(schedule.key)
                    try row.bind(item.number)
                    try row.bind(item.date)
                    try row.bind(item.amount)
                    try row.bind(item.accumulated)
                    try row.finishRow()
                }
            }
        }
        return new.count
    }

    private static let keysPerQuery = 500

    /// The schedules of these keys that there are.
    package static func find(keys: [String], in connection: Connection) throws -> [String: PostingSchedule] {
        var found: [String: PostingSchedule] = [:]
        for start in stride(from: 0, to: keys.count, by: keysPerQuery) {
            let part = Array(keys[start..<min(start + keysPerQuery, keys.count)])
            let marks = Array(repeating: "?", count: part.count).joined(separator: ", ")
            for schedule in try all("WHERE schedule.schedule_key IN (\(marks))", part, in: connection) {
                found[schedule.key] = schedule
            }
        }
        return found
    }

    /// All schedules, in order of their keys.
    package static func all(in connection: Connection) throws -> [PostingSchedule] { try all("", [], in: connection) }

    private static func all(
        _ condition: String, _ arguments: [String], in connection: Connection
    ) throws -> [PostingSchedule] {
        var schedules: [PostingSchedule] = []
        try connection.forEach(
            """
            SELECT schedule.schedule_key, description, debit, credit, cost_centre, project, currency, row_number, row_date,
                   amount_minor, accumulated_minor
              FROM schedule JOIN schedule_row ON schedule_row.schedule_key = schedule.schedule_key
             \(condition) ORDER BY schedule.schedule_key, row_number
            """, arguments: arguments
        ) { row in
            let key = try row.text(0)
            let currency = try row.currency(6)
            let item = ScheduleRow(
                number: Int(try row.int(7)), date: try row.date(8), amount: try row.money(9, currency),
                accumulated: try row.money(10, currency))
            if let last = schedules.last, last.key == key {
                schedules[schedules.count - 1] = last.adding(item)
            } else {
                schedules.append(
                    PostingSchedule(
                        key: key, description: try row.text(1), debit: AccountCode(try row.text(2)),
                        credit: AccountCode(try row.text(3)),
                        dimensions: Dimensions(costCentre: try row.optionalText(4), project: try row.optionalText(5)),
                        rows: [item], currency: currency))
            }
        }
        return schedules
    }

    /// The rows that are due on or before a day and were not posted, or undone again; in order of their schedules.
    package static func unposted(through day: CalendarDate, in connection: Connection) throws -> [UnpostedRow] {
        try connection.all(
            """
            SELECT item.schedule_key, schedule.description, schedule.debit, schedule.credit, schedule.cost_centre,
                   schedule.project, schedule.currency, item.row_number, item.row_date, item.amount_minor,
                   item.accumulated_minor,
                   (SELECT COUNT(*) FROM journal_entry AS entry
                     WHERE entry.source_type = 'schedule'
                       AND entry.source_id = item.schedule_key || '/' || CAST(item.row_number AS TEXT))
              FROM schedule_row AS item JOIN schedule ON schedule.schedule_key = item.schedule_key
             WHERE item.row_date <= ?
               AND NOT EXISTS (
                   SELECT 1 FROM journal_entry AS entry
                     LEFT JOIN journal_entry AS undoing ON undoing.reverses = entry.entry_key
                    WHERE entry.source_type = 'schedule'
                      AND entry.source_id = item.schedule_key || '/' || CAST(item.row_number AS TEXT)
                      AND undoing.entry_key IS NULL)
             ORDER BY item.schedule_key, item.row_number
            """, day
        ) { row in
            let currency = try row.currency(6)
            return UnpostedRow(
                schedule: try row.text(0), description: try row.text(1), debit: AccountCode(try row.text(2)),
                credit: AccountCode(try row.text(3)),
                dimensions: Dimensions(costCentre: try row.optionalText(4), project: try row.optionalText(5)),
                row: ScheduleRow(
                    number: Int(try row.int(7)), date: try row.date(8), amount: try row.money(9, currency),
                    accumulated: try row.money(10, currency)),
                undoneCount: Int(try row.int(11)))
        }
    }

    /// Posts what is due on or before a day: each row on its own day, or on the first day of the first open period where
    /// its own is closed.
    ///
    /// - Returns: how many were posted.
    @discardableResult
    package static func post(
        through day: CalendarDate, isPartOfClose: Bool, in unit: UnitOfWork
    ) throws -> Int {
        let rows = try unposted(through: day, in: unit.connection)
        guard !rows.isEmpty else { return 0 }
        let days = try PostingDays(isPartOfClose: isPartOfClose, in: unit)
        let entries = try rows.map { try $0.entry(on: days.day(forDocumentOf: $0.row.date, in: .general).date) }
        try Journal.post(entries, in: unit)
        return entries.count
    }
}

extension PostingSchedule {
    fileprivate func adding(_ row: ScheduleRow) -> PostingSchedule {
        PostingSchedule(
            key: key, description: description, debit: debit, credit: credit, dimensions: dimensions,
            rows: rows + [row],
            currency: currency)
    }
}
