import Amounts
import Calendars
import Diagnostics

/// When a document is to be paid.
///
/// ```swift
/// PaymentTerm.immediate
/// try PaymentTerm(days: 30)
/// try PaymentTerm(days: 45, fromEndOfMonth: true)                 // 45 days after the end of the month
/// try PaymentTerm(days: 31, thenDayOfMonth: 15)                   // 31 days, then the next 15th
/// ```
package struct PaymentTerm: Hashable, Sendable {
    package let months: Int
    package let days: Int
    /// Whether they are counted from the last day of the document's month.
    package let isFromEndOfMonth: Bool
    /// The next such day of a month on or after what was counted; its last day where the month is shorter.
    package let thenDayOfMonth: Int?

    package static let maximumDays = 3_660
    package static let maximumMonths = 120

    package static let immediate = PaymentTerm(unchecked: 0, fromEndOfMonth: false)
    package static let endOfMonth = PaymentTerm(unchecked: 0, fromEndOfMonth: true)
    package static let firstOfNextMonth = PaymentTerm(unchecked: 1, fromEndOfMonth: true)

    /// - Throws: everything that is out of range.
    package init(
        months: Int = 0, days: Int = 0, fromEndOfMonth: Bool = false, thenDayOfMonth: Int? = nil
    ) throws(Failure) {
        var problems = ProblemList()
        if !(0...Self.maximumMonths).contains(months) {
            problems.add("the term has \(months) months", expected: "0 to \(Self.maximumMonths)")
        }
        if !(0...Self.maximumDays).contains(days) {
            problems.add("the term has \(days) days", expected: "0 to \(Self.maximumDays)")
        }
        if let thenDayOfMonth, !(1...31).contains(thenDayOfMonth) {
            problems.add("the term goes on to day \(thenDayOfMonth) of a month", expected: "1 to 31")
        }
        try problems.throwIfAny(consequence: "the payment term cannot be used")
        self.months = months
        self.days = days
        isFromEndOfMonth = fromEndOfMonth
        self.thenDayOfMonth = thenDayOfMonth
    }

    private init(unchecked days: Int, fromEndOfMonth: Bool) {
        months = 0
        self.days = days
        isFromEndOfMonth = fromEndOfMonth
        thenDayOfMonth = nil
    }

    /// The due date: months, then, where the term says so, the end of that month, then days, then the day of the month.
    package func dueDate(for documentDate: CalendarDate) -> CalendarDate {
        var date = documentDate.adding(months: months)
        if isFromEndOfMonth { date = date.lastOfMonth }
        date = date.adding(days: days)
        guard let thenDayOfMonth else { return date }
        func day(of month: CalendarDate) -> CalendarDate {
            month.firstOfMonth.adding(days: min(thenDayOfMonth, month.lastOfMonth.day) - 1)
        }
        let inMonth = day(of: date)
        return inMonth >= date ? inMonth : day(of: date.firstOfMonth.adding(months: 1))
    }
}

/// The terms of a document: one due date or several instalments, and perhaps a discount for who pays early.
package struct PaymentTerms: Hashable, Sendable {
    package let parts: [Part]
    package let discount: EarlyPaymentDiscount?

    package static let maximumParts = 120

    package struct Part: Hashable, Sendable {
        /// Its share of the whole, in any unit: 30, 30 and 40 of 100.
        package let weight: ExactDecimal
        package let term: PaymentTerm

        package init(weight: ExactDecimal, _ term: PaymentTerm) {
            self.weight = weight
            self.term = term
        }
    }

    package struct Instalment: Hashable, Sendable {
        package let due: CalendarDate
        package let amount: Money
    }

    package init(_ term: PaymentTerm, discount: EarlyPaymentDiscount? = nil) {
        parts = [Part(weight: .one, term)]
        self.discount = discount
    }

    /// - Throws: for no part, more than `maximumParts`, or weights that are not positive.
    package init(instalments: [Part], discount: EarlyPaymentDiscount? = nil) throws(Failure) {
        var problems = ProblemList()
        if !(1...Self.maximumParts).contains(instalments.count) {
            problems.add("the terms have \(instalments.count) instalments", expected: "1 to \(Self.maximumParts)")
        }
        for part in instalments where part.weight.isNegative || part.weight.isZero {
            problems.add("an instalment has the weight \(part.weight)", expected: "more than 0")
        }
        try problems.throwIfAny(consequence: "the payment terms cannot be used")
        parts = instalments
        self.discount = discount
    }

    /// The instalments of an amount; they add up to it.
    package func instalments(of amount: Money, documentDate: CalendarDate) throws(ArithmeticError) -> [Instalment] {
        let amounts = try amount.allocated(by: parts.map(\.weight))
        return zip(parts, amounts).map { Instalment(due: $0.term.dueDate(for: documentDate), amount: $1) }
    }
}
