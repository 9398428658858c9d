import ArgumentParser
import Diagnostics
import Jobs
import Ledger

/// `steward close plan`: the steps of a close.
struct ClosePlanCommand: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Show the steps of a close in their order.",
        discussion: """
            EXAMPLE
              steward close plan 2026-04
            """)

    @OptionGroup var target: ClosePeriodArgument

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let target = try CloseTarget(target.period, in: context)
        var table = Table(columns: [
            .init("#", key: "number", .right), .init("Step"), .init("What is looked at", key: "title"),
        ])
        table.rows = target.steps.enumerated().map {
            [.integer($0.offset + 1), .text($0.element.name), .text($0.element.title)]
        }
        context.printer.print(table)
        context.printer.say("\nNext: `steward close run \(target.runPeriod)`.")
    }
}

/// `steward close status`: how far a close is, and what stands in its way.
struct CloseStatus: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show how far a close is, and what stands in its way.",
        discussion: """
            EXAMPLE
              steward close status 2026-04
            """)

    @OptionGroup var target: ClosePeriodArgument

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let target = try CloseTarget(target.period, in: context)
        let (run, passed, found, state, snapshot, signed) = try context.openStore().read { connection in
            let run = try target.latestRun(in: connection)
            let found = try CloseRecords.findings(of: target.period, in: connection)
            let signed = try found.map { step, findings in
                try CloseRecords.signOff(of: findings, step, target.period, in: connection)
            }
            return (
                run, try run.map { try CloseRecords.passedSteps(of: $0.id, in: connection) } ?? [], found,
                try target.state(at: context.clock.now(), in: connection),
                try PeriodSnapshots.valid(in: connection).last { $0.period == "\(target.period)" }, signed
            )
        }
        var details = Details()
        details.add("period", "\(target.period)")
        details.add("state", state?.name ?? "not of the books")
        details.add("run", run.map { "\($0.id)" })
        details.add("run state", run?.state.words)
        details.add("snapshot", snapshot?.digest)
        details.add("last entry", snapshot.map { "\($0.entry)" })
        details.add("hash", snapshot?.entryHash)
        var table = Table(columns: [
            .init("#", key: "number", .right), .init("Step"), .init("State"),
            .init("Figures", visibility: .whereFilled),
        ])
        for (index, step) in target.steps.enumerated() {
            let done = passed.first { $0.name == step.name }
            let isCommitted = done != nil || run?.passedSteps.contains(step.name) == true
            let findings = found.first { $0.step == step.name }?.findings
            let words =
                switch (isCommitted, done?.findingCount ?? 0, findings) {
                case (true, 0, _): "passed"
                case (true, let count, _): "signed off (\(count))"
                case (false, _, let findings?): "stopped (\(findings.obstacles.count))"
                default: ""
                }
            let figures = done?.figures.map { "\($0.label) \($0.money.map { $0.groupedText } ?? $0.value)" } ?? []
            table.rows.append([
                .integer(index + 1), .text(step.name), .text(words), .text(figures.joined(separator: ", ")),
            ])
        }
        details.add(section: "STEPS", key: "steps", table)
        details.mainSection = "steps"
        var rows = Table(columns: [
            .init("Step"), .init("About"), .init("What"), .init("Signed off by", visibility: .whereFilled),
        ])
        for (index, (step, findings)) in found.enumerated() {
            rows.rows += findings.obstacles.map {
                [.text(step), .text($0.item), .text($0.text), .text(signed[index]?.person ?? "")]
            }
        }
        if !rows.rows.isEmpty { details.add(section: "FINDINGS", key: "findings", rows) }
        context.printer.print(details)
        if let next = target.next(run, state) { context.printer.say("\nNext: \(next).") }
    }
}

extension CloseTarget {
    /// What brings the close on; nil where the period is closed.
    fileprivate func next(_ run: RunRecord?, _ state: PeriodState?) -> String? {
        guard let state, state < .closed else { return nil }
        guard let run, !run.state.isFinal else { return "`steward close run \(runPeriod)`" }
        return switch run.state {
        case .waitingApproval:
            "somebody else looks at it with `steward run show \(run.id)` and approves it with `steward run approve "
                + "\(run.id)`"
        case .running: "`steward run watch \(run.id)`"
        case .failed:
            "`steward close resume \(runPeriod)`, when what was found is put right or signed off with `steward close "
                + "sign-off \(runPeriod) STEP --reason REASON`"
        default: "`steward close resume \(runPeriod)`"
        }
    }

    /// All steps in their order, with those that every close has.
    var steps: [(name: String, title: String)] {
        let plan = ClosePlan(CompanyCloseSteps.steps, occasion)
        return [(CloseProcedure.beginStep, "Earlier periods closed")]
            + plan.completeness.map { ($0.name, $0.title) }
            + [(CloseProcedure.softCloseStep, "Only adjusting entries get in from here on")]
            + plan.preparation.map { ($0.name, $0.title) }
            + [
                (CloseProcedure.snapshotStep, "Balances written down")
            ] + plan.drafts.map { ($0.name, $0.title) }
            + [
                ("approval", "Approved by a second person"), (CloseProcedure.lockStep, "Period closed"),
            ] + plan.after.map { ($0.name, $0.title) }
    }
}
