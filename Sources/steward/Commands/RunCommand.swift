import ArgumentParser

/// `steward run`: starts a job, and looks at runs.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a job for a period; list and show runs.",
        usage: """
            steward run <job> [--period <period>] [-p <name=value> ...] [--dry-run]
            steward run list [--job <job>] [--state <state>]
            steward run show <run>
            """,
        discussion: """
            EXAMPLES
              steward run payroll-monthly --period 2026-04 --dry-run   write nothing
              steward run payroll-monthly --period 2026-04             run it
              steward run list                                         the latest runs
              steward run show payroll-monthly@2026-04                 one run
            """,
        subcommands: [RunStart.self, RunList.self, RunShow.self], defaultSubcommand: RunStart.self)
}
