import ArgumentParser
import Calendars
import Diagnostics

/// `steward cron next`: the next times at which an expression is due.
struct CronNext: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "next", abstract: "List the next times at which a cron expression is due.",
        discussion: """
            An expression that is never due again, such as "0 0 31 2 *", is answered with "never".

            EXAMPLES
              steward cron next "30 2 * * *" --tz Europe/Berlin --from 2026-03-28T00:00:00Z -n 3
              steward cron next "0 * * * *" --tz America/New_York --dst wall --json
            """)

    @OptionGroup var arguments: CronArguments

    @Option(help: "An instant in UTC, as 2026-11-21T06:00:00Z; what is due at it does not count. Without it, now.")
    var from: String?

    @Option(name: [.customShort("n"), .customLong("count")], help: "How many.")
    var count = 10

    @OptionGroup var output: OutputOptions

    /// More are refused.
    static let maximumCount = 100_000

    func validate() throws {
        guard (1...Self.maximumCount).contains(count) else {
            throw ValidationError("-n is \(count); give a number from 1 to \(Self.maximumCount).")
        }
    }

    func run() throws {
        let schedule = try arguments.schedule()
        let start = try start()
        var table = Table(columns: [.init("At"), .init("Local")])
        for instant in schedule.occurrences(after: start, through: Instant(startOf: .latest)).prefix(count) {
            table.rows.append([.text("\(instant)"), .text(schedule.zone.text(instant))])
        }
        output.printer.print(table, orSay: "never")
    }

    private func start() throws -> Instant {
        guard let from else { return try CommandContext.clock().now() }
        guard let instant = Instant(from) else {
            throw Failure(
                .usage, "--from \"\(from)\" is not an instant.", advice: "Write it in UTC, as 2026-11-21T06:00:00Z.")
        }
        return instant
    }
}
