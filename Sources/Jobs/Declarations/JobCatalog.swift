import Concurrency
import Configuration
import Diagnostics

/// All jobs of a company.
package struct JobCatalog: Sendable {
    /// By name.
    package let jobs: [JobDeclaration]
    private let byName: [String: JobDeclaration]

    private init(_ jobs: [String: JobDeclaration]) {
        byName = jobs
        self.jobs = jobs.values.sorted { $0.name < $1.name }
    }

    /// The job of that name; nil where there is none.
    package subscript(_ name: String) -> JobDeclaration? { byName[name] }

    package static let folder = "jobs"

    /// Reads every `jobs/*.yaml`.
    ///
    /// - Throws: a failure with everything that is wrong in any of the files: it is all of them or none.
    package static func load(for company: Company, kinds: KindRegistry) throws(Failure) -> JobCatalog {
        var problems = ProblemList()
        let catalog = load(for: company, kinds: kinds, problems: &problems)
        try problems.throwIfAny(consequence: "no job was loaded")
        return catalog
    }

    /// Reads every file and reports what is wrong, for `steward check`.
    package static func load(for company: Company, kinds: KindRegistry, problems: inout ProblemList) -> JobCatalog {
        var jobs: [String: JobDeclaration] = [:]
        let calendars = CompanyCalendars(of: company)
        // What one file says depends on no other; what it is worth among the others is looked at in their order.
        let readings = SourceFile.names(in: company.path(folder), withExtension: "yaml").concurrentMap { file in
            var problems = ProblemList()
            let shown = "\(folder)/\(file)"
            let draft = JobDeclaration.draft(
                path: company.path(shown), shownAs: shown, of: company, calendars: calendars, problems: &problems)
            return (draft: draft, problems: problems)
        }
        jobs.reserveCapacity(readings.count)
        for reading in readings {
            problems.add(contentsOf: reading.problems)
            guard let draft = reading.draft else { continue }
            let job = draft.declaration
            if let other = jobs[job.name] {
                problems.add(
                    "the job \(job.name) is declared a second time; the first is in \(other.file)",
                    at: job.locations["job"])
            } else if draft.isSound {
                jobs[job.name] = job
            }
            check(draft, company: company, kinds: kinds, problems: &problems)
        }
        let catalog = JobCatalog(jobs)
        catalog.checkNeeds(problems: &problems)
        return catalog
    }

    /// Reports needs that no job can meet: another name, another length of period, a circle.
    private func checkNeeds(problems: inout ProblemList) {
        for job in jobs {
            for need in job.needs {
                guard let needed = byName[need] else {
                    problems.add(
                        "the job \(job.name) needs \"\(need)\", which is no sound job"
                            + Suggestion.hint(for: need, among: byName.keys.sorted()), at: job.locations["needs"])
                    continue
                }
                if needed.granularity != job.granularity || job.granularity == .instant {
                    problems.add(
                        "the job \(job.name) needs \(need), which runs for a \(needed.granularity.rawValue)",
                        expected: "a job for the same period; an instant is never the same", at: job.locations["needs"])
                }
            }
        }
        for job in jobs where reaches(job.name, from: job.needs) {
            problems.add("the job \(job.name) waits for itself by its needs", at: job.locations["needs"])
        }
    }

    private func reaches(_ goal: String, from needs: [String]) -> Bool {
        var seen: Set<String> = []
        var open = needs
        while let name = open.popLast() {
            if name == goal { return true }
            if seen.insert(name).inserted { open += byName[name]?.needs ?? [] }
        }
        return false
    }

    private static func check(
        _ draft: JobDeclaration.Draft, company: Company, kinds: KindRegistry, problems: inout ProblemList
    ) {
        let job = draft.declaration
        guard draft.hasKind else { return }
        guard let kind = kinds[job.kind] else {
            problems.add(
                "there is no kind \"\(job.kind)\"" + Suggestion.hint(for: job.kind, among: kinds.names),
                expected: "one of: " + kinds.names.joined(separator: ", "), at: job.locations["kind"])
            return
        }
        if draft.hasPeriod, !kind.granularities.contains(job.granularity) {
            problems.add(
                "the kind \(kind.name) does not run for a \(job.granularity.rawValue)",
                expected: kind.granularities.map(\.rawValue).joined(separator: " or "), at: job.locations["period"])
        }
        if job.approval != nil, !kind.takesApproval {
            let others = kinds.names.filter { kinds[$0]?.takesApproval == true }
            problems.add(
                "the kind \(kind.name) does not wait for an approval",
                expected: others.isEmpty ? "no approval" : "a job of the kind \(others.joined(separator: " or "))",
                at: job.locations["approval"])
        }
        if company.settings.mail == nil, job.notifications != NotificationRules() {
            problems.add(
                "\(job.name) is to notify people, and \(Company.settingsFile) says nothing of mail",
                expected: "mail: with from and folder or smtp", at: job.locations["notify"])
        }
        switch kind.runsProgram {
        case true where job.command == nil:
            problems.add(
                "the kind \(kind.name) needs a command", expected: "command: with program and arguments",
                at: job.locations["kind"])
        case false where job.command != nil:
            problems.add(
                "the kind \(kind.name) runs no program", expected: "no command, or the kind command",
                at: job.locations["command"])
        default: break
        }
        // A parameter that is missing here may be given with each run, so only wrong names and values are errors.
        var found = ProblemList()
        var optionalNames = job.parameters
        for definition in kind.parameters where optionalNames[definition.name] == nil {
            optionalNames.values[definition.name] = ""
        }
        job.checkNames(of: optionalNames, for: kind, problems: &found)
        let isComplete = kind.parameters.allSatisfy { !$0.isRequired || job.parameters[$0.name] != nil }
        if found.isEmpty, isComplete { kind.init().check(job.parameters, in: company, problems: &found) }
        guard !found.isEmpty else { return }
        // The kinds of several jobs look at the same files: what is wrong there is told once.
        let known = Set(problems.problems)
        for problem in found.problems {
            var placed = problem
            placed.location = problem.location ?? job.locations["parameters"]
            if !known.contains(placed) { problems.add(placed) }
        }
    }

    /// - Throws: a failure that names the job most like it.
    package func job(_ name: String) throws(Failure) -> JobDeclaration {
        if let job = byName[name] { return job }
        throw Failure(
            .notFound, "There is no job \"\(name)\".\(Suggestion.question(for: name, among: jobs.map(\.name)))",
            advice: "Run `steward job list` to see all jobs.")
    }
}
