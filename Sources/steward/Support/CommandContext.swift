import ArgumentParser
import Calendars
import Configuration
import Diagnostics
import Jobs
import Ledger
import Mail
import Operations
import Payroll
import People
import Reports
import Store

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What every command can be told.
struct CommonOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The company directory. Without it, STEWARD_COMPANY, or the folder we are in.", valueName: "directory"),
        completion: .directory)
    var company: String?

    @OptionGroup var output: OutputOptions

    var printer: Printer { output.printer }
}

/// In which form a command prints; what those that need no company can be told.
struct OutputOptions: ParsableArguments {
    @Flag(name: .long, help: "Print JSON, for programs.")
    var json = false

    @Flag(name: .long, help: "Print CSV, for programs.")
    var csv = false

    func validate() throws {
        if json && csv { throw ValidationError("Give --json or --csv, not both.") }
    }

    var printer: Printer { Printer(format: json ? .json : csv ? .csv : .text) }
}

/// A command that works on a company.
protocol StewardCommand: ParsableCommand {
    var options: CommonOptions { get }
    func execute(in context: CommandContext) throws
}

extension StewardCommand {
    func run() throws {
        try execute(in: try CommandContext(options))
    }
}

/// What commands work with: the company, the clock, the person, the printer; and the store when it is asked for.
struct CommandContext {
    let company: Company
    let clock: any Clock
    let person: String
    let printer: Printer

    init(_ options: CommonOptions) throws {
        try self.init(company: options.company, printer: options.printer)
    }

    /// - Parameter directory: the company directory that was named, if one was.
    init(company directory: String?, printer: Printer) throws {
        company = try Company.load(from: Self.directory(directory))
        clock = try Self.clock()
        person = Self.personName
        self.printer = printer
    }

    /// The directory that was named, or `STEWARD_COMPANY`, or the one we are in.
    static func directory(_ named: String?) -> String {
        let path = named ?? environment("STEWARD_COMPANY") ?? "."
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// A path that a person gave, from the folder that they are in.
    static func absolutePath(_ path: String) -> String {
        guard !path.hasPrefix("/"), let folder = getcwd(nil, 0) else { return path }
        defer { free(folder) }
        return String(cString: folder) + "/" + path
    }

    /// The clock of the machine, or what `STEWARD_NOW` says, for tests and to see a day as it was: a time at which the
    /// clock stands still, `2026-04-28T06:00:00Z`; or how many seconds it is ahead of the machine's, `+3600`, `-86400`,
    /// as a number or as `file:PATH` of a file that holds the number and may be changed at any time.
    static func clock() throws -> any Clock {
        guard let text = environment("STEWARD_NOW") else { return SystemClock() }
        if let instant = Instant(text) { return FixedClock(instant) }
        if let seconds = shiftSeconds(text) { return ShiftedClock(SystemClock(), by: seconds) }
        if text.hasPrefix("file:") {
            let path = String(text.dropFirst("file:".count))
            return ShiftedClock(
                SystemClock(),
                by: (try? SourceFile.bytes(of: path, shownAs: path, maximumFileBytes: 64)).flatMap {
                    shiftSeconds(String(decoding: $0, as: UTF8.self).filter { !$0.isNewline })
                } ?? 0)
        }
        throw Failure(
            .usage, "STEWARD_NOW is \"\(text)\", which is no time.",
            advice: "Write it as 2026-04-28T06:00:00Z, or as a shift in seconds, +3600 or -86400; or unset it.")
    }

    private static func shiftSeconds(_ text: String) -> Int64? {
        guard text.hasPrefix("+") || text.hasPrefix("-"), let seconds = Int64(text), abs(seconds) < 1 << 40 else {
            return nil
        }
        return seconds
    }

    /// The operating system's name of who gave the command.
    static var personName: String {
        guard let entry = getpwuid(getuid()), let name = entry.pointee.pw_name else { return "uid \(getuid())" }
        return String(cString: name)
    }

    static func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    // MARK: - The company's parts

    func openStore() throws -> Store {
        try company.openStore(migrations: Application.migrations)
    }

    func jobs() throws -> JobCatalog {
        try JobCatalog.load(for: company, kinds: Application.kinds)
    }

    func executor(_ store: Store) -> RunExecutor {
        RunExecutor(company: company, store: store, kinds: Application.kinds, clock: clock, person: person)
    }

    /// The sender of the company's mail.
    func courier(_ store: Store, _ mail: MailSettings) throws(Failure) -> OutboxCourier {
        // A clock that stands still makes everything repeatable, the jitter of waits too.
        let random: any RandomNumberGenerator =
            clock is FixedClock
            ? JitterGenerator(seed: UInt64(bitPattern: clock.now().microseconds)) : SystemRandomNumberGenerator()
        return OutboxCourier(
            store: store, transport: try mail.makeTransport(), clock: clock, pace: mail.pace, random: random)
    }

    /// The run that a person named.
    ///
    /// - Throws: where there is none, a failure that names the job most like the one that does not exist.
    func find(_ reference: RunRecords.Reference, in store: Store) throws -> RunRecord {
        do {
            return try store.read { connection in
                try PartitionRecords.addingOpen(to: try RunRecords.find(reference, in: connection), in: connection)
            }
        } catch let error as RunError {
            var failure = error.failure
            if case .notFound = error, case .job(let name, _) = reference,
                let names = try? jobs().jobs.map(\.name), !names.contains(name)
            {
                failure.summary += Suggestion.question(for: name, among: names)
            }
            throw failure
        }
    }
}

/// What this program is made of.
enum Application {
    static let kinds = KindRegistry([
        CalculatePayroll.self, SendReport.self, SendDigest.self, BackUpStore.self, PruneHistory.self, RunProgram.self,
        CloseLedger<CompanyCloseSteps>.self, CloseLedgerYear<CompanyCloseSteps>.self,
    ])

    static let migrations =
        Migration.inOrder(
            JobsSchema.migrations, PeopleSchema.migrations, LedgerSchema.migrations, PayrollSchema.migrations)
}

extension RunRecords.Reference: ExpressibleByArgument {
    public init?(argument: String) {
        self.init(argument)
    }
}
