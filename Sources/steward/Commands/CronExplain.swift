import ArgumentParser
import Calendars
import Diagnostics

/// `steward cron explain`: an expression in words.
struct CronExplain: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say in words when a cron expression is due.",
        discussion: """
            EXAMPLE
              steward cron explain "30 2 * * 1-5" --tz Europe/Berlin
            """)

    @OptionGroup var arguments: CronArguments
    @OptionGroup var output: OutputOptions

    func run() throws {
        let expression = try CronExpression(arguments.expression)
        let schedule = try arguments.schedule()
        var details = Details()
        details.add("expression", expression.text)
        details.add("meaning", schedule.explanation)
        for field in expression.fieldValues {
            details.add(field.name, field.values)
        }
        details.add("job class", expression.isWildcard ? "wildcard" : "fixed-time")
        details.add("clock changes", Self.effect(of: schedule.daylightSaving, isWildcard: expression.isWildcard))
        details.add(
            section: "Warnings", key: "warnings",
            Table(warnings: schedule.warnings(asOf: try CommandContext.clock().now())))
        output.printer.print(details)
    }

    private static func effect(of rule: DaylightSavingRule, isWildcard: Bool) -> String {
        switch rule {
        case .vixie where isWildcard: "due by elapsed time, as its minute or hour begins with *"
        case .vixie: "due once for each time: right after a gap, and at the first of two readings"
        case .wall: "due whenever the clock shows the time: not in a gap, twice in an overlap"
        case .forward: "due once for each time: moved by the width of a gap, and at the first of two readings"
        }
    }
}
