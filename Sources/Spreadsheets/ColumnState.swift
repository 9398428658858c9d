import Amounts

/// What is kept of a column while its cells go by: its formats, its exact total, the width it needs.
struct ColumnState {
    let column: Column
    var format: CellFormats.Format
    /// For text that stands in a column of numbers.
    var textFormat: CellFormats.Format
    /// Money in minor units, whole numbers as they are.
    private(set) var total: Int128 = 0
    private(set) var quantityTotal = ExactDecimal.zero
    /// A cell of the column stands as text: a sum that Excel makes would leave it out.
    var isBeyondExcel = false
    /// The largest absolute value written, and the longest text in bytes.
    private(set) var largest = 0.0
    private(set) var longest = 0
    private(set) var hasNegative = false

    init(_ column: Column, format: CellFormats.Format, textFormat: CellFormats.Format) {
        self.column = column
        self.format = format
        self.textFormat = textFormat
    }

    @inline(__always)
    mutating func count(_ value: Double) {
        if value < 0 { hasNegative = true }
        largest = max(largest, abs(value))
    }

    @inline(__always)
    mutating func count(textBytes: Int) { longest = max(longest, textBytes) }

    /// A sheet has at most 2^20 rows and amounts are below 2^63: 128 bits hold the sum of more sheets than a file can.
    @inline(__always)
    mutating func add(_ value: Int64) { total &+= Int128(value) }

    mutating func add(_ quantity: Quantity) throws(ArithmeticError) {
        quantityTotal = try quantityTotal.adding(quantity.decimal)
    }

    /// The sum of the column as a cell; nil where the column has none, or where it is beyond 64 bits of minor units.
    var totalCell: Cell? {
        switch column.kind {
        case .money(let currency): Int64(exactly: total).map { .money(Money(minorUnits: $0, currency)) }
        case .integer: Int64(exactly: total).map { .integer($0) }
        case .quantity: .quantity(Quantity(quantityTotal))
        case .text, .anyMoney, .date, .instant, .rate, .boolean: nil
        }
    }

    /// The width in characters that shows every cell and the title.
    ///
    /// - Parameters:
    ///   - hasFilter: the filter's button takes room beside the title.
    ///   - titleLines: the lines that the title may take.
    ///   - widest: of a column of texts.
    func width(hasFilter: Bool, titleLines: Int = 2, widest: Double = Column.widths.upperBound) -> Double {
        // Bold words are wider than the digits that widths are counted in.
        let title = Double(TitleLines.width(of: column.title, lines: titleLines)) * 1.1 + (hasFilter ? 3 : 2)
        let numbers = Double(numberCharacters) * 1.1 + 2
        if let width = column.width, column.kind == .text { return max(width, 1) }
        let texts = min(Double(longest) + 2, widest)
        return max(Column.widths.lowerBound, title, numbers, texts)
    }

    /// Characters of the longest number, with its separators and its sign.
    private var numberCharacters: Int {
        func grouped(_ value: Double, places: Int) -> Int {
            var digits = 1
            var rest = value
            while rest >= 10 {
                rest /= 10
                digits += 1
            }
            return digits + (digits - 1) / 3 + (places > 0 ? places + 1 : 0) + (hasNegative ? 1 : 0)
        }
        switch column.kind {
        case .text: return 0
        case .money(let currency): return grouped(largest, places: Int(currency.exponent))
        case .anyMoney: return grouped(largest, places: 3) + 4
        case .date: return 10
        case .instant: return 23
        case .rate(let places): return grouped(largest * 100, places: places) + 1
        case .quantity(let places): return grouped(largest, places: places)
        case .integer: return grouped(largest, places: 0)
        case .boolean: return 5
        }
    }
}
