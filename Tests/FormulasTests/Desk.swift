import Amounts
import Calendars
import Diagnostics
import Testing

@testable import Formulas

/// A scope with an input of every type and a table of every shape, and values for them.
struct Desk {
    var scope = FormulaScope()
    var inputs: FormulaInputs

    init() throws {
        try scope.declare(input: "gross", .money, description: "pay before deductions")
        try scope.declare(input: "net", .money, description: "pay after deductions")
        try scope.declare(input: "rate", .rate, description: "rate of the levy")
        try scope.declare(input: "share", .rate, description: "share of the year")
        try scope.declare(input: "hours", .quantity, description: "hours worked")
        try scope.declare(input: "days", .quantity, description: "days worked")
        try scope.declare(input: "start", .date, description: "first day")
        try scope.declare(input: "finish", .date, description: "last day")
        try scope.declare(input: "active", .bool, description: "whether still employed")
        try scope.declare(input: "grade", .text, description: "pay grade")
        try scope.declare(input: "bonus", .money, description: "never set")
        for table in try Self.tables() { try scope.declare(table) }
        inputs = FormulaInputs(for: scope, currency: .gbp)
        try set("gross", .money(#require(ExactDecimal("1250.00"))))
        try set("net", .money(#require(ExactDecimal("1000"))))
        try set("rate", .rate(#require(Rate("8%"))))
        try set("share", .rate(#require(Rate("0.25"))))
        try set("hours", .quantity(#require(Quantity("37.5"))))
        try set("days", .quantity(#require(Quantity("30"))))
        try set("start", .date(#require(CalendarDate("2026-04-06"))))
        try set("finish", .date(#require(CalendarDate("2026-11-21"))))
        try set("active", .bool(true))
        try set("grade", .text("B"))
    }

    static func tables() throws -> [FormulaTable] {
        var problems = ProblemList()
        let tables = [
            FormulaTable.brackets(
                "bands", over: .money, giving: .money,
                rows: [
                    .init(atLeast: decimal(0), lessThan: decimal(100), rate: decimal(10, 2)),
                    .init(atLeast: decimal(100), lessThan: decimal(200), rate: decimal(20, 2), source: "Act, s. 2"),
                    .init(atLeast: decimal(200), lessThan: nil, base: decimal(30), rate: decimal(40, 2)),
                ], source: "Act, s. 1", at: nil, problems: &problems),
            FormulaTable.ranges(
                "wage", over: .quantity, giving: .money,
                rows: [
                    .init(
                        atLeast: nil, lessThan: .quantity(Quantity(decimal(18))), value: .money(decimal(800, 2))),
                    .init(
                        atLeast: .quantity(Quantity(decimal(18))), lessThan: .quantity(Quantity(decimal(21))),
                        value: .money(decimal(1085, 2))),
                    .init(
                        atLeast: .quantity(Quantity(decimal(21))), lessThan: nil, value: .money(decimal(1271, 2))),
                ], source: "Minimum wage", at: nil, problems: &problems),
            FormulaTable.keys(
                "allowance", giving: .money,
                rows: [
                    .init(key: "A", value: .money(decimal(100))),
                    .init(key: "B", value: .money(decimal(250)), source: "Memo 7"),
                ], source: "Handbook", at: nil, problems: &problems),
            FormulaTable.keys(
                "region", giving: .text,
                rows: [.init(key: "B", value: .text("north")), .init(key: "C", value: .text("south"))],
                source: "Handbook", at: nil, problems: &problems),
        ]
        try #require(problems.isEmpty, "\(problems.problems)")
        return tables.compactMap(\.self)
    }

    static func decimal(_ coefficient: Int128, _ scale: UInt8 = 0) -> ExactDecimal {
        ExactDecimal(coefficient: coefficient, scale: scale)
    }

    mutating func set(_ name: String, _ value: FormulaValue) throws {
        inputs.set(try #require(scope.slot(name)), value)
    }

    static let location = SourceLocation(file: "c.yaml", line: 10, column: 7)

    /// The problems of a formula, as people read them.
    func problems(_ text: String, expecting type: FormulaType? = nil) -> [String] {
        var problems = ProblemList()
        let formula = Formula.compile(text, at: Self.location, in: scope, expecting: type, problems: &problems)
        #expect((formula == nil) == !problems.isEmpty, "a formula exactly where there are no problems: \(text)")
        return problems.problems.map(\.description)
    }

    func compile(
        _ text: String, expecting type: FormulaType? = nil, sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) throws -> Formula {
        var problems = ProblemList()
        let formula = Formula.compile(text, at: Self.location, in: scope, expecting: type, problems: &problems)
        return try #require(formula, "\(text): \(problems.problems)", sourceLocation: sourceLocation)
    }

    /// `money 100.00`: the type and the value, with no superfluous zeros, by the machine and by the explained way, which
    /// must agree.
    func value(
        _ text: String, expecting type: FormulaType? = nil, sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) throws -> String {
        let formula = try compile(text, expecting: type, sourceLocation: sourceLocation)
        var explanation: Explanation? = Explanation()
        let outcome = Result { () throws(FormulaError) in try formula.evaluate(inputs) }
        let explained = Result { () throws(FormulaError) in
            try formula.evaluate(inputs, explanation: &explanation)
        }
        #expect(outcome == explained, "\(text)", sourceLocation: sourceLocation)
        let value = try outcome.get()
        #expect(value.type == formula.resultType)
        guard let decimal = value.decimal else { return "\(value.type) \(value)" }
        return "\(value.type) \(decimal.normalized)"
    }

    /// The reason and the sub-expression of an evaluation that has no value.
    func error(_ text: String) throws -> FormulaError {
        let formula = try compile(text)
        return try #require(throws: FormulaError.self) { try formula.evaluate(inputs) }
    }
}

/// SplitMix64: the same numbers from the same seed, so that a failure can be repeated.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
