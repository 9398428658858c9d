import ArgumentParser
import Calendars
import Diagnostics

/// `steward cron`: what a cron expression says, and when it is due. It needs no company.
struct CronCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cron", abstract: "Explain and check cron expressions; say when they are due.",
        subcommands: [CronExplain.self, CronNext.self, CronCheck.self])
}

/// An expression and what it depends on.
struct CronArguments: ParsableArguments {
    @Argument(help: "Five fields in quotes, \"0 6 * * 1-5\", or a nickname such as @daily.")
    var expression: String

    @Option(name: .customLong("tz"), help: "A time zone of the IANA database, e.g. Europe/London.")
    var zone = "UTC"

    @Option(
        name: .customLong("dst"),
        help: "When the clock is changed: as Vixie cron has it, what the clock shows, or moved forward.")
    var daylightSaving = DaylightSavingRule.vixie

    func schedule() throws -> Schedule {
        // A wrong expression and a wrong zone are two errors, and told one after the other.
        let expression = try CronExpression(expression)
        return Schedule(
            .cron([expression]), zone: try ZoneDatabase.system.rules(named: zone), daylightSaving: daylightSaving)
    }
}

extension DaylightSavingRule: ExpressibleByArgument {}

extension Table {
    /// What is probably not meant.
    init(warnings: [ScheduleWarning]) {
        self.init(columns: [.init("Warning", key: "code"), .init("Text")])
        rows = warnings.map { [.text($0.code), .text($0.text)] }
    }
}
