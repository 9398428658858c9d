import ArgumentParser
import Jobs

/// `steward run show`: one run.
struct RunShow: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one run: its state, figures, history, attempts, exceptions, journal entry and messages.")

    @Argument(help: "Run number, or job@period (payroll-monthly@2026-04).", completion: .runs)
    var run: RunRecords.Reference

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let store = try context.openStore()
        let record = try context.find(run, in: store)
        context.printer.print(
            try store.read {
                try RunDetails.details(
                    of: record, company: context.company, at: context.clock.now(), showsHistory: true, in: $0)
            })
    }
}
