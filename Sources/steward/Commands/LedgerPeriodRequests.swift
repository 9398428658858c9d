import ArgumentParser
import Calendars
import Diagnostics
import Jobs
import Ledger

/// `steward ledger period reopen`: asks for a period to be opened again.
struct LedgerPeriodReopen: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "reopen",
        abstract: "Ask for a period, or areas of it, to be opened again; a second person confirms.",
        discussion: """
            The newest period comes first. With the area general, what the close of the period posted is reversed, and its
            balances are to be written down anew.

            EXAMPLE
              steward ledger period reopen 2026-04 --reason "the invoice of Fenn & Sons was booked twice"
            """)

    @OptionGroup var target: PeriodAndAreas

    @Option(help: "Why; an auditor reads it.", transform: Reason.init)
    var reason: Reason

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let settings = try context.ledgerSettings()
        let period = try context.fiscalPeriod(target.period, settings)
        try context.ask(.reopen, period, target.areas, reason, settings)
    }
}

/// `steward ledger period except`: asks for leave to post in a period that is not open.
struct LedgerPeriodExcept: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "except", abstract: "Ask for leave for one person to post in a closed period; a second confirms.",
        discussion: """
            What is posted so makes the balances that were written down stale: close the period again afterwards, or let
            the next close do it.

            EXAMPLE
              steward ledger period except 2026-04 --person iain --until 2026-05-20T18:00:00Z --reason "late invoice"
            """)

    @OptionGroup var target: PeriodAndAreas

    @Option(help: "Who may post: an account of the operating system.")
    var person: String

    @Option(help: "Until when, in UTC: 2026-05-20T18:00:00Z.")
    var until: String

    @Option(help: "Why; an auditor reads it.", transform: Reason.init)
    var reason: Reason

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let settings = try context.ledgerSettings()
        let period = try context.fiscalPeriod(target.period, settings)
        guard let until = Instant(until) else {
            throw Failure(.usage, "\"\(until)\" is no moment.", advice: "Write it in UTC: 2026-05-20T18:00:00Z.")
        }
        try context.ask(.except(person: person, until: until), period, target.areas, reason, settings)
    }
}

/// `steward ledger period confirm`: agrees with what somebody else asked for.
struct LedgerPeriodConfirm: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "confirm", abstract: "Agree with a request, which takes effect; somebody else than who asked.",
        discussion: """
            EXAMPLE
              steward ledger period confirm 3
            """)

    @Argument(help: "The request; `steward ledger period list` shows those that wait.")
    var request: Int64

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        try context.decide(request, isConfirmed: true)
    }
}

/// `steward ledger period withdraw`: takes a request back.
struct LedgerPeriodWithdraw: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw", abstract: "Take a request back, or refuse it.",
        discussion: """
            EXAMPLE
              steward ledger period withdraw 3
            """)

    @Argument(help: "The request; `steward ledger period list` shows those that wait.")
    var request: Int64

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        try context.decide(request, isConfirmed: false)
    }
}

extension CommandContext {
    /// Puts a request down for a second person.
    func ask(
        _ what: PeriodRequest.What, _ period: FiscalPeriod, _ areas: Set<LedgerArea>, _ reason: Reason,
        _ settings: LedgerSettings
    ) throws {
        let decider = try PeriodDecider(account: person, company: company)
        try decider.requireKnown()
        if case .except(let excepted, _) = what { try decider.requireSomebodys(excepted) }
        let request = try changePeriods(settings) { unit in
            try PeriodRequests.ask(
                what, period, areas, reason: reason.text, by: person, at: unit.stamp.at, in: unit.connection)
        }
        print(request)
    }

    fileprivate func decide(_ number: Int64, isConfirmed: Bool) throws {
        let settings = try ledgerSettings()
        let decider = try PeriodDecider(account: person, company: company)
        let request = try changePeriods(settings) { unit in
            try PeriodRequests.decide(
                number, isConfirmed: isConfirmed, by: decider, steps: CompanyCloseSteps.steps, in: unit)
        }
        print(request)
    }
}
