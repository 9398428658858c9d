import Calendars

/// The figures of automatic enrolment in one tax year.
package struct PensionTable: Sendable {
    let trigger: PensionThreshold
    let lowerQualifyingEarnings: PensionThreshold
    let upperQualifyingEarnings: PensionThreshold
    /// The least that employee and employer together, and the employer alone, pay of qualifying earnings.
    let minimumTotalRate: FixedRate
    let minimumEmployerRate: FixedRate
    /// The rate at which a provider claims tax relief on contributions from taxed pay.
    let reliefRate: FixedRate
    let minimumAge: Int
    /// The age from which an employee is enrolled without asking.
    let eligibleAge: Int
    /// From this age the duties end.
    let maximumAge: Int
    /// The State Pension age by birth date, the oldest first; the first row holds for everyone born before the second.
    let statePensionAges: [StatePensionAge]
    package let source: PackSource
    package let reliefSource: PackSource
    package let statePensionSource: PackSource

    /// The day on which someone born on `birth` reaches State Pension age.
    package func statePensionDay(bornOn birth: CalendarDate) -> CalendarDate {
        var age = statePensionAges.first
        for row in statePensionAges.dropFirst() where row.bornFrom <= birth { age = row }
        return birth.adding(months: age.map { $0.years * 12 + $0.months } ?? 0)
    }
}

/// One row of the State Pension age timetable.
struct StatePensionAge: Hashable, Sendable {
    var bornFrom: CalendarDate
    var years: Int
    var months: Int
}

/// A threshold of automatic enrolment, in whole pounds, as published for each pay reference period.
struct PensionThreshold: Hashable, Sendable {
    var weekly: Int64
    var fortnightly: Int64
    var fourWeekly: Int64
    var monthly: Int64
    var annual: Int64

    @inline(__always)
    func pence(_ frequency: PayFrequency) -> Int64 {
        switch frequency {
        case .weekly: weekly * 100
        case .fortnightly: fortnightly * 100
        case .fourWeekly: fourWeekly * 100
        case .monthly: monthly * 100
        }
    }
}
