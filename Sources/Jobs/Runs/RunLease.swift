import Calendars
import Store

/// The right of an attempt to work on its run, which it must renew.
package struct RunLease: Sendable {
    package var run: RunID
    package var attempt: Int

    package init(run: RunID, attempt: Int) {
        self.run = run
        self.attempt = attempt
    }

    /// Holds the run for another `Run.leaseSeconds`. Until the end of the transaction no other attempt can take it.
    ///
    /// - Throws: `RunError.fenced` when another attempt has taken the run over; `RunError.cancelRequested` when a person
    ///   wants it stopped.
    package func renew(at now: Instant, in connection: Connection) throws {
        let wish = try connection.first(
            """
            UPDATE run SET lease_until = ? WHERE run_id = ? AND attempt = ? AND state = 'running'
            RETURNING cancel_requested_by, cancel_reason
            """, now.adding(seconds: Run.leaseSeconds), run, attempt
        ) { (person: try $0.optionalText(0), reason: try $0.optionalText(1)) }
        guard let wish else { throw RunError.fenced(run, attempt: attempt) }
        if let person = wish.person { throw RunError.cancelRequested(run, by: person, reason: wish.reason ?? "") }
    }
}
