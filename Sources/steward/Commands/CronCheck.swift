import ArgumentParser
import Calendars
import Diagnostics

/// `steward cron check`: whether an expression is right, and what is probably not meant.
struct CronCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check a cron expression, and warn of what is probably not meant.",
        discussion: """
            The exit code is 2 where the expression is wrong. Warnings leave it at 0.

            EXAMPLE
              steward cron check "0 0 13 * fri" --tz Europe/London
            """)

    @OptionGroup var arguments: CronArguments
    @OptionGroup var output: OutputOptions

    func run() throws {
        let schedule = try arguments.schedule()
        let warnings = schedule.warnings(asOf: try CommandContext.clock().now())
        if output.printer.format == .text {
            for warning in warnings { Terminal.print("Warning: \(warning.text).") }
            Terminal.print(
                warnings.isEmpty
                    ? "No errors." : "No errors, \(warnings.count) warning\(warnings.count == 1 ? "" : "s").")
        } else {
            var details = Details()
            details.add("expression", arguments.expression)
            details.add("valid", text: nil, json: .bool(true))
            details.mainSection = "warnings"
            details.add(section: "Warnings", key: "warnings", Table(warnings: warnings))
            output.printer.print(details)
        }
    }
}
