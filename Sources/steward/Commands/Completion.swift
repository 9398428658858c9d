import ArgumentParser
import Diagnostics

/// `steward completion`: the script that makes a shell complete this program's commands.
struct Completion: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completion", abstract: "Print the completion script of a shell.",
        discussion: """
            Commands, options, jobs, periods, runs and files are completed.

            EXAMPLES
              steward completion bash > ~/.local/share/bash-completion/completions/steward
              steward completion zsh > ~/.zfunc/_steward
              steward completion fish > ~/.config/fish/completions/steward.fish
            """)

    /// The shells that there are scripts for.
    enum Shell: String, CaseIterable, ExpressibleByArgument {
        case bash, zsh, fish

        var parserShell: CompletionShell {
            switch self {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        }
    }

    @Argument(help: "The shell.")
    var shell: Shell

    func run() {
        let script = Steward.completionScript(for: shell.parserShell)
        Terminal.print(
            shell == .bash ? BashCompletion.completingDefaultSubcommands(script, of: Steward.self) : script)
    }
}
