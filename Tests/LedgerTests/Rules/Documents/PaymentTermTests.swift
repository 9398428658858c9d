import Amounts
import Calendars
import Diagnostics
import TestSupport
import Testing

@testable import Ledger

@Suite struct PaymentTermTests {
    @Test func `due dates are as in the tests of Odoo`() throws {
        guard let rows = try Vectors.rows("accounting/payment_terms_due_dates.csv") else {
            print("skipped: there is no accounting/payment_terms_due_dates.csv")
            return
        }
        #expect(rows.count >= 16)
        let terms = [
            "immediate": PaymentTerm.immediate,
            "45 days after end of invoice month": try PaymentTerm(days: 45, fromEndOfMonth: true),
            "31 days, then the next 15th": try PaymentTerm(days: 31, thenDayOfMonth: 15),
            "last day of invoice month": .endOfMonth, "first day of next month": .firstOfNextMonth,
            "early payment discount window of 10 days (last day)": try PaymentTerm(days: 10),
        ]
        for row in rows {
            let term = try #require(terms[row["term"] ?? ""], "\(row)")
            #expect(term.dueDate(for: day(row["invoice_date"] ?? "")) == day(row["expected_due_date"] ?? ""), "\(row)")
        }
    }

    @Test(arguments: [
        // months before days, and short months
        (1, 0, false, nil as Int?, "2026-01-31", "2026-02-28"), (1, 0, true, nil, "2026-01-15", "2026-02-28"),
        (2, 10, false, nil, "2025-12-31", "2026-03-10"), (0, 30, false, nil, "2024-02-28", "2024-03-29"),
        // the 31st of a month that has none is its last day
        (0, 0, false, 31, "2026-02-10", "2026-02-28"), (0, 0, false, 31, "2026-04-30", "2026-04-30"),
        (0, 1, false, 30, "2026-01-30", "2026-02-28"), (0, 0, false, 15, "2026-12-16", "2027-01-15"),
        (0, 0, false, 15, "2026-12-15", "2026-12-15"),
    ])
    func `a term counts months, then days, then goes to a day of the month`(
        months: Int, days: Int, fromEnd: Bool, then: Int?, document: String, due: String
    ) throws {
        let term = try PaymentTerm(months: months, days: days, fromEndOfMonth: fromEnd, thenDayOfMonth: then)
        #expect(term.dueDate(for: day(document)) == day(due))
    }

    @Test func `instalments add up`() throws {
        let terms = try PaymentTerms(instalments: [
            .init(weight: ExactDecimal(30), .immediate), .init(weight: ExactDecimal(30), try PaymentTerm(days: 30)),
            .init(weight: ExactDecimal(40), try PaymentTerm(days: 60)),
        ])
        let instalments = try terms.instalments(of: gbp("100.01"), documentDate: day("2026-01-01"))
        #expect(instalments.map(\.amount) == ["30.00", "30.00", "40.01"].map(gbp))
        #expect(instalments.map(\.due) == ["2026-01-01", "2026-01-31", "2026-03-02"].map(day))
        #expect(
            try PaymentTerms(.endOfMonth).instalments(of: gbp("-5"), documentDate: day("2026-01-01"))
                == [.init(due: day("2026-01-31"), amount: gbp("-5"))])
    }

    @Test func `terms that cannot be are refused, with all that is wrong`() {
        let error = #expect(throws: Failure.self) { try PaymentTerm(months: 121, days: -1, thenDayOfMonth: 32) }
        #expect(error?.problems.count == 3)
        #expect(throws: Failure.self) { try PaymentTerms(instalments: []) }
        #expect(throws: Failure.self) { try PaymentTerms(instalments: [.init(weight: .zero, .immediate)]) }
    }
}
