import ArgumentParser

/// `steward report`: reports to people.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Make, follow and send reports.",
        subcommands: [
            ReportList.self, ReportShow.self, ReportRun.self, ReportPreview.self,
            ReportTraceCommand.self, ReportDiff.self, ReportSend.self,
        ])
}
