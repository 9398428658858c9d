import Amounts
import Calendars
import Configuration
import Diagnostics
import Jobs

/// How the books of the company are kept: `config/ledger.yaml`.
///
/// A company without the file keeps its books by the calendar year, with every period open: nothing can be closed.
package struct LedgerSettings: Sendable {
    /// Whether the company has the file.
    package let isDeclared: Bool
    /// When its fiscal years begin.
    package let cycle: AnnualCycle
    /// The first period of the books; nil where the file is missing.
    package let firstPeriod: FiscalPeriod?
    /// How many months after the present one are open, so that nobody has to open each.
    package let openMonthsAhead: Int
    /// The areas that an entry of a journal touches, beside general.
    package let areas: [JournalCode: Set<LedgerArea>]
    /// Where the ledger itself posts; nil where the file is missing.
    package let accounts: LedgerAccounts?
    package let limits: CloseLimits
    /// Whom the pack of a closed month is mailed to; nobody where the file names none.
    package let packRecipients: [String]
    /// Who gets it as a draft, before the close is approved.
    package let draftRecipients: [String]
    /// Who signs off findings, grants exceptions and opens periods again: a role of `config/users.yaml`; nil is everybody
    /// who stands there.
    package let role: String?

    package static let file = "config/ledger.yaml"
    package static let maximumMonthsAhead = 120
    package static let defaultMonthsAhead = 12

    /// Of a journal that the file says nothing about.
    package static let defaultAreas: [JournalCode: Set<LedgerArea>] = [
        .sales: [.sales], .purchases: [.purchase], .payroll: [.payroll], .stock: [.stock],
    ]

    /// Of a company without the file.
    init(currency: Currency) {
        isDeclared = false
        cycle = .calendarYear
        firstPeriod = nil
        openMonthsAhead = Self.defaultMonthsAhead
        areas = Self.defaultAreas
        accounts = nil
        limits = CloseLimits(currency: currency)
        packRecipients = []
        draftRecipients = []
        role = nil
    }

    /// - Throws: a failure with everything that is wrong with the file, or with the chart of accounts.
    package static func load(for company: Company) throws(Failure) -> LedgerSettings {
        var problems = ProblemList()
        let settings = load(for: company, problems: &problems)
        try problems.throwIfAny(consequence: "nothing was done")
        return settings ?? LedgerSettings(currency: company.settings.currency)
    }

    /// Reads the file, where there is one, and reports what is wrong with it; nil then.
    package static func load(for company: Company, problems: inout ProblemList) -> LedgerSettings? {
        let files = [file, ChartOfAccounts.file].map(company.path)
        return company.readings.value(of: file, from: files, problems: &problems) { read(of: company, problems: &$0) }
    }

    private static func read(of company: Company, problems: inout ProblemList) -> LedgerSettings? {
        guard SourceFile.exists(company.path(file)) else { return LedgerSettings(currency: company.settings.currency) }
        guard let document = YAMLDocument(contentsOf: company.path(file), shownAs: file, problems: &problems),
            let chart = ChartOfAccounts.load(for: company, problems: &problems)
        else { return nil }
        return document.mapping(&problems) { LedgerSettings($0, chart, currency: company.settings.currency) }
    }

    private init?(_ map: YAMLMapping, _ chart: ChartOfAccounts, currency: Currency) {
        let cycle = map.optionalMapping("fiscal_year") { AnnualCycle(declaredIn: $0) } ?? .calendarYear
        let firstPeriod = Self.period("first_period", in: map, cycle)
        let openMonthsAhead = map.optional(
            "open_months_ahead", .integer(0...Self.maximumMonthsAhead), default: Self.defaultMonthsAhead)
        var areas = Self.defaultAreas
        for (journal, value) in map.optionalEntries("areas", keys: .journal, { $1.list(.choice(LedgerArea.self)) }) {
            areas[journal] = Set(value).subtracting([.general])
        }
        let accounts = map.mapping("accounts") { LedgerAccounts($0, chart) }
        let limits = map.optionalMapping("limits") { CloseLimits($0, currency) } ?? CloseLimits(currency: currency)
        let packRecipients = map.optionalList("pack_to", .text)
        let draftRecipients = map.optionalList("draft_to", .text)
        let role = map.optional("role", .identifier)
        guard !map.hasProblems, let accounts, let firstPeriod else { return nil }
        isDeclared = true
        self.cycle = cycle
        self.firstPeriod = firstPeriod
        self.openMonthsAhead = openMonthsAhead
        self.areas = areas
        self.accounts = accounts
        self.limits = limits
        self.packRecipients = packRecipients
        self.draftRecipients = draftRecipients
        self.role = role
    }

    /// A month of the books, written as `2026-P04` or as `2026-04`, the month in which it begins.
    private static func period(_ key: String, in map: YAMLMapping, _ cycle: AnnualCycle) -> FiscalPeriod? {
        let example = FiscalPeriod(containing: .example, in: cycle)
        let expected = "e.g. \(example), or the month in which it begins, e.g. 2026-01"
        let text = map.required(key, .text)
        guard !text.isEmpty else { return nil }
        guard let period = FiscalPeriod(text, in: cycle) ?? FiscalPeriod(beginningIn: text, in: cycle) else {
            map.report("\(key) \(Quoted.text(text)) is no period of the books", expected: expected, at: key)
            return nil
        }
        if period.isForAdjustments {
            map.report("\(key) \(period) is for adjustments", expected: expected, at: key)
            return nil
        }
        return period
    }
}

extension CalendarDate {
    fileprivate static let example = CalendarDate(year: 2_026, month: 1, day: 31) ?? .earliest
}

extension AnnualCycle {
    fileprivate init?(declaredIn map: YAMLMapping) {
        let month = map.required("month", .integer(1...12))
        let day = map.optional("day", .integer(1...31), default: 1)
        guard !map.hasProblems else { return nil }
        guard let cycle = AnnualCycle(startMonth: month, startDay: day) else {
            map.report(
                "years cannot begin on day \(day) of month \(month)", expected: "a day that every year has",
                at: "day")
            return nil
        }
        self = cycle
    }
}

extension FiscalPeriod {
    /// The month of the books that begins in a calendar month, written as `2026-04`; nil for anything else.
    package init?(beginningIn month: some StringProtocol, in cycle: AnnualCycle) {
        guard let month = Period(month), month.granularity == .month else { return nil }
        self.init(beginningIn: month, in: cycle)
    }

    /// The month of the books that begins in a calendar month.
    package init(beginningIn month: Period, in cycle: AnnualCycle) {
        self.init(containing: month.lastDay, in: cycle)
    }
}

extension ScalarReader<JournalCode> {
    /// The code of a journal: `PAY`.
    package static let journal = ScalarReader(
        "the code of a journal",
        expected: "1 to \(JournalCode.maximumCharacters) capital letters and digits, e.g. PAY", placeholder: .general
    ) { JournalCode($0) }
}
