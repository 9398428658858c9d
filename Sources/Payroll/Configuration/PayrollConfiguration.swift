import Amounts
import Calendars
import Configuration
import Crypto
import Diagnostics
import Jobs
import Ledger
import People

/// Everything under `config/` that payroll reads: pay groups, components, packs.
package struct PayrollConfiguration: Sendable {
    package let catalog: FieldCatalog
    package let payGroups: [PayGroup]
    /// The components with the tables of today and later: for names, accounts and the order of a payslip.
    package let plan: PayPlan
    /// The components with the tables that hold from a day on, in the order of the days.
    private let plans: [(validFrom: CalendarDate, plan: PayPlan)]
    package let packs: GBPacks
    package let chart: ChartOfAccounts
    /// SHA-256 of the files of components and tables: what a run records.
    package let componentsChecksum: String

    package static let folder = "config/payroll"
    package static let componentsFile = "config/payroll/components.yaml"
    package static let tablesFile = "config/payroll/tables.yaml"
    package static let payGroupsFile = "config/payroll/pay-groups.yaml"
    package static let packsFolder = "config/packs/gb"

    /// Whether the company pays people: one without the folder only keeps books.
    package static func isDeclared(for company: Company) -> Bool {
        SourceFile.exists(company.path(folder))
    }

    /// - Throws: a failure with everything that is wrong in any of the files.
    package static func load(for company: Company) throws(Failure) -> PayrollConfiguration {
        var problems = ProblemList()
        let configuration = load(for: company, problems: &problems)
        try problems.throwIfAny(consequence: "nothing was done")
        guard let configuration else { preconditionFailure("a configuration without problems was read") }
        return configuration
    }

    /// Reads all files and reports what is wrong, for `steward check`.
    package static func load(for company: Company, problems: inout ProblemList) -> PayrollConfiguration? {
        guard isDeclared(for: company) else {
            problems.add(
                "there is no folder \(folder), which says who is paid and how",
                expected: "the files that `steward init` writes there, or nothing that pays people")
            return nil
        }
        let packs = files(in: packsFolder, of: company)
        let all =
            [componentsFile, tablesFile, payGroupsFile, ChartOfAccounts.file].map(company.path)
            + (packs + files(in: BusinessCalendarFile.folder, of: company)).map(\.path)
        return company.readings.value(of: componentsFile, from: all, problems: &problems) {
            read(packs, of: company, problems: &$0)
        }
    }

    /// The files of configuration in a folder, with what messages call them.
    private static func files(in folder: String, of company: Company) -> [(path: String, name: String)] {
        SourceFile.names(in: company.path(folder), withExtension: "yaml").map {
            (path: company.path("\(folder)/\($0)"), name: "\(folder)/\($0)")
        }
    }

    private static func read(
        _ packFiles: [(path: String, name: String)], of company: Company, problems: inout ProblemList
    ) -> PayrollConfiguration? {
        if packFiles.isEmpty {
            problems.add(
                "there is no pack", expected: "a file for each tax year, e.g. 2026-27.yaml",
                at: SourceLocation(file: packsFolder, line: 0))
        }
        let packs = GBPacks.load(packFiles, problems: &problems)
        let chart = ChartOfAccounts.load(for: company, problems: &problems)
        let groups = PayGroupFile.load(for: company, problems: &problems)
        guard
            let document = YAMLDocument(
                contentsOf: company.path(componentsFile), shownAs: componentsFile, problems: &problems),
            let (tables, tableBytes) = tables(for: company, problems: &problems)
        else { return nil }
        var plans: [(validFrom: CalendarDate, plan: PayPlan)] = []
        var catalog: FieldCatalog?
        for day in daysOfChange(tables) {
            var found = ProblemList()
            let read = PayComponentFile.read(
                document, currency: company.settings.currency, payGroups: groups?.map(\.code) ?? [], chart: chart,
                tables: tables.compactMap { $0.table(on: day) }, problems: &found)
            guard let read else {
                // What is wrong with the components is wrong with every version of the tables; it is told once.
                problems.add(contentsOf: found.problems)
                return nil
            }
            catalog = read.0
            plans.append((day, read.1))
        }
        guard let packs, let groups, let chart, let catalog, let plan = plans.last?.plan else { return nil }
        return PayrollConfiguration(
            catalog: catalog, payGroups: groups, plan: plan, plans: plans, packs: packs, chart: chart,
            componentsChecksum: SHA256.hash(data: document.source.bytes + tableBytes).hexText)
    }

    /// The tables, and the bytes of their file; none where there is no file. Nil when anything is wrong with it.
    private static func tables(
        for company: Company, problems: inout ProblemList
    ) -> ([PayTable], bytes: [UInt8])? {
        guard SourceFile.exists(company.path(tablesFile)) else { return ([], []) }
        guard
            let document = YAMLDocument(
                contentsOf: company.path(tablesFile), shownAs: tablesFile, problems: &problems),
            let tables = PayTableFile.read(document, problems: &problems)
        else { return nil }
        return (tables, document.source.bytes)
    }

    /// The days from which a version of some table holds, beginning with the first on which every table has one.
    private static func daysOfChange(_ tables: [PayTable]) -> [CalendarDate] {
        let first = tables.compactMap { $0.versions.first?.validFrom }.max() ?? .earliest
        return Set(tables.flatMap { $0.versions.map(\.validFrom) } + [first]).filter { $0 >= first }.sorted()
    }

    /// The components with the tables that hold on a pay date.
    ///
    /// - Throws: a failure when a table has no figures for the day yet.
    package func plan(on payDate: CalendarDate) throws(Failure) -> PayPlan {
        guard let plan = plans.last(where: { $0.validFrom <= payDate })?.plan else {
            throw Failure(
                .refused, "\(Self.tablesFile) has no figures for every table on the pay date \(payDate).",
                advice: "Add a version that is valid from an earlier day, with its source.")
        }
        return plan
    }

    /// - Throws: a failure that names the group most like it.
    package func payGroup(_ code: String) throws(Failure) -> PayGroup {
        if let group = payGroups.first(where: { $0.code == code }) { return group }
        throw Failure(
            .notFound,
            "There is no pay group \"\(code)\".\(Suggestion.question(for: code, among: payGroups.map(\.code)))",
            advice: "The pay groups are declared in \(Self.payGroupsFile).")
    }
}

extension GBPack {
    /// SHA-256 of the pack's file: what a run records.
    package var checksum: String { SHA256.hash(data: fileBytes).hexText }
}
