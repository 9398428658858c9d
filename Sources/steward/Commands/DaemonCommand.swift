import ArgumentParser

/// `steward daemon`: the process that runs the jobs by the clock.
struct DaemonCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "daemon", abstract: "Run the jobs by the clock, unattended; look after the process that does.",
        subcommands: [
            DaemonRun.self, DaemonStatus.self, DaemonReload.self, DaemonDrain.self, DaemonResume.self, DaemonStop.self,
        ])
}
