import ArgumentParser
import Diagnostics
import Jobs
import Ledger

/// `steward close sign-off`: lets a step pass with what it found.
struct CloseSignOff: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign-off", abstract: "Let a step of a close pass with exactly what it found.",
        discussion: """
            It takes the role that config/ledger.yaml names, and a reason that stays with the close. It holds for these
            findings: when the step finds anything else, it stops again.

            EXAMPLE
              steward close sign-off 2026-04 normal-sides --reason "overpaid by a customer, refunded in May"
            """)

    @OptionGroup var target: ClosePeriodArgument

    @Argument(help: "The step, as `steward close status` names it.")
    var step: String

    @Option(help: "Why; an auditor reads it.", transform: Reason.init)
    var reason: Reason

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let target = try CloseTarget(target.period, in: context)
        let decider = try PeriodDecider(account: context.person, company: context.company)
        let findings = try context.changePeriods(target.settings) { unit in
            try CloseRecords.signOff(
                step, target.period, reason: reason.text, by: decider, at: unit.stamp.at, in: unit.connection)
        }
        var details = Details()
        details.add("period", "\(target.period)")
        details.add("step", step)
        details.add("findings", findings.obstacles.count)
        details.add("digest", String(findings.digest.prefix(CloseFindings.signOffDigits)))
        context.printer.print(details)
        context.printer.say("\nNext: `steward close resume \(target.runPeriod)`.")
    }
}

/// `steward close reopen`: asks for a closed period to be opened again.
struct CloseReopen: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "reopen", abstract: "Ask for a closed month or year to be opened again; a second person confirms.",
        discussion: """
            The newest comes first. What its close posted is reversed, and its balances count no more.

            EXAMPLE
              steward close reopen 2026-04 --reason "the invoice of Fenn & Sons was booked twice"
            """)

    @OptionGroup var target: ClosePeriodArgument

    @Option(help: "Why; an auditor reads it.", transform: Reason.init)
    var reason: Reason

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let target = try CloseTarget(target.period, in: context)
        try context.ask(.reopen, target.period, Set(LedgerArea.allCases), reason, target.settings)
    }
}
