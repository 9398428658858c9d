import ArgumentParser

/// `steward import`: files into the store.
struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Import employees and facts from CSV files.",
        subcommands: [ImportEmployees.self, ImportFacts.self])
}
