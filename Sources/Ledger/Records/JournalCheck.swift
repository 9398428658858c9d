import Calendars
import Diagnostics
import Store

extension Journal {
    /// Reads the whole journal and compares it with its own chain of hashes: that every entry balances and is in the
    /// period of its date, that none is missing, was changed or came in between, and that it ends where the store says.
    ///
    /// - Parameters:
    ///   - report: called with a sentence for each thing that is wrong.
    ///   - progress: called now and then with the entries that were read.
    /// - Returns: how many entries and postings there are, and the hash of the last.
    @discardableResult
    package static func check(
        in connection: Connection, report: (String) -> Void, progress: (Int) throws -> Void = { _ in }
    ) throws -> JournalExtent {
        var extent = JournalExtent()
        var buffer: [UInt8] = []
        let cycle = try FiscalCalendar.find(in: connection)?.cycle ?? .calendarYear
        try JournalReader.forEach(in: connection) { stored in
            for problem in stored.problems(after: extent, cycle, buffer: &buffer) { report(problem) }
            extent.entries += 1
            extent.postings += stored.postings.count
            extent.lastNumber = stored.number
            extent.lastHash = stored.hash
            if extent.entries.isMultiple(of: 1_000) { try progress(extent.entries) }
        }
        let head = try connection.first("SELECT entry_number, hash FROM journal_head WHERE company = 1") {
            (number: try $0.int(0), hash: try $0.text(1))
        }
        switch head {
        case nil: report("the store does not say where the journal ends")
        case let head? where head.number != extent.lastNumber:
            report(
                "the journal ends with entry \(extent.lastNumber), and the store says that it ends with \(head.number)")
        case let head? where head.hash != extent.lastHash:
            report("the last entry, \(extent.lastNumber), is not the one with which the store says the journal ends")
        default: break
        }
        try reportOrphans(in: connection, report: report)
        try progress(extent.entries)
        return extent
    }

    private static func reportOrphans(in connection: Connection, report: (String) -> Void) throws {
        try connection.forEach(
            """
            SELECT DISTINCT posting.entry_number FROM posting
              LEFT JOIN journal_entry AS entry ON entry.entry_number = posting.entry_number
             WHERE entry.entry_number IS NULL ORDER BY posting.entry_number
            """
        ) { report("there are postings of entry \(try $0.int(0)), which does not exist") }
    }
}

/// How much there is in the journal.
package struct JournalExtent: Hashable, Sendable {
    package var entries = 0
    package var postings = 0
    package var lastNumber: Int64 = 0
    /// Printed or mailed, it proves later that nothing up to here was changed.
    package var lastHash = Journal.firstPreviousHash
}

extension JournalReader.Stored {
    fileprivate func problems(
        after last: JournalExtent, _ cycle: AnnualCycle, buffer: inout [UInt8]
    ) -> [String] {
        let name = "journal entry \(number) (\(key))"
        var problems = faults.map { "\(name) \($0)" }
        if number != last.lastNumber + 1 {
            problems.append("\(name) follows entry \(last.lastNumber): a number is missing")
        }
        guard hashVersion == Int64(JournalEntry.canonicalVersion) else {
            return problems + ["\(name) has no hash that this version of steward knows"]
        }
        do {
            let entry = try entry()
            if !entry.possiblePeriods(in: cycle).contains(where: { "\($0)" == period }) {
                problems.append("\(name) of \(entry.date) is counted in the period \"\(period)\"")
            }
            if entry.postings.count != postings.count { problems.append("\(name) has a posting of zero") }
            if Int64(postings.count) != postingCount {
                problems.append("\(name) has \(postings.count) postings, and says that it has \(postingCount)")
            }
            if Journal.hash(of: entry, link(after: last.lastHash), buffer: &buffer) != hash {
                problems.append("\(name), or one before it, is not what its hash was made of")
            }
        } catch {
            let failure = (error as? any ReportableError)?.failure ?? Failure(.failed, "\(error)")
            let reasons = failure.problems.isEmpty ? [failure.summary] : failure.problems.map(\.description)
            problems.append("\(name) is no entry: \(reasons.joined(separator: "; "))")
        }
        return problems
    }
}
