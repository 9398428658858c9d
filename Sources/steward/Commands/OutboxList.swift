import ArgumentParser
import Diagnostics
import Jobs

/// `steward outbox list`: the latest messages.
struct OutboxList: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the latest messages, newest first.")

    @Option(
        help: ArgumentHelp(
            "Only messages in this state: \(DeliveryState.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "state"), completion: .list(DeliveryState.allCases.map(\.rawValue)))
    var state: String?

    @Option(help: "Only messages of this run: its number, or job@period.", completion: .runs)
    var run: RunRecords.Reference?

    @Option(help: ArgumentHelp("How many at most.", valueName: "count"))
    var limit = 50

    @OptionGroup var options: CommonOptions

    func validate() throws {
        guard (1...1_000_000).contains(limit) else { throw ValidationError("--limit is 1 to 1000000.") }
        let states = DeliveryState.allCases.map(\.rawValue)
        if let state, !states.contains(state) {
            throw ValidationError("There is no state \"\(state)\".\(Suggestion.question(for: state, among: states))")
        }
    }

    func execute(in context: CommandContext) throws {
        let store = try context.openStore()
        let run = try run.map { try context.find($0, in: store).id }
        let filter = Outbox.Filter(
            state: state.flatMap(DeliveryState.init(rawValue:)), run: run, maximumCount: limit)
        let items = try store.read { try Outbox.list(filter, in: $0) }
        context.printer.print(
            OutboxTable.table(of: items, in: context),
            orSay: state != nil || run != nil ? "No such messages." : "No messages yet.")
    }
}
