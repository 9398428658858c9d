import Calendars
import Diagnostics

/// The periods of a company's books without a gap, each with its state by area, and the exceptions to them.
package struct FiscalPeriods: Sendable {
    package let cycle: AnnualCycle
    /// In order; each year that the books hold to its last month has its period 13.
    package private(set) var periods: [FiscalPeriod]
    /// Six states for each period, in the order of the areas.
    private var states: [PeriodState]
    package private(set) var exceptions: [PeriodException] = []

    package static let maximumYears = 200

    /// Open periods from one month to another.
    ///
    /// - Throws: when `last` is before `first`, or years are more than `maximumYears`.
    package init(from first: FiscalPeriod, through last: FiscalPeriod) throws(Failure) {
        guard first.year.cycle == last.year.cycle, first <= last, !first.isForAdjustments,
            last.year.startYear - first.year.startYear < Self.maximumYears
        else {
            throw Failure(
                .usage, "There are no periods from \(first) to \(last).",
                advice: "Give a first and a last month, at most \(Self.maximumYears) years apart.")
        }
        cycle = first.year.cycle
        periods = []
        states = []
        append(first)
        while let period = periods.last, period < last { append(Self.successor(of: period)) }
        // The adjustments of a year belong to its last month.
        if let period = periods.last, period.number == 12 { append(Self.successor(of: period)) }
    }

    private mutating func append(_ period: FiscalPeriod) {
        periods.append(period)
        states += LedgerArea.allCases.map { _ in .open }
    }

    private static func successor(of period: FiscalPeriod) -> FiscalPeriod {
        period.number == 12
            ? FiscalPeriod(year: period.year, number: FiscalPeriod.adjustmentNumber) ?? period.nextMonth
            : period.nextMonth
    }

    package var first: FiscalPeriod { periods[0] }
    package var last: FiscalPeriod { periods[periods.count - 1] }

    /// Periods have no gap, so that their place follows from their number.
    private func index(of period: FiscalPeriod) -> Int? {
        guard period.year.cycle == cycle else { return nil }
        let index =
            (period.year.startYear - first.year.startYear) * FiscalPeriod.adjustmentNumber + period.number
            - first.number
        return periods.indices.contains(index) ? index : nil
    }

    /// The state of a period for an area; nil where the books have no such period.
    package func state(_ period: FiscalPeriod, _ area: LedgerArea) -> PeriodState? {
        index(of: period).map { states[$0 * LedgerArea.allCases.count + area.index] }
    }

    /// Sets a state as the store has it, whatever it was before.
    package mutating func load(_ state: PeriodState, _ period: FiscalPeriod, _ area: LedgerArea) {
        guard let index = index(of: period) else { return }
        states[index * LedgerArea.allCases.count + area.index] = state
    }

    /// Takes an exception as the store has it.
    package mutating func load(_ exception: PeriodException) {
        exceptions.append(exception)
    }
}

// MARK: - Posting

extension FiscalPeriods {
    /// Why `request` may not be posted in `period`; nil where it may.
    package func refusal(of request: PostingRequest, in period: FiscalPeriod) -> PeriodRefusal? {
        guard let index = index(of: period) else {
            return .noPeriod(period.firstDay, first: first, last: last)
        }
        if let refusal = closedArea(for: request, at: index) {
            return .notOpen(
                period, refusal.area, refusal.state,
                firstOpen: firstOpen(for: request, from: index + 1).map { periods[$0] })
        }
        if period.isForAdjustments, request.kind != .adjusting, request.kind != .closing {
            return .adjustmentsOnly(period)
        }
        return nil
    }

    /// The day on which a document is posted: its own where its period takes it, or else the first day of the first
    /// later month that does. The document keeps its date.
    ///
    /// - Throws: `noPeriod` for a document of days to come that the books do not hold yet, `noOpenPeriod`.
    package func postingDay(
        forDocumentOf date: CalendarDate, _ request: PostingRequest
    ) throws(PeriodRefusal) -> PostingDay {
        let own = FiscalPeriod(containing: date, in: cycle)
        let ownIndex = index(of: own)
        guard ownIndex != nil || own < first else { throw .noPeriod(date, first: first, last: last) }
        guard let index = firstOpen(for: request, from: ownIndex ?? 0) else {
            throw .noOpenPeriod(for: date, last: last)
        }
        let isLate = index != ownIndex
        return PostingDay(date: isLate ? periods[index].firstDay : date, period: periods[index], isLate: isLate)
    }

    /// The first month from `start` on that takes `request`.
    private func firstOpen(for request: PostingRequest, from start: Int) -> Int? {
        (min(start, periods.count)..<periods.count).first { index in
            !periods[index].isForAdjustments && closedArea(for: request, at: index) == nil
        }
    }

    /// The first area that keeps `request` out.
    private func closedArea(for request: PostingRequest, at index: Int) -> (area: LedgerArea, state: PeriodState)? {
        let offset = index * LedgerArea.allCases.count
        for area in LedgerArea.allCases where area == .general || request.areas.contains(area) {
            let state = states[offset + area.index]
            if request.isLetInto(state) { continue }
            let isExcepted =
                state != .locked && exceptions.contains { $0.covers(periods[index], area, for: request) }
            if !isExcepted { return (area, state) }
        }
        return nil
    }
}

// MARK: - Closing and reopening

/// One area of a period whose state changed.
package struct PeriodChange: Hashable, Sendable {
    package let period: FiscalPeriod
    package let area: LedgerArea
    package let from: PeriodState
    package let to: PeriodState
}

extension FiscalPeriods {
    /// Brings areas of a period to a state; areas that are there already stay as they are.
    ///
    /// Months close oldest first and reopen newest first: no month is ever closed further than the one before it. Period
    /// 13 follows its own year's month 12 and the year before's period 13, and may stay open while the months of the
    /// next year close; those cannot be locked before it is. What is opened again takes two people and a reason, and
    /// makes every snapshot of the period and of later ones stale.
    ///
    /// - Returns: what changed.
    /// - Throws: everything that forbids it; then nothing was changed.
    @discardableResult
    package mutating func move(
        _ period: FiscalPeriod, _ areas: Set<LedgerArea>, to state: PeriodState, by people: [String],
        reason: String = ""
    ) throws(Failure) -> [PeriodChange] {
        var problems = ProblemList()
        var changes: [PeriodChange] = []
        if areas.isEmpty { problems.add("no area is named", expected: "e.g. sales") }
        if !people.contains(where: { !$0.isBlank }) { problems.add("nobody asks for it", expected: "a person") }
        if index(of: period) == nil { problems.add("the books have no period \(period)", expected: "\(first)–\(last)") }
        var refusals = AreaRefusals()
        for area in areas.sorted() {
            guard let current = self.state(period, area), current != state else { continue }
            if PeriodState.successors[current]?.contains(state) != true {
                let possible = (PeriodState.successors[current] ?? []).map(\.name).joined(separator: " or ")
                refusals.add(
                    area, "\(period) is \(current.name)", " and cannot become \(state.name)",
                    expected: possible.isEmpty ? "nothing: it stays so" : possible)
            } else if let other = obstacle(to: state, from: current, period, area) {
                refusals.add(
                    area, "\(other.period) is \(other.state.name)", expected: "it to be \(other.wanted.name) first")
            }
            changes.append(PeriodChange(period: period, area: area, from: current, to: state))
        }
        refusals.report(into: &problems)
        if changes.contains(where: { $0.to < $0.from }) { problems.checkTwoPeople(people, reason: reason) }
        try problems.throwIfAny(exitCode: .refused, consequence: "\(period) stays as it is")
        for change in changes { load(change.to, change.period, change.area) }
        return changes
    }

    /// The period that must go first.
    private func obstacle(
        to state: PeriodState, from current: PeriodState, _ period: FiscalPeriod, _ area: LedgerArea
    ) -> (period: FiscalPeriod, state: PeriodState, wanted: PeriodState)? {
        let adjustments = FiscalPeriod(year: period.year, number: FiscalPeriod.adjustmentNumber)
        if state > current {
            var earlier = [period.previousMonth]
            if period.isForAdjustments { earlier.append(period.yearBefore) }
            if state == .locked, let adjustments { earlier.append(adjustments.yearBefore) }
            for other in earlier where other != period {
                if let found = self.state(other, area), found < state { return (other, found, state) }
            }
        } else {
            var later: [FiscalPeriod] = []
            if period.isForAdjustments {
                later.append(
                    contentsOf: [FiscalPeriod(year: period.year.next, number: period.number)].compactMap(\.self))
            } else {
                if period.number == 12 { later.append(contentsOf: [adjustments].compactMap(\.self)) }
                later.append(period.nextMonth)
            }
            for other in later where other != period {
                if let found = self.state(other, area), found > state { return (other, found, state) }
            }
        }
        return nil
    }

    /// Adds an exception.
    ///
    /// - Throws: when the period is locked or not of these books, or the exception ends before `now`.
    package mutating func grant(_ exception: PeriodException, at now: Instant) throws(Failure) {
        var problems = ProblemList()
        if index(of: exception.period) == nil {
            problems.add("the books have no period \(exception.period)", expected: "\(first)–\(last)")
        }
        for area in exception.areas.sorted() where state(exception.period, area) == .locked {
            problems.add("\(exception.period) is locked for \(area.rawValue)", expected: "nothing: it stays so")
        }
        if exception.until <= now {
            problems.add("the exception ends at \(exception.until)", expected: "an instant after \(now)")
        }
        try problems.throwIfAny(exitCode: .refused, consequence: "no exception was granted")
        exceptions.append(exception)
    }
}
