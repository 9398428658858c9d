import Amounts
import Calendars
import Diagnostics
import Testing

@testable import Formulas

@Suite struct FunctionTests {
    @Test(arguments: [
        ("min(3, 1, 2)", "quantity 1"), ("max(3, 1, 2)", "quantity 3"), ("min(gross, 50)", "money 50"),
        ("max(start, finish)", "date 2026-11-21"), ("min(start, finish)", "date 2026-04-06"),
        ("clamp(5, 1, 3)", "quantity 3"), ("clamp(0, 1, 3)", "quantity 1"), ("clamp(2, 1, 3)", "quantity 2"),
        ("clamp(gross, 100, 200)", "money 200"), ("clamp(2, 3, 1)", "quantity 1"), ("abs(-2.5)", "quantity 2.5"),
        ("abs(net - gross)", "money 250"), ("min(1.10, 1.1)", "quantity 1.1"), ("min(rate, 5%)", "rate 0.05"),
        ("year(start)", "quantity 2026"), ("month(start)", "quantity 4"), ("day(start)", "quantity 6"),
        ("add_months(2026-01-31, 1)", "date 2026-02-28"), ("add_months(2024-02-29, 12)", "date 2025-02-28"),
        ("add_months(2026-03-31, -1)", "date 2026-02-28"), ("months_between(2026-01-31, 2026-02-28)", "quantity 1"),
        ("months_between(2026-01-15, 2026-02-14)", "quantity 0"),
        ("months_between(2026-01-15, 2026-02-15)", "quantity 1"),
        ("months_between(2026-02-15, 2026-01-15)", "quantity -1"),
        ("years_between(2005-11-22, 2026-11-21)", "quantity 20"),
        ("years_between(2005-11-21, 2026-11-21)", "quantity 21"),
        ("years_between(2026-11-21, 2005-11-21)", "quantity -21"),
    ]) func `functions give what the manual says`(text: String, expected: String) throws {
        #expect(try Desk().value(text) == expected)
    }

    /// The value at zero places of ±2.5, ±3.5, ±2.4 and ±2.6 by every rounding.
    @Test(arguments: [
        (Rounding.halfAwayFromZero, "3 -3 4 -4 2 -2 3 -3"), (.halfTowardZero, "2 -2 3 -3 2 -2 3 -3"),
        (.halfEven, "2 -2 4 -4 2 -2 3 -3"), (.halfOdd, "3 -3 3 -3 2 -2 3 -3"),
        (.halfPositiveInfinity, "3 -2 4 -3 2 -2 3 -3"), (.halfNegativeInfinity, "2 -3 3 -4 2 -2 3 -3"),
        (.awayFromZero, "3 -3 4 -4 3 -3 3 -3"), (.towardZero, "2 -2 3 -3 2 -2 2 -2"),
        (.ceiling, "3 -2 4 -3 3 -2 3 -2"), (.floor, "2 -3 3 -4 2 -3 2 -3"),
    ]) func `every rounding can be named`(rounding: Rounding, expected: String) throws {
        let desk = try Desk()
        let numbers = ["2.5", "-2.5", "3.5", "-3.5", "2.4", "-2.4", "2.6", "-2.6"]
        for (number, result) in zip(numbers, expected.split(separator: " ")) {
            #expect(try desk.value("round(\(number), 0, \(rounding.rawValue))") == "quantity \(result)")
            // The same ten thousand times smaller and a hundred times larger.
            #expect(try desk.value("round(\(number) / 10000, 4, \(rounding.rawValue)) * 10000") == "quantity \(result)")
            #expect(try desk.value("round(\(number) * 100, -2, \(rounding.rawValue)) / 100") == "quantity \(result)")
        }
    }

    @Test func `no rounding was forgotten in the table above`() {
        #expect(Rounding.allCases.count == 10)
    }

    @Test(arguments: [
        ("round(2.345, 2)", "quantity 2.35"), ("round(2.5, 4)", "quantity 2.5"),
        ("round(gross / 3, 2)", "money 416.67"),
        ("round(gross / 3, 2, down)", "money 416.66"), ("round(1234.5, -2)", "quantity 1200"),
        ("round(-1250, -2)", "quantity -1300"), ("round(gross, -2, half_even)", "money 1200"),
        ("round(12345678901234567890.5, 0)", "quantity 12345678901234567891"), ("round(3, -18)", "quantity 0"),
        ("round(rate, 1)", "rate 0.1"), ("round(0.000000000000000001, 18, up)", "quantity 0.000000000000000001"),
    ]) func `numbers are rounded to places`(text: String, expected: String) throws {
        #expect(try Desk().value(text) == expected)
    }

    // MARK: Tables

    @Test(arguments: [
        ("0", "0"), ("50", "5"), ("99.99", "9.999"), ("100", "10"), ("100.01", "10.002"), ("150", "20"), ("200", "30"),
        ("199.99", "29.998"), ("201", "30.4"), ("1000000", "399950"),
    ]) func `brackets charge each part at its own rate, without a jump`(x: String, amount: String) throws {
        #expect(try Desk().value("bracket(bands, \(x))") == "money \(amount)")
    }

    @Test func `an amount by brackets equals the sum over its parts, for random tables`() throws {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<200 {
            var bounds: [Int64] = [0]
            for _ in 0..<Int.random(in: 0...8, using: &generator) {
                bounds.append(try #require(bounds.last) + Int64.random(in: 1...10_000, using: &generator))
            }
            let rates = bounds.map { _ in Int64.random(in: 0...60, using: &generator) }
            let rows = bounds.indices.map { index in
                FormulaTable.Bracket(
                    atLeast: ExactDecimal(bounds[index]),
                    lessThan: index + 1 < bounds.count ? ExactDecimal(bounds[index + 1]) : nil,
                    rate: Desk.decimal(Int128(rates[index]), 2))
            }
            var problems = ProblemList()
            let table = try #require(
                FormulaTable.brackets(
                    "tax", over: .money, giving: .money, rows: rows, source: "test", at: nil, problems: &problems))
            for x in bounds + bounds.map({ $0 + 1 }) + [12_345] {
                // In hundredths: the part of x in each bracket times its rate in per cent.
                let expected = bounds.indices.reduce(Int64(0)) { sum, index in
                    let end = index + 1 < bounds.count ? min(x, bounds[index + 1]) : x
                    return sum + max(0, end - bounds[index]) * rates[index]
                }
                let row = try #require(table.row(covering: Scalar(ExactDecimal(x))))
                let amount = try table.amount(row: row, Scalar(ExactDecimal(x)))
                #expect(amount.decimal == Desk.decimal(Int128(expected), 2))
            }
        }
    }

    @Test(arguments: [
        ("lookup(wage, 0)", "money 8"), ("lookup(wage, -5)", "money 8"), ("lookup(wage, 17.999)", "money 8"),
        ("lookup(wage, 18)", "money 10.85"), ("lookup(wage, 20)", "money 10.85"), ("lookup(wage, 21)", "money 12.71"),
        ("lookup(wage, years_between(2005-11-21, finish))", "money 12.71"), ("lookup(allowance, grade)", "money 250"),
        ("lookup(allowance, \"A\") * 2", "money 200"), ("lookup(region, grade)", "text \"north\""),
    ]) func `lookups find their row`(text: String, expected: String) throws {
        #expect(try Desk().value(text) == expected)
    }

    @Test func `a table says everything that is wrong with its rows`() {
        var problems = ProblemList()
        func place(_ line: Int) -> Diagnostics.SourceLocation { .init(file: "t.yaml", line: line, column: 5) }
        let d = Desk.decimal
        let table = FormulaTable.brackets(
            "Tax", over: .date, giving: .money,
            rows: [
                .init(atLeast: d(0, 0), lessThan: d(10, 0), rate: d(1, 1), at: place(2)),
                .init(atLeast: d(9, 0), lessThan: d(20, 0), rate: d(1, 1), at: place(3)),
                .init(atLeast: d(21, 0), lessThan: nil, rate: d(1, 1), at: place(4)),
                .init(atLeast: d(30, 0), lessThan: d(30, 0), rate: d(1, 1), at: place(5)),
            ], source: "s", at: place(1), problems: &problems)
        #expect(table == nil)
        #expect(
            problems.problems.map(\.description) == [
                "t.yaml:1:5: \"Tax\" is not a name that formulas can use (expected \(FormulaScope.nameRule))",
                "t.yaml:1:5: the brackets of Tax are over date and give money (expected numbers)",
                "t.yaml:3:5: this row of Tax overlaps the row before it (expected at_least 10)",
                "t.yaml:4:5: this row of Tax leaves a gap after the row before it (expected at_least 20)",
                "t.yaml:5:5: this row of Tax is empty (expected less_than above at_least)",
                "t.yaml:5:5: a row of Tax follows one without an end (expected less_than in every row but the last)",
            ])

        problems = ProblemList()
        let keys = FormulaTable.keys(
            "grades", giving: .rate,
            rows: [
                .init(key: "A", value: .rate(.one), at: place(2)), .init(key: "A", value: .rate(.zero), at: place(3)),
                .init(key: "B", value: .bool(true), at: place(4)),
            ], source: "s", at: place(1), problems: &problems)
        #expect(keys == nil)
        #expect(
            problems.problems.map(\.description) == [
                "t.yaml:3:5: the table grades has the key \"A\" twice (expected each key once)",
                "t.yaml:4:5: the value true of the table grades is true or false (expected a rate)",
            ])

        problems = ProblemList()
        let empty = FormulaTable.ranges(
            "none", over: .text, giving: .rate, rows: [], source: "s", at: nil, problems: &problems)
        #expect(empty == nil)
        #expect(problems.count == 2)

        problems = ProblemList()
        let open = FormulaTable.ranges(
            "open", over: .date, giving: .rate,
            rows: [
                .init(atLeast: nil, lessThan: .date(.latest), value: .rate(.one), at: place(2)),
                .init(atLeast: nil, lessThan: nil, value: .rate(.one), at: place(3)),
                .init(atLeast: .rate(.one), lessThan: nil, value: .rate(.one), at: place(4)),
            ], source: "s", at: nil, problems: &problems)
        #expect(open == nil)
        #expect(problems.problems.map { $0.location?.line } == [3, 4])
    }
}
