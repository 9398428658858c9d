import Calendars
import Diagnostics
import Jobs
import Mail
import Payroll
import Processes
import Store

/// A job to be run for a period: runs it, delivers its mail, says what came of it.
struct RunRequest {
    let declaration: JobDeclaration
    let period: Period
    let parameters: ParameterValues
    /// One more run where there was one, which needs a reason.
    var repetition = NewRun.Repetition.none
    var reason: String?
    /// Whether what the job needs must be done before.
    var isHeldByNeeds = true

    // MARK: - From arguments

    /// The period that was given, or the one of the job's length that holds today in the company's time zone; of a job for
    /// no stretch of time, this second.
    static func period(
        _ text: String?, of declaration: JobDeclaration, in context: CommandContext
    ) throws -> Period {
        guard let text else {
            guard declaration.granularity != .instant else { return .instant(context.clock.now().wholeSecond) }
            let today = context.company.settings.timeZone.date(of: context.clock.now())
            return Period(declaration.granularity, containing: today)
        }
        return try readPeriod(text, as: [declaration.granularity])
    }

    /// - Parameter lengths: what is meant where it is no period at all.
    static func readPeriod(
        _ text: String, as lengths: [Period.Granularity] = [.month, .week, .day, .quarter, .year]
    ) throws -> Period {
        guard let period = Period(text) else {
            let forms = lengths.map { "\($0 == .instant ? "an" : "a") \($0.rawValue) as \($0.example)" }
            throw Failure(
                .usage, "\"\(text)\" is not a period.", advice: "Write \(forms.joined(separator: ", ")).")
        }
        return period
    }

    static func parameters(_ arguments: [String]) throws -> [String: String] {
        var parameters: [String: String] = [:]
        for argument in arguments {
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, !parts[1].contains(where: \.isNewline) else {
                throw Failure(
                    .usage, "The parameter \"\(argument)\" has no name and value.",
                    advice: "Write it as -p pay_group=monthly.")
            }
            guard parameters.updateValue(String(parts[1]), forKey: String(parts[0])) == nil else {
                throw Failure(.usage, "The parameter \(parts[0]) is given twice.", advice: "Give it once.")
            }
        }
        return parameters
    }

    // MARK: - Run

    func run(in context: CommandContext) throws {
        let store = try context.openStore()
        // Other commands write in one transaction, which a signal may cut off.
        Interruption.listen()
        if context.printer.format != .text { ProgramOutput.redirectToErrors() }
        let outcome = try outcome(store, context)
        let deliveries = try deliver(outcome.record, store, context)
        var details = try store.read {
            try RunDetails.details(of: outcome.record, company: context.company, at: context.clock.now(), in: $0)
        }
        switch outcome {
        case .alreadyDone(let record):
            details.add("already done", key: "noop", text: nil, json: .bool(true))
            if context.printer.format != .text { context.printer.print(details) }
            let mail = deliveries.sent > 0 ? "its mail has been sent now" : "nothing was written"
            context.printer.say(
                "\(declaration.name) for \(period) is already done (run \(record.id), \(record.state.rawValue)); "
                    + "\(mail).\nLook at it with `steward run show \(record.id)`.")
            try requireSent(record, store, context.company)
        case .finished(let record):
            details.add("already done", key: "noop", text: nil, json: .bool(false))
            context.printer.print(details)
            if record.state == .waitingApproval {
                context.printer.say(
                    "\nThe results wait for an approval; nothing of them has taken effect. Next: somebody else looks at "
                        + "them with `steward run show \(record.id)` and approves them with `steward run approve "
                        + "\(record.id)`.")
                Terminal.exit(.waitingForApproval)
            }
            sayNext(record, context)
            try requireSent(record, store, context.company)
            // The exit code says that some items were set aside.
            if record.state == .partly { Terminal.exit(.partly) }
        }
    }

    /// - Throws: a failure with the code of a failed run where the error has none of its own.
    private func outcome(_ store: Store, _ context: CommandContext) throws -> RunExecutor.Outcome {
        defer { Terminal.clearProgress() }
        do {
            return try context.executor(store).run(
                declaration, period: period, parameters: parameters, trigger: .person, repetition: repetition,
                reason: reason, isHeldByNeeds: isHeldByNeeds, progress: Terminal.showProgress)
        } catch RunError.changed(let run, let expected) {
            throw try waiting(run, store) ?? RunError.changed(run, expected: expected).failure
        } catch let error as any ReportableError {
            var failure = error.failure
            if failure.exitCode == .failed { failure.exitCode = .runFailed }
            throw failure
        } catch {
            throw Failure(
                .runFailed, "Something went wrong in the run that steward did not foresee: \(error)",
                advice: "This is a defect of steward; report it with this text.")
        }
    }

    /// Why a run cannot start yet that was planned before; nil where it was not.
    private func waiting(_ run: RunID, _ store: Store) throws -> Failure? {
        let (record, needs) = try store.read {
            (try RunRecords.find(.number(run), in: $0), try RunRecords.needs(of: run, in: $0))
        }
        guard record.state == .planned else { return nil }
        return Failure(
            .refused, "Run \(run) waits for \(needs.map { "\($0.job)@\($0.period)" }.joined(separator: ", ")).",
            advice: "The daemon queues it when that is done; `steward run cancel \(run) --reason REASON` gives it up.")
    }

    private func sayNext(_ record: RunRecord, _ context: CommandContext) {
        if record.exceptions > 0 {
            context.printer.say("\n\(record.exceptions) set aside, with the reason above. The others are done.")
        }
        let next =
            record.kind == CalculatePayroll.name
            ? "`steward payroll show \(record.id)` lists the payslips, `steward payroll register \(record.id)` writes the "
                + "register."
            : "`steward run show \(record.id)`."
        context.printer.say("\nNext: \(next)")
    }

    /// - Throws: a failure that says where a message of the run stands that has not been sent.
    private func requireSent(_ record: RunRecord, _ store: Store, _ company: Company) throws {
        let items = try store.read { try Outbox.items(of: record.id, in: $0) }
        guard let item = items.first(where: { !$0.state.isOver }) else { return }
        let answer = item.answer.map { ": \(RunDetails.shown($0, company: company).trimmingPeriod)" } ?? ""
        let advice =
            switch item.state {
            case .sending, .dotPending:
                "If no other process is sending it, its sender was killed on another machine; "
                    + "after \(OutboxCourier.longestDeliverySeconds / 60) minutes it is settled."
            case .inDoubt:
                "It may have arrived. Ask \(item.recipients.joined(separator: ", ")), then say so with `steward outbox "
                    + "settle \(item.id) --as sent|unsent --reason REASON`, or send it again with `steward outbox resend "
                    + "\(item.id) --reason REASON`; it is not sent again by itself."
            case .refused:
                "It is not sent again by itself; `steward outbox resend \(item.id) --reason REASON` does."
            case .pending, .deferred, .sent, .settledSent, .settledUnsent:
                "It stays in the outbox; `\(command)` tries again."
            }
        throw Failure(
            .partly, "The run is done, but its mail \"\(item.subject)\" is \(item.state.words)\(answer).",
            advice: advice)
    }

    /// What the run put into the outbox leaves right after its commit; also what an earlier attempt left there.
    private func deliver(
        _ record: RunRecord, _ store: Store, _ context: CommandContext
    ) throws -> OutboxCounts {
        let waiting = try store.read { try Outbox.items(of: record.id, in: $0) }.contains { !$0.state.isOver }
        guard waiting, let mail = context.company.settings.mail else { return OutboxCounts() }
        let courier: OutboxCourier
        do {
            courier = try context.courier(store, mail)
        } catch {
            throw Failure(
                .partly, "The run is done, but its mail cannot be sent. \(error.summary)", problems: error.problems,
                advice: [error.advice, "It stays in the outbox; `\(command)` tries again."].compactMap(\.self)
                    .joined(separator: " "))
        }
        return try courier.deliverNow(of: record.id)
    }

    /// The command that asks for this very run.
    private var command: String {
        let given = parameters.values.filter { declaration.parameters[$0.key] != $0.value }.sorted { $0.key < $1.key }
        return
            (["steward run \(declaration.name) --period \(period)"]
            + given.map { "-p \(Self.quoted("\($0.key)=\($0.value)"))" }).joined(separator: " ")
    }

    /// As a shell reads it.
    private static func quoted(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "="), UInt8(ascii: "_"), UInt8(ascii: "-"),
                UInt8(ascii: "."), UInt8(ascii: "@"), UInt8(ascii: "/"):
                true
            default: false
            }
        }
        return isPlain ? text : "'" + text.replacing("'", with: "'\\''") + "'"
    }

    // MARK: - Dry run

    func rehearse(in context: CommandContext) throws {
        let store = try context.openStore()
        Interruption.listen()
        let rehearsal = try context.executor(store).rehearse(
            declaration, period: period, parameters: parameters, progress: Terminal.showProgress)
        Terminal.clearProgress()
        if rehearsal.isAlreadyDone {
            var details = RunDetails.summary(of: rehearsal.record, isRehearsal: false)
            details.add("already done", key: "noop", text: nil, json: .bool(true))
            if context.printer.format != .text { context.printer.print(details) }
            context.printer.say(
                "\(declaration.name) for \(period) is already done (run \(rehearsal.record.id)); it would write nothing."
            )
            return
        }
        var details = RunDetails.summary(of: rehearsal.record, isRehearsal: true)
        details.add(section: "Would write", key: "effects", RunDetails.table(of: rehearsal.effects))
        details.add(section: "Would set aside", key: "exceptions", RunDetails.table(of: rehearsal.exceptions))
        context.printer.print(details)
        let gate =
            declaration.approval.map {
                " Its results would wait for an approval by the role \($0.role) before they take effect."
            }
            ?? ""
        context.printer.say("\nNothing was written.\(gate) Give the command without --dry-run to run it.")
    }
}

extension String {
    /// Without the full stop at its end, to stand within a sentence.
    fileprivate var trimmingPeriod: String { hasSuffix(".") ? String(dropLast()) : self }
}
