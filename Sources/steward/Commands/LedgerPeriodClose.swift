import ArgumentParser
import Diagnostics
import Jobs
import Ledger

/// `steward ledger period soft-close`: keeps normal entries out.
struct LedgerPeriodSoftClose: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "soft-close", abstract: "Let only adjusting entries into a period, or areas of it.",
        discussion: """
            The close of the month begins with it. It is undone by `steward ledger period reopen`, which takes two people.

            EXAMPLE
              steward ledger period soft-close 2026-04 --area payroll
            """)

    @OptionGroup var target: PeriodAndAreas

    @Option(help: "Why, for those who look at it later.", transform: Reason.init)
    var reason: Reason?

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let settings = try context.ledgerSettings()
        let period = try context.fiscalPeriod(target.period, settings)
        let changes = try context.changePeriods(settings) {
            try FiscalPeriodRecords.move(
                period, target.areas, to: .softClosed, by: [context.person], reason: reason?.text ?? "", in: $0)
        }
        context.print(changes, orSay: "\(period) is so already; nothing was changed.")
    }
}

/// `steward ledger period close`: closes areas of a period before the rest.
struct LedgerPeriodClose: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "close", abstract: "Close areas of a period before the rest of it.",
        discussion: """
            General, and with it the period as a whole, is closed by `steward close run`, which looks at everything first.

            EXAMPLE
              steward ledger period close 2026-04 --area payroll
            """)

    @OptionGroup var target: PeriodAndAreas

    @Option(help: "Why, for those who look at it later.", transform: Reason.init)
    var reason: Reason?

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let settings = try context.ledgerSettings()
        let period = try context.fiscalPeriod(target.period, settings)
        guard !target.areas.contains(.general) else {
            throw Failure(
                .usage, "\(period) as a whole is closed by its close.",
                advice: "Give `steward close run`, or name other areas with --area.")
        }
        let changes = try context.changePeriods(settings) { unit in
            let reason = reason?.text ?? ""
            let soft = try FiscalPeriodRecords.load(at: unit.stamp.at, in: unit.connection)
            let open = target.areas.filter { soft.state(period, $0) == .open }
            let first =
                open.isEmpty
                ? []
                : try FiscalPeriodRecords.move(
                    period, open, to: .softClosed, by: [context.person], reason: reason, in: unit)
            return try first
                + FiscalPeriodRecords.move(
                    period, target.areas, to: .closed, by: [context.person], reason: reason, in: unit)
        }
        context.print(changes, orSay: "\(period) is so already; nothing was changed.")
    }
}

/// `steward ledger period lock`: closes a fiscal year for good.
struct LedgerPeriodLock: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "lock", abstract: "Close a fiscal year for good, when it is audited and filed.",
        discussion: """
            There is no way back. The twelve months and period 13 of the year must be closed, and the year before locked.

            EXAMPLE
              steward ledger period lock 2026 --reason "accounts filed with Companies House"
            """)

    @Argument(help: "The fiscal year: 2026, or 2026-27.")
    var year: String

    @Option(help: "Why; kept with the periods.", transform: Reason.init)
    var reason: Reason

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let settings = try context.ledgerSettings()
        guard let year = settings.cycle.year(labelled: year) else {
            throw Failure(
                .usage, "\"\(year)\" is no fiscal year of the books.",
                advice:
                    "Write it as \(settings.cycle.year(containing: context.clock.now().utc.date).label).")
        }
        try PeriodDecider(account: context.person, company: context.company).requireKnown()
        let changes = try context.changePeriods(settings) { unit in
            let known = try FiscalPeriodRecords.load(at: unit.stamp.at, in: unit.connection)
            return try known.periods.filter { $0.year == year }.flatMap {
                try FiscalPeriodRecords.move(
                    $0, to: .locked, by: [context.person], reason: reason.text, in: unit)
            }
        }
        context.print(changes, orSay: "\(year) is locked already; nothing was changed.")
    }
}
