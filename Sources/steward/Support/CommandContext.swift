import ArgumentParser
import Calendars
import Diagnostics
import Jobs
import Ledger
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
        company = try Company.load(from: Self.directory(options.company))
        clock = try Self.clock()
        person = Self.personName
        printer = options.printer
    }

    /// The directory that was named, or `STEWARD_COMPANY`, or the one we are in.
    static func directory(_ named: String?) -> String {
        let path = named ?? environment("STEWARD_COMPANY") ?? "."
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// The clock of the machine, or the time that `STEWARD_NOW` says: for tests, and to see a day as it was.
    static func clock() throws -> any Clock {
        guard let text = environment("STEWARD_NOW") else { return SystemClock() }
        guard let instant = Instant(text) else {
            throw Failure(
                .usage, "STEWARD_NOW is \"\(text)\", which is no time.",
                advice: "Write it as 2026-04-28T06:00:00Z, or unset it.")
        }
        return FixedClock(instant)
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

    /// The run that a person named.
    func find(_ reference: RunRecords.Reference, in store: Store) throws -> RunRecord {
        try store.read { try RunRecords.find(reference, in: $0) }
    }
}

/// What this program is made of.
enum Application {
    static let kinds = KindRegistry([CalculatePayroll.self, SendReport.self])

    static let migrations =
        JobsSchema.migrations + PeopleSchema.migrations + LedgerSchema.migrations + PayrollSchema.migrations
}

extension RunRecords.Reference: ExpressibleByArgument {
    public init?(argument: String) {
        self.init(argument)
    }
}
