import Calendars
import Crypto
import Diagnostics
import Mail
import Store

/// The mails that tell people what happens to runs, put into the outbox in the transaction in which it happens.
///
/// Each has a key that says what it is, so none is written twice. They name runs, reasons and commands; amounts stand
/// only in those to the people who are asked to approve them.
package struct Notices: Sendable {
    let company: Company
    private let mail: MailSettings

    /// Nil for a company without mail: `steward check` says so of a job that wants to notify anybody.
    package init?(_ company: Company) {
        guard let mail = company.settings.mail else { return nil }
        self.company = company
        self.mail = mail
    }

    /// One mail before it is rendered.
    struct Notice: Hashable, Sendable {
        /// What it is, whoever writes it: `notify/failed/12/3`.
        var key: String
        var to: [EmailAddress]
        var subject: String
        var text: String
        var run: RunID?
    }

    /// Longer reasons are cut: the whole of it is shown by `steward run show`.
    static let maximumReasonCharacters = 2_000
    /// Runs that one look for late ones, and for overdue approvals, takes in.
    static let maximumCandidates = 1_000
    /// Occurrences that one mail lists.
    static let maximumListedOccurrences = 50

    /// Puts a notice into the outbox, once for its key.
    ///
    /// - Returns: whether there is such a message now: not where it has no recipient or cannot be rendered, which must
    ///   not keep a run from ending.
    @discardableResult
    func write(_ notice: Notice, at now: Instant, in connection: Connection) throws -> Bool {
        let recipients = Array(notice.to.prefix(MailLimits.standard.maximumRecipients))
        guard !recipients.isEmpty else { return false }
        let rendered: RenderedMessage
        do {
            let message = MailMessage(
                id: try MessageID(
                    localPart: "steward." + SHA256.hash(data: Array(notice.key.utf8)).hexText.prefix(40),
                    domain: mail.sender.domain),
                date: now, from: mail.sender, to: recipients, subject: notice.subject,
                text: notice.text.replacing("\0", with: "\u{FFFD}"))
            rendered = try message.rendered()
        } catch {
            return false
        }
        let stamp = Stamp(run: notice.run?.rawValue, person: StewardActor.daemon, at: now)
        let unit = UnitOfWork(connection: connection, stamp: stamp, digest: nil)
        // The same Message-ID comes twice at the worst.
        let entry = Outbox.Entry(rendered, subject: notice.subject, effectKey: notice.key)
        try Outbox.enqueue([entry], onDoubt: .resend, in: unit)
        return true
    }

    func addresses(_ texts: [String]) -> [EmailAddress] {
        texts.compactMap { try? EmailAddress.parse($0) }
    }

    // MARK: - What happens

    /// Tells that a run has failed and is not tried again.
    func failed(_ run: RunRecord, error: String, at now: Instant, in connection: Connection) throws {
        // Rules that cannot be read must not keep a run from ending.
        guard let text = try ScheduleRecords.declarationText(run.jobVersion, in: connection),
            let rules = try? DeclaredRules(declaration: text), !rules.notifications.failed.isEmpty
        else { return }
        try write(
            NoticeText(company: company).failed(run, error: error, to: addresses(rules.notifications.failed)), at: now,
            in: connection)
    }

    /// Tells of the occurrences of one tick that were missed: one mail for each job.
    func missed(
        _ occurrences: [OccurrenceRecord], declaration: (String) -> JobDeclaration?, at now: Instant,
        in connection: Connection
    ) throws {
        let missed = Dictionary(grouping: occurrences.filter { $0.state == .missed }, by: \.job)
        for (name, records) in missed.sorted(by: { $0.key < $1.key }) {
            guard let job = declaration(name), !job.notifications.missed.isEmpty else { continue }
            let notice = NoticeText(company: company).missed(
                job, records.sorted { $0.due < $1.due }, to: addresses(job.notifications.missed))
            try write(notice, at: now, in: connection)
        }
    }

    /// Asks those for their approval who can give it.
    func approvalWanted(
        _ run: RunRecord, _ proposal: Proposal, _ rule: ApprovalRule, at now: Instant, in connection: Connection
    ) throws {
        let approvers = approvers(rule)
        let notice = NoticeText(company: company).approvalWanted(
            run, proposal, rule, exceptions: try RunRecords.exceptions(of: run.id, in: connection), to: approvers)
        try write(notice, at: now, in: connection)
    }

    /// All with the role. A file that cannot be read has nobody; `steward check` names what is wrong with it.
    private func approvers(_ rule: ApprovalRule) -> [EmailAddress] {
        let users = (try? UserDirectory.load(for: company))?.users(withRole: rule.role) ?? []
        return users.map(\.email)
    }

    // MARK: - What does not happen

    /// The runs of which people were told.
    package struct Told: Hashable, Sendable {
        package var late: [RunID] = []
        package var reminded: [RunID] = []
    }

    /// Tells of runs that are later than their jobs allow, and reminds of approvals that are overdue; each once.
    package func tellWhatWaits(_ jobs: [JobDeclaration], in store: Store, at now: Instant) throws -> Told {
        let late = try store.read { try lateRuns(jobs, at: now, in: $0) }
        let overdue = try store.read { try overdueApprovals(at: now, in: $0) }
        guard !late.isEmpty || !overdue.isEmpty else { return Told() }
        return try store.write { connection in
            var told = Told()
            for (run, rule) in late
            where try write(
                NoticeText(company: company).late(run, to: addresses(rule.to), at: now), at: now, in: connection)
            {
                told.late.append(run.id)
            }
            for (run, proposal, rule) in overdue
            where try write(
                NoticeText(company: company).reminder(run, proposal, rule, to: approvers(rule), at: now), at: now,
                in: connection)
            {
                told.reminded.append(run.id)
            }
            return told
        }
    }

    /// Runs that were due and have neither ended nor come to an approval, although their time is over.
    private func lateRuns(
        _ jobs: [JobDeclaration], at now: Instant, in connection: Connection
    ) throws -> [(RunRecord, NotificationRules.Late)] {
        let overdue = try connection.all(
            """
            SELECT \(RunRecord.columns) FROM run
             WHERE state IN ('planned', 'queued', 'running', 'retry_wait') AND due_at < ?
               AND NOT EXISTS (SELECT 1 FROM outbox_message
                                WHERE effect_key = '\(NoticeText.latePrefix)' || CAST(run.run_id AS TEXT))
             ORDER BY due_at, run_id LIMIT \(Self.maximumCandidates)
            """, now, map: RunRecord.init)
        guard !overdue.isEmpty else { return [] }
        let rules = Dictionary(
            jobs.compactMap { job in job.notifications.late.map { (job.name, $0) } },
            uniquingKeysWith: { first, _ in first })
        return overdue.compactMap { run in
            guard let due = run.dueAt, let rule = rules[run.identity.job], due.adding(seconds: rule.afterSeconds) <= now
            else { return nil }
            return (run, rule)
        }
    }

    private func overdueApprovals(
        at now: Instant, in connection: Connection
    ) throws -> [(RunRecord, Proposal, ApprovalRule)] {
        let waiting = try connection.all(
            """
            SELECT \(RunRecord.columns) FROM run
             WHERE state = 'waiting_approval'
               AND NOT EXISTS (SELECT 1 FROM outbox_message
                                WHERE effect_key = '\(NoticeText.reminderPrefix)' || CAST(run.run_id AS TEXT))
             ORDER BY run_id LIMIT \(Self.maximumCandidates)
            """, map: RunRecord.init)
        return try waiting.compactMap { run in
            guard let proposal = try ProposalRecords.proposal(of: run.id, in: connection),
                let text = try ScheduleRecords.declarationText(run.jobVersion, in: connection),
                let rule = try? DeclaredRules(declaration: text).approval, let within = rule.withinSeconds,
                proposal.proposedAt.adding(seconds: within) <= now
            else { return nil }
            return (run, proposal, rule)
        }
    }
}
