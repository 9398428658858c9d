import ArgumentParser
import Calendars
import Diagnostics
import Jobs
import Ledger
import Reports
import Store

/// What a shell offers for the words of a command: what the company has. Where anything is wrong, it offers nothing.
extension CompletionKind {
    /// The declared jobs.
    static let jobs = custom { words, _, _ in CompletionCandidates(words)?.jobs { _ in true } ?? [] }
    /// The declared jobs that run by the clock.
    static let scheduledJobs = custom { words, _, _ in CompletionCandidates(words)?.jobs { $0.schedule != nil } ?? [] }
    /// The latest runs, by number and as job@period.
    static let runs = custom { words, _, _ in CompletionCandidates(words)?.runs ?? [] }
    /// The periods around the present one, and those of the latest runs, of the job that stands in the command; without a job,
    /// the latest months.
    static let periods = custom { words, _, _ in CompletionCandidates(words)?.periods ?? [] }
    /// What was missed and not dismissed, as JOB@TIME.
    static let occurrences = custom { words, _, _ in CompletionCandidates(words)?.occurrences ?? [] }
    /// The files of `config/reports`.
    static let reports = custom { words, _, _ in CompletionCandidates(words)?.reports ?? [] }
    /// The codes of the chart of accounts.
    static let accounts = custom { words, _, _ in CompletionCandidates(words)?.accounts ?? [] }
}

/// Looks into the company directory that a command line is about, quickly and without changing anything.
private struct CompletionCandidates {
    private let words: [String]
    private let company: Company

    private static let maximumRuns = 50
    private static let maximumOccurrences = 100
    private static let maximumPeriods = 12

    init?(_ words: [String]) {
        self.words = words
        guard let company = try? Company.load(from: CommandContext.directory(Self.company(in: words))) else {
            return nil
        }
        self.company = company
    }

    /// What the command line says behind `--company`.
    private static func company(in words: [String]) -> String? {
        for (index, word) in words.enumerated() {
            if word == "--company", index + 1 < words.count { return words[index + 1] }
            if word.hasPrefix("--company=") { return String(word.dropFirst("--company=".count)) }
        }
        return nil
    }

    /// Without their kinds, whose checks read all of the configuration.
    private var catalog: [JobDeclaration] {
        var problems = ProblemList()
        return JobCatalog.load(for: company, kinds: KindRegistry([]), problems: &problems).jobs
    }

    private func read<T>(_ body: (Connection) throws -> [T]) -> [T] {
        (try? company.openStore(migrations: Application.migrations).read(body)) ?? []
    }

    func jobs(_ isWanted: (JobDeclaration) -> Bool) -> [String] { catalog.filter(isWanted).map(\.name) }

    var runs: [String] {
        let runs = read { try RunRecords.list(.init(maximumCount: Self.maximumRuns), in: $0) }
        var seen: Set<String> = []
        let references = runs.map { "\($0.identity.job)@\($0.identity.period)" }.filter { seen.insert($0).inserted }
        return runs.map { "\($0.id)" } + references
    }

    var periods: [String] {
        guard let now = try? CommandContext.clock().now() else { return [] }
        let today = company.settings.timeZone.date(of: now)
        guard let job = catalog.first(where: { words.contains($0.name) }) else {
            let months = sequence(first: Period(.month, containing: today)) { $0.previous }
            return months.prefix(Self.maximumPeriods).map { "\($0)" }
        }
        guard job.granularity != .instant else { return [] }
        let current = Period(job.granularity, containing: today)
        let runs = read { try RunRecords.list(.init(job: job.name, maximumCount: Self.maximumPeriods), in: $0) }
        let periods = Set(runs.map(\.identity.period)).union([current, current.previous, current.next])
        return periods.sorted(by: >).map { "\($0)" }
    }

    var reports: [String] { ReportCatalog.names(of: company) }

    var accounts: [String] {
        var problems = ProblemList()
        let chart = ChartOfAccounts.load(for: company, problems: &problems)
        return chart?.accounts.map(\.code.rawValue) ?? []
    }

    var occurrences: [String] {
        read { try ScheduleRecords.occurrences(.init(maximumCount: Self.maximumOccurrences), in: $0) }
            .map { "\($0.job)@\($0.due)" }
    }
}
