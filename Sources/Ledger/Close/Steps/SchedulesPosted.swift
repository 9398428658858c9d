import Amounts
import Jobs
import Store

/// What schedules have due in the period is posted: recurring entries, depreciation, deferrals.
package struct SchedulesPosted: CloseStep {
    package let name = "schedules"
    package let title = "Recurring entries, depreciation and deferrals posted"
    package let stage = CloseStage.schedules

    package init() {}

    package func perform(_ close: CloseContext, in work: RunWork) throws {
        try Journal.adoptConfiguration(of: work.company, in: work.unit)
        let recurring = try RecurringEntryFile.load(for: close.company)
        try RecurringRecords.post(recurring, through: close.period.lastDay, isPartOfClose: true, in: work.unit)
        try ScheduleRecords.post(through: close.period.lastDay, isPartOfClose: true, in: work.unit)
    }

    package func check(_ close: CloseContext, in connection: Connection) throws -> CloseFindings {
        var findings = CloseFindings()
        let recurring = try RecurringEntryFile.load(for: close.company)
        for due in try RecurringRecords.unposted(of: recurring, through: close.period.lastDay, in: connection) {
            findings.add("recurring entry \(due.entry.name)", "that of \(due.date) is not posted")
        }
        for row in try ScheduleRecords.unposted(through: close.period.lastDay, in: connection) {
            findings.add(
                "schedule \(row.schedule)", "row \(row.row.number) of \(row.row.date), \(row.row.amount), is not posted"
            )
        }
        let posted = try connection.first(
            "SELECT COUNT(*) FROM schedule_row WHERE row_date >= ? AND row_date <= ?", close.period.firstDay,
            close.period.lastDay
        ) { try $0.int(0) }
        findings.add(.init("recurring entries", "\(recurring.count)"))
        findings.add(.init("rows of schedules due", "\(posted ?? 0)"))
        return findings
    }
}
