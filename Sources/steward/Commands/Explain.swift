import ArgumentParser

/// `steward explain`: why a figure is what it is.
struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say why a figure is what it is.", subcommands: [ExplainPayslip.self])
}
