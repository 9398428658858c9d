import Calendars
import Diagnostics
import Foundation
import Jobs
import Store

/// `store.backup`: a verified copy of the store for each period, and an end to old ones.
package struct BackUpStore: JobKind {
    package static let name = "store.backup"
    package static let abstract = "Copies the store into var/backups, verifies the copy, and removes old ones."
    package static let parameters = [
        ParameterDefinition(
            "name", isRequired: false, description: "what the files are called; else steward", example: "nightly"),
        ParameterDefinition(
            "keep_count", isRequired: false, description: "how many of the newest stay; else 14", example: "30"),
        ParameterDefinition(
            "keep_days", isRequired: false, description: "those of so many days stay too; else 0", example: "30"),
    ]
    package static let granularities: [Period.Granularity] = [.day, .week, .month, .instant]

    static let defaultName = "steward"
    static let defaultCount = 14
    static let countRange = 1...10_000
    static let daysRange = 0...36_525

    package init() {}

    package func check(_ parameters: ParameterValues, in company: Company, problems: inout ProblemList) {
        _ = Rules(parameters, problems: &problems)
    }

    /// What the parameters say.
    struct Rules {
        var name: String
        var keepCount: Int
        var keepDays: Int

        init(_ parameters: ParameterValues, problems: inout ProblemList) {
            name = parameters["name"] ?? BackUpStore.defaultName
            keepCount = parameters.number("keep_count", in: countRange, default: defaultCount, problems: &problems)
            keepDays = parameters.number("keep_days", in: daysRange, default: 0, problems: &problems)
            if !BackupFiles.isName(name) {
                problems.add(
                    "name \"\(name)\" is no name of backups", expected: "small letters, digits and _, at most 40")
            }
        }
    }

    package func run(_ run: Run) throws -> RunSummary {
        var problems = ProblemList()
        let rules = Rules(run.parameters, problems: &problems)
        try problems.throwIfAny(consequence: "nothing was copied")
        let files = BackupFiles(
            folder: run.company.path(BackupFolder.path), name: rules.name,
            fileExtension: BackupFolder.fileExtension(of: run.store))
        guard !run.isRehearsal else { return try rehearse(run, rules, files) }
        try run.company.makeFolder(BackupFolder.path)
        let file = try fileName(run, files)
        let watch = ContinuousClock()
        let start = watch.now
        let bytes = try copy(run, to: files.path(of: file))
        let seconds = (watch.now - start).components.seconds
        let old = try files.outdated(keepCount: rules.keepCount, keepDays: rules.keepDays, newest: file)
        for name in old { try files.remove(name) }
        return RunSummary(
            figures: [
                .init("bytes", "\(bytes)"), .init("seconds", "\(seconds)"), .init("verified", "yes"),
                .init("removed", "\(old.count)"),
            ], files: ["\(BackupFolder.path)/\(file)"])
    }

    /// A file of an earlier attempt that was cut off after it was complete is checked and kept.
    private func copy(_ run: Run, to path: String) throws -> Int64 {
        var pulse = Pulse(run)
        if BackupFiles.exists(path) {
            return try StoreRestore(of: run.company.settings.store, relativeTo: run.company.directory, migrations: [])
                .verify(path).bytes
        }
        let bytes = try run.store.backup(to: path) { _ in
            CrashPoint.backupCopying.reach()
            try pulse.beat()
        }.bytes
        CrashPoint.backupCopied.reach()
        return bytes
    }

    /// The name of this run's file, which stays the same in all its attempts.
    private func fileName(_ run: Run, _ files: BackupFiles) throws -> String {
        let mark = "file "
        if let step = run.committedSteps.first(where: { $0.hasPrefix(mark) }) {
            return String(step.dropFirst(mark.count))
        }
        let plain = files.fileName(for: run.period)
        // A run that was repeated does not take the place of what the one before it left.
        let name = BackupFiles.exists(files.path(of: plain)) ? files.fileName(for: run.period, run: run.id) : plain
        try run.step(mark + name) { _ in }
        return name
    }

    private func rehearse(_ run: Run, _ rules: Rules, _ files: BackupFiles) throws -> RunSummary {
        let name = files.fileName(for: run.period)
        let old = try files.outdated(keepCount: rules.keepCount, keepDays: rules.keepDays, newest: name)
        return RunSummary(figures: [
            .init("would write", "\(BackupFolder.path)/\(name)"), .init("would remove", "\(old.count)"),
        ])
    }
}

extension ParameterValues {
    /// A whole number, or `value` where it is not given.
    func number(
        _ name: String, in range: ClosedRange<Int>, default value: Int, problems: inout ProblemList
    ) -> Int {
        guard let text = self[name], !text.isEmpty else { return value }
        guard let number = Int(text), range.contains(number) else {
            problems.add(
                "\(name) \"\(text)\" is no number that can be kept",
                expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
            return value
        }
        return number
    }
}
