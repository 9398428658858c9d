import ArgumentParser
import Calendars
import Diagnostics
import Jobs
import Ledger
import Store

/// `steward ledger period`: how far the periods of the books are closed.
struct LedgerPeriod: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "period", abstract: "See how far the periods of the books are closed, and change it.",
        discussion: """
            A month is closed by its close (`steward close run 2026-04`). These commands are for the areas of a month before \
            that, and for what takes two people: opening a period again, and leave for one person to post in it.

            EXAMPLES
              steward ledger period list
              steward ledger period close 2026-04 --area payroll
              steward ledger period except 2026-04 --person iain --until 2026-05-20T18:00:00Z --reason "late invoice of Fenn"
              steward ledger period confirm 3
            """,
        subcommands: [
            LedgerPeriodList.self, LedgerPeriodHistory.self, LedgerPeriodSoftClose.self, LedgerPeriodClose.self,
            LedgerPeriodReopen.self, LedgerPeriodExcept.self, LedgerPeriodConfirm.self, LedgerPeriodWithdraw.self,
            LedgerPeriodLock.self,
        ])
}

/// A period of the books and areas of it, as a person names them.
struct PeriodAndAreas: ParsableArguments {
    @Argument(help: "The period: the month in which it begins, 2026-04, or its name, 2026-P04 or 2026-P13.")
    var period: String

    @Option(
        help: ArgumentHelp(
            "An area: sales, purchase, payroll, stock, tax or general; several are given one by one. Without it, all.",
            valueName: "area"))
    var area: [LedgerArea] = []

    var areas: Set<LedgerArea> { area.isEmpty ? Set(LedgerArea.allCases) : Set(area) }
}

extension LedgerArea: ExpressibleByArgument {}

extension CommandContext {
    /// How the company's books are kept; a failure where nothing says so.
    func ledgerSettings() throws -> LedgerSettings {
        let settings = try LedgerSettings.load(for: company)
        guard settings.isDeclared else {
            throw Failure(
                .refused, "There is no \(LedgerSettings.file): the books have no periods that could be closed.",
                advice:
                    "Write it: when the fiscal year begins and which accounts the ledger uses; see docs/guide/close.md."
            )
        }
        return settings
    }

    func fiscalPeriod(_ text: String, _ settings: LedgerSettings) throws -> FiscalPeriod {
        if let period = FiscalPeriod(text, in: settings.cycle) ?? FiscalPeriod(beginningIn: text, in: settings.cycle) {
            return period
        }
        let example = FiscalPeriod(containing: clock.now().utc.date, in: settings.cycle)
        throw Failure(
            .usage, "\"\(text)\" is no period of the books.",
            advice: "Write the month in which it begins, 2026-04, or its name: \(example).")
    }

    /// Changes something of the periods, in one transaction, by whoever gave the command.
    func changePeriods<T>(_ settings: LedgerSettings, _ body: (UnitOfWork) throws -> T) throws -> T {
        try write { unit in
            try FiscalCalendar.adopt(settings, unit.stamp, in: unit.connection)
            return try body(unit)
        }
    }

    /// What changed, as a table.
    func print(_ changes: [PeriodChange], orSay sentence: String) {
        var table = Table(columns: [.init("Period"), .init("Area"), .init("From"), .init("To")])
        table.rows = changes.map {
            [.text("\($0.period)"), .text($0.area.rawValue), .text($0.from.name), .text($0.to.name)]
        }
        printer.print(table, orSay: sentence)
    }

    /// The request that somebody put down, and how it takes effect.
    func print(_ request: PeriodRequest) {
        var details = Details()
        details.add("request", Int(request.number))
        details.add("period", "\(request.period)")
        details.add("areas", request.areas.sorted().map(\.rawValue).joined(separator: ", "))
        switch request.what {
        case .reopen: details.add("what", "open again")
        case .except(let person, let until):
            details.add("what", "leave to post")
            details.add("person", person)
            details.add("until", "\(until)")
        }
        details.add("reason", request.reason)
        details.add("asked for by", request.requestedBy)
        if let decision = request.decision {
            details.add(decision.isConfirmed ? "confirmed by" : "withdrawn by", key: "decided_by", decision.person)
        }
        printer.print(details)
        if request.decision == nil {
            printer.say(
                "\nNothing has changed yet. Next: somebody else with the role confirms it from their own account: "
                    + "`steward ledger period confirm \(request.number)`.")
        }
    }
}
