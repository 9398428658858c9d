import Calendars

/// One thing known of an employee, and since when it holds.
package struct EmployeeFact: Hashable, Sendable {
    package var field: FieldCatalog.FieldIndex
    /// In the canonical form of its field; empty when the field has no value in that time.
    package var value: String
    package var effectiveFrom: CalendarDate
    /// The last day, inclusive; nil while it holds.
    package var effectiveTo: CalendarDate?

    package init(
        field: FieldCatalog.FieldIndex, value: String, effectiveFrom: CalendarDate, effectiveTo: CalendarDate? = nil
    ) {
        self.field = field
        self.value = value
        self.effectiveFrom = effectiveFrom
        self.effectiveTo = effectiveTo
    }

    func holds(on day: CalendarDate) -> Bool {
        guard effectiveFrom <= day else { return false }
        guard let effectiveTo else { return true }
        return day <= effectiveTo
    }
}

/// All that is known of one employee, in the order in which it was recorded.
package struct EmployeeFacts: Hashable, Sendable {
    package let id: EmployeeID
    package var facts: [EmployeeFact]

    package init(id: EmployeeID, facts: [EmployeeFact]) {
        self.id = id
        self.facts = facts
    }

    /// The value of a field on a day; nil when it has none.
    ///
    /// Of several facts that hold on the day the one that began last counts, and of those that began together the one
    /// recorded last: so a correction replaces what it corrects and leaves later changes alone.
    package func value(of field: FieldCatalog.FieldIndex, on day: CalendarDate) -> String? {
        var found: EmployeeFact?
        for fact in facts where fact.field == field && fact.holds(on: day) {
            if let best = found, fact.effectiveFrom < best.effectiveFrom { continue }
            found = fact
        }
        guard let found, !found.value.isEmpty else { return nil }
        return found.value
    }

    /// The values of all fields on a day, by the number of the field: as `value(of:on:)`, in one pass.
    package func values(on day: CalendarDate, fieldCount: Int) -> [String?] {
        withUnsafeTemporaryAllocation(of: Int.self, capacity: fieldCount) { found -> [String?] in
            found.initialize(repeating: -1)
            for index in facts.indices where facts[index].field < fieldCount && facts[index].holds(on: day) {
                let best = found[facts[index].field]
                if best >= 0, facts[index].effectiveFrom < facts[best].effectiveFrom { continue }
                found[facts[index].field] = index
            }
            return found.map { $0 < 0 || facts[$0].value.isEmpty ? nil : facts[$0].value }
        }
    }

    /// The values of a field that count in a stretch of days, by day: those that began in it, one for each first day,
    /// the one recorded last.
    package func occurrences(
        of field: FieldCatalog.FieldIndex, in days: ClosedRange<CalendarDate>
    ) -> [(day: CalendarDate, value: String)] {
        var found: [(day: CalendarDate, value: String)] = []
        for index in facts.indices where facts[index].field == field && days.contains(facts[index].effectiveFrom) {
            let day = facts[index].effectiveFrom
            if let known = found.firstIndex(where: { $0.day == day }) {
                found[known].value = facts[index].value
            } else {
                found.append((day, facts[index].value))
            }
        }
        found.removeAll { $0.value.isEmpty }
        found.sort { $0.day < $1.day }
        return found
    }
}
