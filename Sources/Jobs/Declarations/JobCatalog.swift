import Configuration
import Diagnostics

/// All jobs of a company.
package struct JobCatalog: Sendable {
    package let jobs: [JobDeclaration]

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
        var jobs: [JobDeclaration] = []
        for file in SourceFile.names(in: company.path(folder), withExtension: "yaml") {
            let shown = "\(folder)/\(file)"
            guard let draft = JobDeclaration.draft(path: company.path(shown), shownAs: shown, problems: &problems)
            else {
                continue
            }
            let job = draft.declaration
            if let other = jobs.first(where: { $0.name == job.name }) {
                problems.add(
                    "the job \(job.name) is declared a second time; the first is in \(other.file)",
                    at: job.locations["job"])
            } else if draft.isSound {
                jobs.append(job)
            }
            check(draft, company: company, kinds: kinds, problems: &problems)
        }
        return JobCatalog(jobs: jobs.sorted { $0.name < $1.name })
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
        // A parameter that is missing here may be given with each run, so only wrong names and values are errors.
        var found = ProblemList()
        var optionalNames = job.parameters
        for definition in kind.parameters where optionalNames[definition.name] == nil {
            optionalNames.values[definition.name] = ""
        }
        job.checkNames(of: optionalNames, for: kind, problems: &found)
        let isComplete = kind.parameters.allSatisfy { !$0.isRequired || job.parameters[$0.name] != nil }
        if found.isEmpty, isComplete { kind.init().check(job.parameters, in: company, problems: &found) }
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
        if let job = jobs.first(where: { $0.name == name }) { return job }
        throw Failure(
            .notFound, "There is no job \"\(name)\".\(Suggestion.question(for: name, among: jobs.map(\.name)))",
            advice: "Run `steward job list` to see all jobs.")
    }
}
