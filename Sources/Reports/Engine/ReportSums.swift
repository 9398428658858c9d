import Amounts

/// The sums of the columns of a stretch of rows, exact.
struct ReportSums {
    private var sums: [Int128]
    private var decimals: [ExactDecimal]
    private(set) var rowCount = 0

    init(columnCount: Int) {
        sums = Array(repeating: 0, count: columnCount)
        decimals = Array(repeating: .zero, count: columnCount)
    }

    mutating func add(_ values: [ReportValue], _ totalled: [Int]) throws {
        rowCount += 1
        for column in totalled {
            switch values[column] {
            case .money(let money): sums[column] += Int128(money.minorUnits)
            case .integer(let integer): sums[column] += Int128(integer)
            case .number(let decimal), .percent(let decimal):
                decimals[column] = try decimals[column].adding(decimal)
            case .empty, .text, .date, .instant, .boolean: break
            }
        }
    }

    /// The sum of a column as a value of its content.
    func value(_ column: Int, _ content: ReportColumn.Content) throws -> ReportValue {
        switch content {
        case .money(let currency):
            guard let currency else { return .empty }
            guard let minorUnits = Int64(exactly: sums[column]) else { throw ArithmeticError.overflow }
            return .money(Money(minorUnits: minorUnits, currency))
        case .integer:
            guard let integer = Int64(exactly: sums[column]) else { throw ArithmeticError.overflow }
            return .integer(integer)
        case .number: return .number(decimals[column])
        case .percent: return .percent(decimals[column])
        case .text, .date, .instant, .boolean: return .empty
        }
    }
}
