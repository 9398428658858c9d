import Calendars
import Diagnostics
import Jobs
import Store

/// What takes two people: that a period is opened again, or that somebody may post in one that is not open. One asks,
/// another confirms.
package struct PeriodRequest: Hashable, Sendable {
    package var number: Int64
    package var what: What
    package var period: FiscalPeriod
    package var areas: Set<LedgerArea>
    package var reason: String
    package var requestedBy: String
    package var requestedAt: Instant
    /// Nil while nobody has decided.
    package var decision: Decision?

    package enum What: Hashable, Sendable {
        case reopen
        /// Leave for a person to post until then.
        case except(person: String, until: Instant)
    }

    package struct Decision: Hashable, Sendable {
        package var isConfirmed: Bool
        package var person: String
        package var at: Instant
    }
}

/// Requests in the store.
package enum PeriodRequests {
    /// Puts down what somebody asks for.
    ///
    /// - Throws: everything that forbids it already now.
    package static func ask(
        _ what: PeriodRequest.What, _ period: FiscalPeriod, _ areas: Set<LedgerArea>, reason: String,
        by person: String, at now: Instant, in connection: Connection
    ) throws -> PeriodRequest {
        var periods = try FiscalPeriodRecords.load(at: now, in: connection)
        // The second person is not known yet.
        let people = [person, "somebody else than \(person)"]
        switch what {
        case .reopen:
            let changes = try periods.move(period, areas, to: .open, by: people, reason: reason)
            guard !changes.isEmpty else {
                throw Failure(.refused, "\(period) is open already; nothing was asked for.")
            }
        case .except(let person, let until):
            try periods.grant(
                PeriodException(
                    period: period, areas: areas, person: person, until: until, reason: reason, grantedBy: people),
                at: now)
        }
        let names = areas.sorted().map(\.rawValue).joined(separator: "\n")
        var excepted: (person: String, until: Instant)?
        if case .except(let person, let until) = what { excepted = (person, until) }
        let number = try connection.first(
            """
            INSERT INTO period_request (what, period, areas, person, until, reason, recorded_by, recorded_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING period_request_id
            """, excepted == nil ? "reopen" : "except", "\(period)", names, excepted?.person, excepted?.until, reason,
            person, now
        ) { try $0.int(0) }
        return try find(number ?? 0, in: connection)
    }

    /// - Throws: a failure where there is none.
    package static func find(_ number: Int64, in connection: Connection) throws -> PeriodRequest {
        guard let request = try list("request.period_request_id = ?", number, in: connection).first else {
            throw Failure(
                .notFound, "There is no request \(number).", advice: "`steward ledger period list` shows them.")
        }
        return request
    }

    /// Those that nobody has decided about, oldest first.
    package static func pending(in connection: Connection) throws -> [PeriodRequest] {
        try list("decision.decision IS NULL", nil, in: connection)
    }

    private static func list(
        _ condition: String, _ argument: Int64?, in connection: Connection
    ) throws -> [PeriodRequest] {
        guard let cycle = try FiscalCalendar.find(in: connection)?.cycle else { return [] }
        return try connection.all(
            """
            SELECT request.period_request_id, request.what, request.period, request.areas, request.person, request.until,
                   request.reason, request.recorded_by, request.recorded_at, decision.decision, decision.recorded_by,
                   decision.recorded_at
              FROM period_request AS request
              LEFT JOIN period_request_decision AS decision
                ON decision.period_request_id = request.period_request_id
             WHERE \(condition) ORDER BY request.period_request_id
            """, arguments: argument.map { [$0] } ?? []
        ) { row in
            guard let period = FiscalPeriod(try row.text(2), in: cycle) else {
                throw StoreError.corrupt(column: "period_request.period", expected: "e.g. 2026-P01")
            }
            let isReopening = try row.text(1) == "reopen"
            return PeriodRequest(
                number: try row.int(0),
                what: isReopening ? .reopen : .except(person: try row.text(4), until: try row.instant(5)),
                period: period,
                areas: Set(try row.text(3).split(separator: "\n").compactMap { LedgerArea(rawValue: String($0)) }),
                reason: try row.text(6), requestedBy: try row.text(7), requestedAt: try row.instant(8),
                decision: row.isNull(9)
                    ? nil
                    : PeriodRequest.Decision(
                        isConfirmed: try row.text(9) == "confirmed", person: try row.text(10),
                        at: try row.instant(11)))
        }
    }

    /// Agrees with a request, which takes effect; or, by whoever asked, takes it back.
    ///
    /// - Parameter steps: those of the closes that a reopening undoes.
    /// - Throws: when it is decided, or the person may not.
    @discardableResult
    package static func decide(
        _ number: Int64, isConfirmed: Bool, by decider: PeriodDecider, steps: [any CloseStep], in unit: UnitOfWork
    ) throws -> PeriodRequest {
        let connection = unit.connection
        try Journal.lockHead(in: connection)
        let request = try find(number, in: connection)
        if let decision = request.decision {
            throw Failure(
                .refused,
                "Request \(number) was \(decision.isConfirmed ? "confirmed" : "withdrawn") by \(decision.person) at "
                    + "\(decision.at).")
        }
        if isConfirmed {
            try decider.requireSecond(to: request.requestedBy)
        } else {
            try decider.requireKnown()
        }
        try connection.execute(
            """
            INSERT INTO period_request_decision (period_request_id, decision, recorded_by, recorded_at)
            VALUES (?, ?, ?, ?)
            """, number, isConfirmed ? "confirmed" : "withdrawn", unit.stamp.person, unit.stamp.at)
        if isConfirmed { try take(request, confirmedBy: unit.stamp.person, decider.company, steps, in: unit) }
        return try find(number, in: connection)
    }

    private static func take(
        _ request: PeriodRequest, confirmedBy person: String, _ company: Company, _ steps: [any CloseStep],
        in unit: UnitOfWork
    ) throws {
        let people = [request.requestedBy, person]
        switch request.what {
        case .reopen:
            try PeriodReopening.reopen(
                request.period, request.areas, by: people, reason: request.reason, company, steps, in: unit)
        case .except(let excepted, let until):
            var periods = try FiscalPeriodRecords.load(at: unit.stamp.at, in: unit.connection)
            let exception = try PeriodException(
                period: request.period, areas: request.areas, person: excepted, until: until, reason: request.reason,
                grantedBy: people)
            try periods.grant(exception, at: unit.stamp.at)
            for area in request.areas.sorted() {
                try unit.connection.execute(
                    """
                    INSERT INTO period_exception (period, area, person, until, reason, granted_by, period_request_id,
                                                  recorded_by, recorded_at)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """, "\(request.period)", area.rawValue, excepted, until, request.reason,
                    people.joined(separator: "\n"), request.number, unit.stamp.person, unit.stamp.at)
            }
        }
    }
}
