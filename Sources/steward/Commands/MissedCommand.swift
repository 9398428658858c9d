import ArgumentParser

/// `steward missed`: what was due and did not run.
struct MissedCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "missed", abstract: "List what was due and did not run; run it after all, or dismiss it.",
        discussion: """
            EXAMPLES
              steward missed list
              steward missed run payroll-weekly@2026-04-27T05:00:00Z
              steward missed dismiss --job payroll-weekly --all --reason "paid by hand"
            """,
        subcommands: [MissedList.self, MissedRun.self, MissedDismiss.self])
}
