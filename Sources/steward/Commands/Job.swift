import ArgumentParser

/// `steward job`: the declared jobs.
struct Job: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "job", abstract: "List and show the declared jobs; pause and resume their schedules.",
        subcommands: [
            JobList.self, JobShow.self, JobNext.self, JobPause.self, JobResume.self, JobHistory.self,
        ])
}
