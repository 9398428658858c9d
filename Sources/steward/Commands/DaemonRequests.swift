import ArgumentParser
import Daemon
import Diagnostics
import Jobs

/// A command that asks the company's daemon for something and prints its answer.
protocol DaemonRequestCommand: StewardCommand {
    static var verb: String { get }
}

extension DaemonRequestCommand {
    func execute(in context: CommandContext) throws {
        let reply = try ControlClient.send(
            ControlRequest(Self.verb), to: context.company.path(Daemon.socketPath))
        guard reply.exitCode == 0 else {
            throw Failure(ExitCode(rawValue: reply.exitCode) ?? .failed, reply.message, advice: reply.advice)
        }
        context.printer.print(DaemonReplies.details(of: reply))
    }
}

struct DaemonStatus: DaemonRequestCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show how the daemon does: its state, its workers, what is due next.")
    static let verb = "status"
    @OptionGroup var options: CommonOptions
}

struct DaemonReload: DaemonRequestCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload", abstract: "Let the daemon read the configuration and the jobs again: all or nothing.")
    static let verb = "reload"
    @OptionGroup var options: CommonOptions
}

struct DaemonDrain: DaemonRequestCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain",
        abstract: "Let the daemon start no run any more, until `daemon resume`; what runs goes on.")
    static let verb = "drain"
    @OptionGroup var options: CommonOptions
}

struct DaemonResume: DaemonRequestCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Let a drained daemon start runs again.")
    static let verb = "resume"
    @OptionGroup var options: CommonOptions
}

struct DaemonStop: DaemonRequestCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop", abstract: "Let the daemon end when its workers have finished; the second time at once.")
    static let verb = "stop"
    @OptionGroup var options: CommonOptions
}

/// What the daemon says, for people and programs.
enum DaemonReplies {
    static func details(of reply: ControlReply) -> Details {
        var details = Details()
        guard case .object(let values) = reply.values else {
            details.add("daemon", key: "message", reply.message)
            return details
        }
        for key in values.keys.sorted() {
            switch values[key] {
            case .text(let text): details.add(label(key), key: key, text)
            case .integer(let number): details.add(label(key), key: key, Int(number))
            case .bool(let flag): details.add(label(key), key: key, text: flag ? "yes" : "no", json: .bool(flag))
            case .list(let items): details.add(section: label(key).capitalizedFirst, key: key, table(of: items))
            case .null, .object, nil: details.add(label(key), key: key, text: nil, json: .null)
            }
        }
        return details
    }

    private static func label(_ key: String) -> String { key.replacing("_", with: " ") }

    private static func table(of items: [ControlValue]) -> Table {
        let rows = items.compactMap { item -> [String: ControlValue]? in
            guard case .object(let values) = item else { return nil }
            return values
        }
        let keys = ["run", "job", "period", "attempt", "since"]
        var table = Table(columns: keys.map { Table.Column($0.capitalizedFirst, key: $0) })
        table.rows = rows.map { row in
            keys.map { key in
                switch row[key] {
                case .text(let text): .text(text)
                case .integer(let number): .integer(Int(number))
                default: .none
                }
            }
        }
        return table
    }
}

extension String {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
