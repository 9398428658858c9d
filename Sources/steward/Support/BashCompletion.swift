import ArgumentParser

/// The parser's completion script for bash, mended: where a command has a default subcommand, whose name may be left out,
/// the script offers the names of the subcommands and nothing that the default one takes.
enum BashCompletion {
    /// - Returns: the script as it was where the parser writes it otherwise than this expects.
    static func completingDefaultSubcommands(_ script: String, of root: any ParsableCommand.Type) -> String {
        var script = script
        visit(root, path: ["_" + name(of: root)]) { command, path in
            guard let defaultCommand = command.configuration.defaultSubcommand else { return }
            complete(name(of: defaultCommand), of: command, path: path, in: &script)
        }
        return script
    }

    private static func visit(
        _ command: any ParsableCommand.Type, path: [String], _ body: (any ParsableCommand.Type, [String]) -> Void
    ) {
        body(command, path)
        for subcommand in command.configuration.subcommands {
            visit(subcommand, path: path + [name(of: subcommand)], body)
        }
    }

    private static func complete(
        _ defaultName: String, of command: any ParsableCommand.Type, path: [String], in script: inout String
    ) {
        let function = path.joined(separator: "_")
        let offer = "        # Offer subcommand completions\n"
        guard let start = script.range(of: "\n\(function)() {\n")?.upperBound,
            let offering = script.range(of: offer, in: start)?.lowerBound
        else { return }
        let names = command.configuration.subcommands.map(name).joined(separator: "|")
        let words = (path.dropFirst() + [defaultName]).joined(separator: " ")
        script.insert(
            contentsOf: """
                        # Offer what the default subcommand takes first
                        __steward_add_completions -W "$(__steward_custom_complete ---completion \(words) -- positional@0 \
                "${COMP_CWORD}" "$(__steward_cursor_index_in_current_word)")"

                """, at: offering)
        script.insert(
            contentsOf: """
                    # The name of the default subcommand may be left out
                    if [[ "${#unparsed_words[@]}" -gt 1 ]]; then
                        case "${unparsed_words[0]}" in
                        \(names)|-*) ;;
                        *)
                            "\(function)_\(defaultName)"
                            return
                            ;;
                        esac
                    fi

                """, at: start)
    }

    private static func name(of command: any ParsableCommand.Type) -> String {
        command.configuration.commandName ?? command._commandName
    }
}

extension String {
    fileprivate func range(of text: String, in start: String.Index? = nil) -> Range<String.Index>? {
        self[(start ?? startIndex)...].firstRange(of: text)
    }
}
