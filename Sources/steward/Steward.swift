import ArgumentParser
import Diagnostics

/// The command line: it parses, calls a function of a domain, prints. No business rule lives here.
@main
struct Steward: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "steward",
        abstract: "The back office that runs itself.",
        discussion: """
            EXAMPLES
              steward init acme                              make a company directory
              steward check                                  check all of its configuration
              steward import employees people.csv            import employees
              steward run payroll-monthly --period 2026-04   pay the monthly group
              steward explain payslip 1 E001                 why a payslip is what it is
              steward timers                                 what runs when by the clock
            """,
        version: "steward \(Version.text)",
        subcommands: [
            Initialize.self, Check.self, Import.self, Job.self, RunCommand.self, MissedCommand.self, Backfill.self,
            Timers.self, DaemonCommand.self, NodeCommand.self, PayrollCommand.self, LedgerCommand.self,
            CloseCommand.self, Explain.self,
            ReportCommand.self,
            CronCommand.self,
            OutboxCommand.self, StoreCommand.self, Worker.self, Completion.self,
        ])

    static func main() {
        Terminal.ignoreClosedPipes()
        do {
            let arguments = Array(CommandLine.arguments.dropFirst())
            if try Worker.workIfStarted(with: arguments) { return }
            try CommandNames.check(arguments)
            var command = try parseAsRoot()
            try command.run()
        } catch let error as any ReportableError {
            Terminal.fail(error.failure)
        } catch {
            exitForParser(error)
        }
    }

    /// Help and version are results; whatever else the parser says is wrong use, which is exit code 2 here.
    private static func exitForParser(_ error: any Error) -> Never {
        switch exitCode(for: error) {
        case .success:
            Terminal.print(fullMessage(for: error))
            Terminal.exit(.success)
        case .validationFailure:
            Terminal.printError(fullMessage(for: error))
            Terminal.exit(.usage)
        default:
            Terminal.fail(
                Failure(
                    .failed, "Something went wrong that steward did not foresee: \(error)",
                    advice: "This is a defect of steward; report it with this text."))
        }
    }
}

enum Version {
    static let text = "0.1.0"
}
