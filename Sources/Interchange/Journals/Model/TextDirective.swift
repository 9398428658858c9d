import Calendars

/// What a text journal declares, beside its transactions.
package struct TextDirective: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// An account is declared; Beancount's `open` has a day and perhaps the only commodities that it may hold.
        case account(TextAccountID, type: TextAccountType?, opened: CalendarDate?, commodities: [TextCommodityID])
        case closeAccount(TextAccountID, on: CalendarDate)
        /// A commodity is declared, with its decimal places where they are told.
        case commodity(TextCommodityID, decimalPlaces: UInt8?)
        /// What one unit of a commodity was worth on a day.
        case price(CalendarDate, TextCommodityID, TextAmount)
    }

    package var kind: Kind
    package var metadata: [TextMetadata] = []
    package var comment = ""
    package var file: Int32 = 0
    package var line: Int32 = 0

    package init(_ kind: Kind) {
        self.kind = kind
    }
}
