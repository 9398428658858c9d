import Amounts
import Calendars
import Interchange
import Store

/// What settled open items, as CSV, one row for each part: beside an export of the journal, which has no words for it in
/// any format. `SettlementsImport` makes the same settlements of it where that journal was imported.
///
/// | column | |
/// |---|---|
/// | `settlement`, `date`, `reason` | its key, its day, and why |
/// | `reverses` | the settlement that it undid |
/// | `exchange_difference` | in base; above zero is a loss |
/// | `posted_by` | the key of its entry in the journal; empty where the books did not change |
/// | `item_entry`, `item_line` | the posting that is the item: the key of its entry and its line |
/// | `kind` | `match`, `discount` or `write_off` |
/// | `counterpart_entry`, `counterpart_line` | the item on the other side of a match |
/// | `currency`, `amount`, `base_amount` | what of the item was settled, with its sign |
package enum SettlementsCSV {
    static let columns: [CSVColumn] = [
        .required("settlement"), .required("date"), .optional("reverses"), .required("reason"),
        .required("exchange_difference"), .optional("posted_by"), .required("item_entry"), .required("item_line"),
        .required("kind"), .optional("counterpart_entry"), .optional("counterpart_line"), .required("currency"),
        .required("amount"), .required("base_amount"),
    ]

    /// So many bytes are gathered before they are handed on.
    private static let chunkBytes = 1 << 16

    package struct Extent: Hashable, Sendable {
        package var settlements = 0
        package var parts = 0
    }

    /// Writes the settlements of these days, each behind those that were recorded before it.
    ///
    /// - Parameters:
    ///   - base: the currency of the books.
    ///   - write: gets the text in pieces, each of whole lines.
    package static func write(
        _ days: ClosedRange<CalendarDate>, _ base: Currency, in connection: Connection, write: ([UInt8]) throws -> Void
    ) throws -> Extent {
        var csv = CSVWriter(for: .programs)
        csv.write(columns.map(\.name))
        var extent = Extent()
        var last: String?
        try connection.forEach(
            """
            SELECT settlement.settlement_key, settlement.settlement_date, settlement.reverses, settlement.reason,
                   settlement.exchange_difference_minor, settlement.entry_key, entry.entry_key, part.item_id % 1000000,
                   part.kind, other.entry_key, part.counterpart % 1000000, item.currency, part.amount_minor,
                   part.base_minor
              FROM settlement
              JOIN settled_part AS part ON part.settlement_key = settlement.settlement_key
              JOIN open_item AS item ON item.item_id = part.item_id
              JOIN journal_entry AS entry ON entry.entry_number = part.item_id / 1000000
              LEFT JOIN journal_entry AS other ON other.entry_number = part.counterpart / 1000000
             WHERE settlement.settlement_date >= ? AND settlement.settlement_date <= ?
             ORDER BY settlement.recorded_at, settlement.settlement_date, settlement.settlement_key, part.line
            """, days.lowerBound, days.upperBound
        ) { row in
            let key = try row.text(0)
            if key != last { extent.settlements += 1 }
            last = key
            extent.parts += 1
            let line = try row.optionalInt(10)
            csv.write([
                .text(key), .number("\(try row.date(1))"), text(try row.optionalText(2)), .text(try row.text(3)),
                .number(try row.money(4, base).plainText), text(try row.optionalText(5)), .text(try row.text(6)),
                .number("\(try row.int(7))"), .text(try row.text(8)), text(try row.optionalText(9)),
                line.map { .number("\($0)") } ?? .empty, .number(try row.text(11)),
                .number(try row.money(12, 11).plainText), .number(try row.money(13, base).plainText),
            ])
            if csv.bytes.count >= chunkBytes { try write(csv.takeBytes()) }
        }
        try write(csv.takeBytes())
        return extent
    }

    private static func text(_ value: String?) -> CSVWriter.Field { value.map { .text($0) } ?? .empty }
}
