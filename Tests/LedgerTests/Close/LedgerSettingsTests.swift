import Calendars
import CompanyFixtures
import Diagnostics
import Foundation
import Jobs
import Testing

@testable import Ledger

@Suite struct LedgerSettingsTests {
    @Test func `the demo company says how its books are kept`() throws {
        try DemoCompany.with(hasPeople: false) { demo in
            let settings = try LedgerSettings.load(for: demo.company)
            #expect(settings.cycle == .calendarYear && settings.firstPeriod?.description == "2026-P04")
            #expect(settings.openMonthsAhead == 12 && settings.role == "finance-lead")
            #expect(settings.accounts?.suspense == [AccountCode("1290")])
            #expect(settings.limits.rounding == gbp("5.00") && settings.limits.reviewShare.description == "0.25")
            #expect(settings.areas[.payroll] == [.payroll])
        }
    }

    @Test func `a company without the file keeps its books open`() throws {
        try DemoCompany.with(hasPeople: false) { demo in
            try FileManager.default.removeItem(at: demo.directory.appending(path: LedgerSettings.file))
            let settings = try LedgerSettings.load(for: demo.company)
            #expect(!settings.isDeclared && settings.accounts == nil && settings.firstPeriod == nil)
            let failure = refusal {
                try demo.store.read {
                    _ = try CloseContext(
                        company: demo.company, period: FiscalPeriod(containing: day("2026-04-01"), in: .calendarYear),
                        knownAt: DemoCompany.now, in: $0)
                }
            }
            #expect(failure?.exitCode == .refused)
        }
    }

    @Test(arguments: [
        ("first_period: 2026-P04", "first_period: 2026-P13", "first_period 2026-P13 is for adjustments"),
        (
            "first_period: 2026-P04", "first_period: 2026-27-P04",
            "first_period \"2026-27-P04\" is no period of the books"
        ),
        ("first_period: 2026-P04\n", "", "first_period is missing"),
        ("{month: 1, day: 1}", "{month: 2, day: 29}", "years cannot begin on day 29 of month 2"),
        ("open_months_ahead: 12", "open_months_ahead: 1000", "open_months_ahead \"1000\" is out of range"),
        (
            "retained_earnings: \"3200\"", "retained_earnings: \"1200\"",
            "is an account of the type asset (expected equity)"
        ),
        ("rounding: \"7990\"", "rounding: \"7999\"", "\"7999\" is not in config/accounts.yaml; did you mean"),
        ("suspense: [\"1290\"]", "suspense: [\"9\"]", "suspense item 1 \"9\" is not in config/accounts.yaml"),
        ("review_share: 25%", "review_share: -1%", "review_share is negative"),
        ("  rounding: 5.00", "  rounding: 5.001", "has more decimal places than GBP"),
        ("# areas:\n#   SAL: [sales, tax]", "areas:\n  sal: [sales]", "the key \"sal\" is not the code of a journal"),
        (
            "# areas:\n#   SAL: [sales, tax]", "areas:\n  SAL: [selling]",
            "SAL item 1 \"selling\" is not one of the choices"
        ),
        ("role: finance-lead", "rolle: finance-lead", "the key \"rolle\" is unknown; did you mean \"role\"?"),
    ])
    func `a mistake is told with its place`(right: String, wrong: String, problem: String) throws {
        try DemoCompany.with(
            hasPeople: false, edit: ["config/ledger.yaml": { $0.replacing(right, with: wrong) }]
        ) { demo in
            let failure = refusal { _ = try LedgerSettings.load(for: demo.company) }
            let found = failure?.problems.map(\.description) ?? []
            #expect(
                found.contains { $0.hasPrefix("config/ledger.yaml:") && $0.contains(problem) }, "\(found)")
        }
    }

    @Test func `all mistakes are told at once`() throws {
        try DemoCompany.with(
            hasPeople: false,
            edit: [
                "config/ledger.yaml": {
                    $0.replacing("\"3200\"", with: "\"1\"").replacing("\"7990\"", with: "\"2\"")
                        .replacing("open_months_ahead: 12", with: "open_months_ahead: many")
                }
            ]
        ) { demo in
            #expect(refusal { _ = try LedgerSettings.load(for: demo.company) }?.problems.count == 3)
        }
    }
}
