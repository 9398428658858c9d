import ArgumentParser

/// `steward run`: starts a job, and looks at runs and after them.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a job for a period; list, show, watch, cancel and retry runs.",
        usage: """
            steward run <job> [--period <period>] [-p <name=value> ...] [--dry-run] [--queue [--wait]]
            steward run list [--job <job>] [--state <state>] [--since <time>]
            steward run show|watch|logs|retry <run>
            steward run cancel <run> --reason <reason>
            steward run approve <run> [--hash <hash>] [--note <text>]
            steward run reject <run> --reason <text>
            """,
        discussion: """
            EXAMPLES
              steward run payroll-monthly --period 2026-04 --dry-run   write nothing
              steward run payroll-monthly --period 2026-04             run it
              steward run payroll-monthly --period 2026-04 --queue     by the daemon
              steward run list                                         the latest runs
              steward run show payroll-monthly@2026-04                 one run
              steward run watch payroll-monthly@2026-04                see it get on
            """,
        subcommands: [
            RunStart.self, RunList.self, RunShow.self, RunWatch.self, RunLogs.self, RunCancel.self, RunRetry.self,
            RunApprove.self, RunReject.self,
        ], defaultSubcommand: RunStart.self)
}
