import Calendars

/// At what cost a lot is held: `{10.00 USD}` each, or `{{1000.00 USD}}` in all, with what else names the lot.
package struct TextCost: Hashable, Sendable {
    package var kind: TextPrice.Kind
    package var amount: TextAmount
    /// The day on which the lot was bought, where it is written.
    package var date: CalendarDate?
    /// The name of the lot, where it is written.
    package var label: String?

    package init(_ kind: TextPrice.Kind, _ amount: TextAmount, date: CalendarDate? = nil, label: String? = nil) {
        self.kind = kind
        self.amount = amount
        self.date = date
        self.label = label
    }
}
