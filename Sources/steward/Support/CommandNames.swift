import ArgumentParser
import Diagnostics

/// The names of commands, looked at before the parser sees them: it would only say "unexpected argument".
enum CommandNames {
    /// - Throws: a failure that names the command most like the one that does not exist.
    static func check(_ arguments: [String]) throws {
        var command: any ParsableCommand.Type = Steward.self
        var path = ["steward"]
        for argument in arguments {
            let subcommands = Self.subcommands(of: command)
            guard !argument.hasPrefix("-"), !subcommands.isEmpty else { return }
            // `steward help run` names a command too.
            if path.count == 1, argument == "help" { continue }
            if let next = subcommands.first(where: { $0.name == argument }) {
                command = next.type
                path.append(argument)
                continue
            }
            // Where a command has a default, the word is an argument of that.
            guard command.configuration.defaultSubcommand == nil else { return }
            let names = subcommands.filter { $0.type.configuration.shouldDisplay }.map(\.name)
            let commandLine = path.joined(separator: " ")
            throw Failure(
                .usage,
                "There is no command `\(commandLine) \(argument)`."
                    + Suggestion.question(for: argument, among: names),
                advice: "The commands are: \(names.joined(separator: ", ")). See `\(commandLine) --help`.")
        }
    }

    private static func subcommands(
        of command: any ParsableCommand.Type
    ) -> [(name: String, type: any ParsableCommand.Type)] {
        var subcommands: [(name: String, type: any ParsableCommand.Type)] = []
        for type in command.configuration.subcommands {
            subcommands.append((type.configuration.commandName ?? "", type))
        }
        return subcommands
    }
}
