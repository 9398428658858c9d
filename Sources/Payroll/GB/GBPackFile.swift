import Amounts
import Calendars
import Configuration
import Diagnostics

/// Reads one file of `config/packs/gb`, strictly.
///
/// Beyond each value by itself it checks what belongs together: bands ascend and end without a limit, every category
/// letter has its rates, every table names a source that is there, and weekly and monthly figures fit the annual ones.
struct GBPackFile {
    let map: YAMLMapping
    let sources: [String: (title: String, url: String)]

    init(_ map: YAMLMapping) {
        self.map = map
        let entries = map.entries("sources") { _, value in
            // A source with a mistake in it is still there for the tables that name it.
            value.mapping { (title: $0.required("title", .text), url: $0.required("url", .webAddress)) } ?? ("", "")
        }
        sources = Dictionary(entries.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    func pack(fileBytes: [UInt8]) -> GBPack? {
        let name = map.required("pack", .identifier)
        let taxYear = map.required("tax_year", .gbTaxYear)
        let validity = validity(within: taxYear)
        let incomeTax = map.mapping("income_tax", incomeTax)
        let nationalInsurance = map.mapping("national_insurance", nationalInsurance)
        let studentLoans = map.mapping("student_loans", studentLoans)
        let pensions = map.mapping("pensions", pensions)
        let allowance = map.mapping("employment_allowance") { map in
            GBPack.EmploymentAllowance(annualPounds: map.required("annual", .pounds), source: publication(of: map))
        }
        guard let validity, let incomeTax, let nationalInsurance, let studentLoans, let pensions, let allowance else {
            return nil
        }
        return GBPack(
            name: name, taxYear: taxYear, validity: validity, incomeTax: incomeTax,
            nationalInsurance: nationalInsurance, studentLoans: studentLoans, pensions: pensions,
            employmentAllowance: allowance, fileBytes: fileBytes)
    }

    private func validity(within taxYear: GBTaxYear) -> ClosedRange<CalendarDate>? {
        let from = map.required("valid_from", .date)
        let to = map.required("valid_to", .date)
        guard !map.hasProblems else { return nil }
        for (key, date) in [("valid_from", from), ("valid_to", to)] where !taxYear.contains(date) {
            map.report(
                "\(key) \(date) is not in the tax year \(taxYear)",
                expected: "\(taxYear.firstDay) to \(taxYear.lastDay)", at: key)
        }
        guard from <= to else {
            map.report("valid_to \(to) is before valid_from \(from)", expected: "the same day or later", at: "valid_to")
            return nil
        }
        return from...to
    }

    /// The `source` and `section` of a table.
    func publication(of map: YAMLMapping) -> PackSource {
        let key = map.required("source", .identifier)
        let section = map.required("section", .text)
        let found = sources[key]
        if found == nil, map.contains("source"), !key.isEmpty {
            map.report(
                "source \"\(key)\" is none of the sources" + Suggestion.hint(for: key, among: Array(sources.keys)),
                expected: "a key under sources: " + sources.keys.sorted().joined(separator: ", "), at: "source")
        }
        return PackSource(title: found?.title ?? "", url: found?.url ?? "", section: section)
    }
}

// MARK: - Income tax

extension GBPackFile {
    private func incomeTax(_ map: YAMLMapping) -> IncomeTaxTable? {
        let allowance = map.mapping("personal_allowance") { map in
            IncomeTaxTable.PersonalAllowance(
                annualPounds: map.required("annual", .pounds),
                emergencyCode: map.required("emergency_code", .taxCode), source: publication(of: map))
        }
        let limit = map.mapping("overriding_limit") { map in
            (rate: map.required("rate", .fixedRate), source: publication(of: map))
        }
        let regions = map.mapping("bands") { map in
            GBRegion.allCases.map { region in map.mapping(region.packKey, bands) }
        }
        guard let allowance, let limit, let regions, let restOfUK = regions[0], let scotland = regions[1],
            let wales = regions[2]
        else { return nil }
        return IncomeTaxTable(
            personalAllowance: allowance, overridingLimit: limit.rate, overridingLimitSource: limit.source,
            restOfUK: restOfUK, scotland: scotland, wales: wales)
    }

    private struct Band {
        var name: String
        var upTo: Int64?
        var rate: FixedRate
        var place: YAMLValue
    }

    private func bands(_ map: YAMLMapping) -> IncomeTaxBands? {
        let source = publication(of: map)
        let bands: [Band] = map.list("bands", minimumCount: 1) { item in
            item.mapping { map in
                Band(
                    name: map.required("band", .identifier), upTo: map.optional("up_to", .pounds),
                    rate: map.required("rate", .fixedRate), place: item)
            }
        }
        guard !map.hasProblems, let last = bands.last else { return nil }
        var lower: Int64 = 0
        for band in bands.dropLast() {
            guard let upTo = band.upTo else {
                band.place.report(
                    "the band \(band.name) has no up_to, and is not the last", expected: "a limit in pounds")
                continue
            }
            if upTo <= lower {
                band.place.report(
                    "the band \(band.name) ends at \(upTo), not above \(lower) where it begins",
                    expected: "limits that ascend")
            }
            lower = upTo
        }
        if let upTo = last.upTo {
            last.place.report(
                "the last band, \(last.name), ends at \(upTo): pay above it has no rate",
                expected: "no up_to in the last band")
        }
        let basic = bands.indices.filter { bands[$0].name == "basic" }
        if basic.count != 1 {
            map.report(
                "\(basic.count) bands are named basic", expected: "exactly one: the band whose rate BR codes use",
                at: "bands")
        }
        guard !map.hasProblems, let basicIndex = basic.first else { return nil }
        return IncomeTaxBands(
            upperLimits: bands.compactMap(\.upTo), rates: bands.map(\.rate), basicRateIndex: basicIndex, source: source)
    }
}

// MARK: - National Insurance

/// One amount as published for several periods of earnings, in whole pounds.
private struct PublishedAmount {
    var weekly: Int64
    var monthly: Int64
    var annual: Int64
}

extension GBPackFile {
    private func nationalInsurance(_ map: YAMLMapping) -> NationalInsuranceTable? {
        typealias Thresholds = (source: PackSource, weekly: NIThresholds, monthly: NIThresholds, annual: NIThresholds)
        let thresholds: Thresholds? = map.mapping("thresholds") { map in
            let source = publication(of: map)
            let lower = published("lower_earnings_limit", in: map)
            let primary = published("primary_threshold", in: map)
            let upper = published("upper_earnings_limit", in: map)
            let secondary = NISecondaryThreshold.allCases.map { published($0.packKey, in: map) }
            guard !map.hasProblems else { return nil }
            if !(lower.annual <= primary.annual && primary.annual <= upper.annual) {
                map.report(
                    "the annual limits do not ascend: \(lower.annual), \(primary.annual), \(upper.annual)",
                    expected:
                        "lower_earnings_limit, primary_threshold, upper_earnings_limit, each at least the one before")
            }
            func period(_ amount: (PublishedAmount) -> Int64) -> NIThresholds {
                NIThresholds(
                    lowerEarningsLimit: amount(lower) * 100, primary: amount(primary) * 100,
                    upperEarningsLimit: amount(upper) * 100, secondary: secondary.map { amount($0) * 100 })
            }
            return (source, period { $0.weekly }, period { $0.monthly }, period { $0.annual })
        }
        let rates = map.mapping("rates") { map in
            let source = publication(of: map)
            let categories = map.mapping("categories") { map in
                NICategory.allCases.map { category in map.mapping(category.rawValue, categoryRates) }
            }
            return (source: source, categories: categories?.compactMap(\.self) ?? [])
        }
        guard let thresholds, let rates, rates.categories.count == NICategory.allCases.count else { return nil }
        return NationalInsuranceTable(
            weekly: thresholds.weekly, monthly: thresholds.monthly, annual: thresholds.annual, rates: rates.categories,
            thresholdSource: thresholds.source, rateSource: rates.source)
    }

    private func categoryRates(_ map: YAMLMapping) -> NIRates? {
        NIRates(
            employeeMain: map.required("employee_main", .fixedRate),
            employeeUpper: map.required("employee_upper", .fixedRate), employer: map.required("employer", .fixedRate),
            employerFrom: map.required(
                "employer_from",
                .choice(NISecondaryThreshold.allCases.map { ($0.packKey, $0) }, placeholder: .standard)))
    }

    private func published(_ key: String, in map: YAMLMapping) -> PublishedAmount {
        let amount: PublishedAmount? = map.mapping(key) { map in
            let amount = PublishedAmount(
                weekly: map.required("weekly", .pounds), monthly: map.required("monthly", .pounds),
                annual: map.required("annual", .pounds))
            checkShares(
                of: amount.annual, [("weekly", amount.weekly, 1, 52), ("monthly", amount.monthly, 1, 12)], in: map)
            return amount
        }
        return amount ?? PublishedAmount(weekly: 0, monthly: 0, annual: 0)
    }

    /// Reports a figure that is a pound or more a week (or month) away from its share of the annual one: a slip of the
    /// pen, since the published figures are the annual ones divided, rounded, and some of them then multiplied.
    private func checkShares(
        of annual: Int64, _ shares: [(key: String, pounds: Int64, numerator: Int64, denominator: Int64)],
        in map: YAMLMapping
    ) {
        guard !map.hasProblems else { return }
        for share in shares {
            let difference = share.pounds * share.denominator - annual * share.numerator
            guard abs(difference) >= share.denominator * share.numerator else { continue }
            map.report(
                "\(share.key) \(share.pounds) does not fit annual \(annual)",
                expected: "about \(annual * share.numerator / share.denominator)", at: share.key)
        }
    }
}

// MARK: - Loans and pensions

extension GBPackFile {
    private func studentLoans(_ map: YAMLMapping) -> StudentLoanTable? {
        let source = publication(of: map)
        let rate = map.required("rate", .fixedRate)
        let plans = StudentLoanPlan.allCases.map { map.required($0.rawValue, .poundsUnlessNotCollected) }
        let postgraduate = map.required("postgraduate", .pounds)
        let postgraduateRate = map.required("postgraduate_rate", .fixedRate)
        return StudentLoanTable(
            annualPounds: plans, rate: rate, postgraduateAnnualPounds: postgraduate, postgraduateRate: postgraduateRate,
            source: source)
    }

    private func pensions(_ map: YAMLMapping) -> PensionTable? {
        let source = publication(of: map)
        let trigger = pensionThreshold("trigger", in: map)
        let lower = pensionThreshold("lower_qualifying_earnings", in: map)
        let upper = pensionThreshold("upper_qualifying_earnings", in: map)
        let minimumTotal = map.required("minimum_total_rate", .fixedRate)
        let minimumEmployer = map.required("minimum_employer_rate", .fixedRate)
        let ages = ["minimum_age", "eligible_age", "maximum_age"].map { map.required($0, .integer(0...120)) }
        let relief = map.mapping("relief_at_source") { map in
            (rate: map.required("rate", .fixedRate), source: publication(of: map))
        }
        let statePension = map.mapping("state_pension_age") { map in
            (source: publication(of: map), ages: statePensionAges(map))
        }
        guard !map.hasProblems, let relief, let statePension else { return nil }
        if lower.annual >= upper.annual {
            map.report(
                "lower_qualifying_earnings \(lower.annual) is not below upper_qualifying_earnings \(upper.annual)",
                at: "lower_qualifying_earnings")
        }
        return PensionTable(
            trigger: trigger, lowerQualifyingEarnings: lower, upperQualifyingEarnings: upper,
            minimumTotalRate: minimumTotal, minimumEmployerRate: minimumEmployer, reliefRate: relief.rate,
            minimumAge: ages[0], eligibleAge: ages[1], maximumAge: ages[2], statePensionAges: statePension.ages,
            source: source, reliefSource: relief.source, statePensionSource: statePension.source)
    }

    private func statePensionAges(_ map: YAMLMapping) -> [StatePensionAge] {
        var latest: CalendarDate?
        return map.list("ages", minimumCount: 1) { item in
            item.mapping { map in
                let row = StatePensionAge(
                    bornFrom: map.required("born_from", .date), years: map.required("years", .integer(50...80)),
                    months: map.required("months", .integer(0...11)))
                if let latest, !map.hasProblems, row.bornFrom <= latest {
                    map.report(
                        "born_from \(row.bornFrom) is not after \(latest) in the row before",
                        expected: "dates that ascend", at: "born_from")
                }
                latest = row.bornFrom
                return row
            }
        }
    }

    private func pensionThreshold(_ key: String, in map: YAMLMapping) -> PensionThreshold {
        let threshold: PensionThreshold? = map.mapping(key) { map in
            let threshold = PensionThreshold(
                weekly: map.required("weekly", .pounds), fortnightly: map.required("fortnightly", .pounds),
                fourWeekly: map.required("fourweekly", .pounds), monthly: map.required("monthly", .pounds),
                annual: map.required("annual", .pounds))
            checkShares(
                of: threshold.annual,
                [
                    ("weekly", threshold.weekly, 1, 52), ("fortnightly", threshold.fortnightly, 2, 52),
                    ("fourweekly", threshold.fourWeekly, 4, 52), ("monthly", threshold.monthly, 1, 12),
                ], in: map)
            return threshold
        }
        return threshold ?? PensionThreshold(weekly: 0, fortnightly: 0, fourWeekly: 0, monthly: 0, annual: 0)
    }
}
