import ArgumentParser
import Calendars
import Jobs

/// `steward timers`: what runs when.
struct Timers: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "timers", abstract: "List the jobs that run by the clock: when next, when last.",
        discussion: """
            Times are in UTC. The state is one of: waiting; running; paused, with the reason; overdue, where its time has \
            passed and no daemon has started it; unmet, where no daemon has read the job yet; edited, where no daemon has \
            read the change yet; ended, where nothing is due any more; removed.
            """)

    @Flag(help: "Also jobs that are declared no more, or without a schedule.")
    var all = false

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let jobs = try context.jobs()
        let now = context.clock.now()
        let timers = try context.openStore().read {
            try JobTimer.all(of: jobs, includesRemoved: all, at: now, in: $0)
        }
        var table = Table(columns: [
            .init("Next"), .init("Left"), .init("Last"), .init("Passed"), .init("Job"), .init("State"),
            .init("Run", visibility: .never), .init("Paused until", visibility: .never),
            .init("Paused by", visibility: .never), .init("Reason", visibility: .never),
            .init("Left seconds", visibility: .never), .init("Passed seconds", visibility: .never),
        ])
        table.rows = timers.map { Self.row($0, at: now, format: context.printer.format) }
        context.printer.print(
            table, orSay: "No job runs by the clock. Give one a `schedule:`; docs/reference/schedules.md says how.")
    }

    private static func row(_ timer: JobTimer, at now: Instant, format: Printer.Format) -> [Table.Cell] {
        let left = timer.next.map { $0.secondsSinceEpoch - now.secondsSinceEpoch }
        let passed = timer.last.map { now.secondsSinceEpoch - $0.secondsSinceEpoch }
        let leftText = left.map { $0 < 0 ? "-\(ElapsedText(-$0))" : "\(ElapsedText($0))" }
        var run: RunID?
        var pause: Pause?
        switch timer.state {
        case .running(let id): run = id
        case .paused(let found): pause = found
        default: break
        }
        return [
            .text(timer.next), .text(leftText), .text(timer.last), .text(passed.map { "\(ElapsedText($0))" }),
            .text(timer.job), .text(format == .text ? timer.state.words : timer.state.code),
            run.map { .integer(Int($0.rawValue)) } ?? .none, .text(pause?.until), .text(pause?.person),
            .text(pause?.reason), .integer(left), .integer(passed),
        ]
    }
}

extension JobTimer.State {
    /// For people: `paused until 2026-05-01T00:00:00Z: stock-taking`.
    var words: String {
        switch self {
        case .running(let run): "running (run \(run))"
        case .paused(let pause): "paused\(pause.until.map { " until \($0)" } ?? ""): \(pause.reason)"
        case .edited: "edited; not read by a daemon yet"
        case .unmet: "unmet; not read by a daemon yet"
        case .waiting, .overdue, .ended, .removed: code
        }
    }
}

extension Table.Cell {
    /// Whatever describes itself; an empty cell for nil.
    static func text(_ value: (some CustomStringConvertible)?) -> Table.Cell { value.map { .text("\($0)") } ?? .none }

    static func integer(_ value: Int64?) -> Table.Cell { value.map { .integer(Int($0)) } ?? .none }
}
