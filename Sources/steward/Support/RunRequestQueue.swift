import Calendars
import Diagnostics
import Jobs
import Store

extension RunRequest {
    /// Leaves the run to the daemon.
    ///
    /// - Parameters:
    ///   - waits: whether to watch it until it has ended.
    ///   - timeoutSeconds: watched no longer than this.
    func enqueue(in context: CommandContext, waits: Bool, timeoutSeconds: Int64?) throws {
        let store = try context.openStore()
        let queued = try context.executor(store).enqueue(
            declaration, period: period, parameters: parameters, trigger: .person, repetition: repetition,
            reason: reason, isHeldByNeeds: isHeldByNeeds)
        let record = queued.record
        let isHeard = record.state.isLive && DaemonCall.wake(context.company)
        if waits {
            if record.state.isLive, !isHeard { Terminal.printError(DaemonCall.noDaemon) }
            let ended = try RunWatcher(context: context, store: store, timeoutSeconds: timeoutSeconds).watch(record.id)
            try printDetails(of: ended, isNoop: queued.isNoop, store, context)
            if ended.state.exitCode != .success { Terminal.exit(ended.state.exitCode) }
            return
        }
        guard context.printer.format == .text else {
            try printDetails(of: record, isNoop: queued.isNoop, store, context)
            return
        }
        let run = "run \(record.id)"
        let next = "See how it gets on with `steward run watch \(record.id)`."
        let needs = try store.read { try RunRecords.needs(of: record.id, in: $0) }.map { "\($0.job)@\($0.period)" }
        switch queued {
        case .new where record.state == .planned:
            context.printer.say("Planned as \(run); it waits for \(needs.joined(separator: ", ")).\n\(next)")
        case .new: context.printer.say("Queued as \(run).\n\(next)")
        case .retried: context.printer.say("Queued again: \(run), which had failed.\n\(next)")
        case .underWay:
            context.printer.say("\(declaration.name) for \(period) is \(record.state.words) already: \(run).\n\(next)")
        case .alreadyDone:
            context.printer.say(
                "\(declaration.name) for \(period) is already done (\(run), \(record.state.rawValue)); nothing was "
                    + "written.\nLook at it with `steward run show \(record.id)`.")
        }
        if record.state.isLive, !isHeard { context.printer.say("\n\(DaemonCall.noDaemon)") }
    }

    private func printDetails(
        of record: RunRecord, isNoop: Bool, _ store: Store, _ context: CommandContext
    ) throws {
        var details = try store.read {
            try RunDetails.details(of: record, company: context.company, at: context.clock.now(), in: $0)
        }
        details.add("already done", key: "noop", text: nil, json: .bool(isNoop))
        context.printer.print(details)
    }
}
