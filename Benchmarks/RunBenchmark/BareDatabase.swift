/// A database spoken to through its own C interface: prepared statements, values bound, nothing else.
protocol BareDatabase {
    func script(_ sql: String) throws
    /// - Returns: a number by which `run` knows the statement.
    mutating func prepare(_ sql: String) throws -> Int
    func run(_ statement: Int, _ values: [BareValue]) throws
}

enum BareValue {
    case number(Int64)
    case text(String)
}

extension BareValue: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
    init(integerLiteral value: Int64) { self = .number(value) }
    init(stringLiteral value: String) { self = .text(value) }
}

struct BenchmarkError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
