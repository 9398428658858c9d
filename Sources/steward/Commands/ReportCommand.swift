import ArgumentParser

/// `steward report`: reports to people.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Send reports.", subcommands: [ReportSend.self])
}
