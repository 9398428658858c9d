import ArgumentParser

/// `steward job`: the declared jobs.
struct Job: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "job", abstract: "List and show the declared jobs.", subcommands: [JobList.self, JobShow.self])
}
