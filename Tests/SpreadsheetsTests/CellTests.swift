import Amounts
import Calendars
import Foundation
import Testing

@testable import Spreadsheets

@Suite struct CellTests {
    @Test(arguments: [
        ("GBP", 125_050, "1250.5", "#,##0.00;[Red]-#,##0.00;\"–\""),
        ("JPY", -1_250, "-1250", "#,##0;[Red]-#,##0;\"–\""),
        ("KWD", 1_250_505, "1250.505", "#,##0.000;[Red]-#,##0.000;\"–\""),
        ("GBP", 0, "0", "#,##0.00;[Red]-#,##0.00;\"–\""),
    ]) func `money is a number in its currency's format`(
        code: String, minorUnits: Int64, value: String, format: String
    ) throws {
        let currency = try #require(Currency(code))
        let cells = try writtenColumn(.money("Gross", currency), [.money(Money(minorUnits: minorUnits, currency))])
            .cells
        #expect(cells["A2"] == .init(type: "", value: value, numberFormat: format))
    }

    @Test func `amounts of several currencies show their codes`() throws {
        let cells = try writtenColumn(
            .anyMoney("Amount"), [.money(Money(minorUnits: 100, .eur)), .money(Money(minorUnits: -7, .jpy))]
        ).cells
        #expect(cells["A2"]?.numberFormat == "\"EUR \"#,##0.00;[Red]\"EUR \"-#,##0.00")
        #expect(cells["A3"] == .init(value: "-7", numberFormat: "\"JPY \"#,##0;[Red]\"JPY \"-#,##0"))
    }

    @Test func `the number that is read back is the amount, to the last minor unit`() throws {
        // A fixed generator: amounts of every length up to the fifteen digits that Excel shows.
        var state: UInt64 = 20_261_121
        var amounts: [Int64] = [999_999_999_999_999, -999_999_999_999_999, 1, -1, 74_418, 851, 100_000_000_000_001]
        for _ in 0..<3_000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let limit = (0..<(1 + Int(state >> 60))).reduce(Int64(1)) { power, _ in min(power * 10, 100_000_000_000_000)
            }
            amounts.append(Int64(truncatingIfNeeded: state >> 3) % (limit * 9 + 9))
        }
        for currency in [Currency.gbp, .jpy, .kwd] {
            let cells = try writtenColumn(
                .money("Amount", currency), amounts.map { .money(Money(minorUnits: $0, currency)) }
            ).cells
            let units = Double(currency.minorUnitsPerMajorUnit)
            for (index, amount) in amounts.enumerated() {
                let number = try #require(cells["A\(index + 2)"].flatMap { Double($0.value) })
                #expect(number == Double(amount) / units)
                #expect(Int64((number * units).rounded()) == amount)
            }
        }
    }

    @Test func `an amount of more digits than Excel shows is text, and a note says so`() throws {
        let amounts: [Int64] = [1_000_000_000_000_000, .max, .min, 5]
        let (cells, notes) = try writtenColumn(
            .money("Total", .gbp), amounts.map { .money(Money(minorUnits: $0, .gbp)) })
        #expect(cells["A2"]?.type == "inlineStr")
        #expect(cells["A2"]?.value == "10,000,000,000,000.00")
        #expect(cells["A3"]?.value == "92,233,720,368,547,758.07")
        #expect(cells["A4"]?.value == "-92,233,720,368,547,758.08")
        #expect(cells["A5"] == .init(value: "0.05", numberFormat: "#,##0.00;[Red]-#,##0.00;\"–\""))
        #expect(
            notes.map(\.description) == [
                "Sheet Test, column \"Total\": 3 cells (the first is A2) with more than 15 digits written as text."
            ])
    }

    @Test(arguments: [
        ("1900-01-01", "1"), ("1900-02-28", "59"), ("1900-03-01", "61"), ("1970-01-01", "25569"),
        ("2026-11-21", "46347"), ("9999-12-31", "2958465"),
    ]) func `a date is Excel's day`(date: String, serial: String) throws {
        let cells = try writtenColumn(.date("Day"), [.date(day(date))]).cells
        #expect(cells["A2"] == .init(value: serial, numberFormat: "yyyy-mm-dd"))
    }

    @Test func `a date before 1900 is text, and a note says so`() throws {
        let (cells, notes) = try writtenColumn(
            .date("Born"), [.date(day("1899-12-31")), .date(day("0001-01-01"))])
        #expect(cells["A2"]?.type == "inlineStr")
        #expect(cells["A2"]?.value == "1899-12-31")
        #expect(cells["A3"]?.value == "0001-01-01")
        #expect(notes.map(\.kind) == [.dateAsText])
        #expect(notes.map(\.count) == [2])
    }

    @Test func `a moment is shown in UTC`() throws {
        let instant = try #require(Instant("2026-11-21T18:00:00Z"))
        let cells = try writtenColumn(.instant("At"), [.instant(instant)]).cells
        #expect(cells["A2"] == .init(value: "46347.75", numberFormat: "yyyy-mm-dd hh:mm:ss\" UTC\""))
    }

    @Test func `rates, quantities, whole numbers and truths have their kinds`() throws {
        let (workbook, notes) = try written { workbook in
            let table = try workbook.addTable(
                named: "Test",
                columns: [
                    .rate("Rate", places: 3), .quantity("Hours"), .integer("Lines"), .boolean("Final"), .text("T"),
                ])
            try table.append { row in
                row.rate(try #require(Rate("13.8%")))
                row.quantity(try #require(Quantity("-37.25")))
                row.integer(12)
                row.boolean(true)
            }
        }
        let cells = workbook.cells()
        #expect(cells["A2"] == .init(value: "0.138", numberFormat: "0.000%;[Red]-0.000%"))
        #expect(cells["B2"] == .init(value: "-37.25", numberFormat: "#,##0.00;[Red]-#,##0.00"))
        #expect(cells["C2"] == .init(value: "12", numberFormat: "#,##0;[Red]-#,##0"))
        #expect(cells["D2"] == .init(type: "b", value: "1", numberFormat: "General"))
        #expect(cells["E2"] == .init(numberFormat: "General"))
        #expect(notes.isEmpty)
    }

    @Test(arguments: [
        ("0.333333333333333333", 2, 0.333333333333333), ("0.1", 2, 0.1), ("999999999999.9999999", 3, 1_000_000_000_000),
        ("-2.500000000000000005", 2, -2.5), ("123456789012345", 0, 123_456_789_012_345),
    ]) func `a long tail of decimals is rounded beyond what can be shown`(
        text: String, places: Int, expected: Double
    ) throws {
        #expect(CellNumber.decimal(try #require(ExactDecimal(text)), places: places) == expected)
    }

    @Test(arguments: [("1234567890123456", 0), ("12345678901234.56", 2), ("-99999999999999999999.1", 0)])
    func `a number of too many digits is none for Excel`(text: String, places: Int) throws {
        #expect(CellNumber.decimal(try #require(ExactDecimal(text)), places: places) == nil)
    }

    @Test func `a formula carries the value we computed`() throws {
        let (workbook, _) = try written { workbook in
            let table = try workbook.addTable(
                named: "Test", columns: [.money("A", .gbp), .money("B", .gbp), .text("C"), .boolean("D")])
            try table.append { row in
                row.money(Money(minorUnits: 150, .gbp))
                row.formula("\(try row.reference("A"))*2", result: .money(Money(minorUnits: 300, .gbp)))
                row.formula("IF(A2>1,\"high\",\"low\")", result: .text("high"))
                row.formula("A2>1", result: .boolean(true))
            }
            try table.appendTotals(label: "Total")
        }
        let cells = workbook.cells()
        #expect(cells["B2"]?.formula == "A2*2")
        #expect(cells["B2"]?.value == "3")
        #expect(cells["C2"]?.formula == "IF(A2>1,\"high\",\"low\")")
        #expect(cells["C2"]?.value == "high")
        #expect(cells["D2"]?.formula == "A2>1")
        #expect(cells["B3"]?.value == "3")
    }

    @Test func `only harmless addresses become links`() throws {
        let targets: [Link] = [
            .web("https://example.org/a?b=1&c=2"), .web("javascript:alert(1)"), .web("file:///etc/passwd"),
            .web("https://example.org/a b"), .web("https://example.org/" + String(repeating: "x", count: 2_100)),
            .cell(sheet: "Test", row: 4, column: 0),
        ]
        let (workbook, notes) = try written { workbook in
            let table = try workbook.addTable(named: "Test", columns: [.text("Link")])
            for target in targets { try table.append { $0.link(target, "here") } }
        }
        #expect((2...7).allSatisfy { workbook.cells()["A\($0)"]?.value == "here" })
        let sheet = workbook.text("xl/worksheets/sheet1.xml")
        #expect(sheet.contains("<hyperlink ref=\"A2\" r:id=\"rId1\"/>"))
        #expect(sheet.contains("<hyperlink ref=\"A7\" location=\"'Test'!A5\""))
        #expect(sheet.components(separatedBy: "<hyperlink ").count == 3)
        #expect(notes.map(\.kind) == [.linkAsText])
        #expect(notes.map(\.count) == [4])
    }

    @Test(arguments: [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16_383, "XFD")])
    func `columns are named as Excel names them`(column: Int, name: String) {
        #expect(CellReference.columnName(column) == name)
    }
}
