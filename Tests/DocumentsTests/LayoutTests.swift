import Diagnostics
import Foundation
import Testing

@testable import Documents

@Suite struct ColumnWidthsTests {
    private func choice(
        _ needs: [(least: Double, natural: Double)], portrait: Double? = 510, landscape: Double? = 758, keys: Int = 1
    ) -> ColumnWidths.Choice {
        ColumnWidths(needs: needs.map { ColumnWidths.Need(least: $0.least, natural: $0.natural) }, keyColumns: keys)
            .choice(portrait: portrait, landscape: landscape)
    }

    @Test func `what fits upright stands upright in the usual size`() {
        let choice = choice([(40, 120), (60, 60), (60, 60)])
        #expect(!choice.isLandscape)
        #expect(choice.size == 8.5)
        #expect(choice.slices.map(\.columns) == [[0, 1, 2]])
    }

    @Test func `what is too wide stands across, then smaller, then side by side`() {
        #expect(choice(Array(repeating: (60, 60), count: 11)).isLandscape)
        #expect(choice(Array(repeating: (60, 60), count: 11)).size == 8.5)
        #expect(choice(Array(repeating: (75, 75), count: 12)).size == 7)
        let split = choice(Array(repeating: (75, 75), count: 40), keys: 2)
        #expect(split.slices.count > 2)
        #expect(split.slices.allSatisfy { $0.columns.prefix(2) == [0, 1] })
        #expect(split.slices.flatMap { $0.columns.dropFirst(2) } == Array(2..<40))
    }

    @Test func `no choice is wider than its page, whatever the columns need`() {
        var state: UInt64 = 7
        func random(_ bound: UInt64) -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double((state >> 33) % bound)
        }
        for _ in 0..<2_000 {
            let count = 1 + Int(random(60))
            let needs = (0..<count).map { _ in (least: random(300), natural: random(1_000)) }
            let found = choice(needs, portrait: random(3) > 0 ? 510 : nil, keys: Int(random(5)))
            let room = found.isLandscape ? 758.0 : 510
            #expect(!found.slices.isEmpty)
            for slice in found.slices {
                #expect(slice.width <= room + 0.001)
                #expect(slice.widths.count == slice.columns.count)
            }
            #expect(Set(found.slices.flatMap(\.columns)) == Set(0..<count))
        }
    }
}

@Suite struct ChartAxisTests {
    @Test(arguments: [
        ([0.0, 72_000], ["0", "20,000", "40,000", "60,000", "80,000"]), ([-3, 4], ["-4", "-2", "0", "2", "4"]),
        ([], ["0.00", "0.25", "0.50", "0.75", "1.00"]),
        ([0.2, .nan, .infinity], ["0.00", "0.05", "0.10", "0.15", "0.20"]),
        ([1_200_000, 2_900_000], ["0 m", "1 m", "2 m", "3 m"]),
    ])
    func `its steps are round and zero is among them`(values: [Double], ticks: [String]) {
        let axis = ChartAxis(values, isPercent: false)
        #expect(axis.ticks.map(axis.text) == ticks)
    }

    @Test func `in per cent`() {
        let axis = ChartAxis([0.08, 0.31], isPercent: true)
        #expect(axis.ticks.map(axis.text) == ["0%", "10%", "20%", "30%", "40%"])
    }
}

@Suite struct DocumentErrorTests {
    @Test func `more pages than are allowed are refused`() throws {
        let error = #expect(throws: DocumentError.self) {
            try TestDocument.register(rows: 500, setup: PageSetup(maximumPages: 3))
        }
        #expect(error == .tooManyPages(limit: 3))
        #expect(error?.failure.description.contains("more than 3 pages") == true)
    }

    @Test func `what takes the bytes may fail, and its own error comes out`() throws {
        struct DiskFull: Error {}
        let document = try TestDocument.register(rows: 100)
        #expect(throws: DiskFull.self) { try document.writePDF { _ in throw DiskFull() } }
        // The document itself is whole.
        let bytes = try document.pdf()
        #expect(!bytes.isEmpty)
    }

    @Test(arguments: [
        PageSetup.Margins(left: 400, right: 100), PageSetup.Margins(top: -1), PageSetup.Margins(bottom: .nan),
        PageSetup.Margins(top: .infinity),
    ])
    func `margins that leave no room are refused`(margins: PageSetup.Margins) {
        #expect(throws: DocumentError.self) {
            try TestDocument.list(["x"], setup: PageSetup(margins: margins))
        }
    }

    @Test func `rows and blocks out of order are refused`() throws {
        let columns = TestDocument.columns
        _ = try DocumentWriter.document(TestDocument.properties) { document in
            let table = try document.table(named: "Rows", columns: columns)
            #expect(throws: DocumentError.self) { try document.paragraph("between") }
            #expect(throws: DocumentError.self) { try document.table(named: "Second", columns: columns) }
            #expect(throws: DocumentError.tooManyCells(table: "Rows", row: 1, columns: 3)) {
                try table.append(.body, ["1", "2", "3", "4"])
            }
            try table.end()
            #expect(throws: DocumentError.self) { try table.append(.body, ["late"]) }
            #expect(throws: DocumentError.self) { try document.table(named: "None", columns: []) }
        }
        #expect(throws: DocumentError.self) {
            try DocumentWriter.document(TestDocument.properties) { document in
                _ = try document.table(named: "Rows", columns: columns)
            }
        }
    }

    @Test func `a missing library says what to install`() {
        let failure = DocumentError.libraryMissing(reason: "libcairo.so.2: cannot open shared object file").failure
        #expect(failure.description.contains("apt-get install libpangocairo-1.0-0"))
    }
}

@Suite struct PictureTests {
    /// Width and height of a PNG, from its header.
    private func size(_ png: [UInt8]) -> [Int] {
        [16, 20].map { offset in png[offset..<(offset + 4)].reduce(0) { $0 << 8 | Int($1) } }
    }

    @Test func `each page is a picture of its size, the same each time`() throws {
        let document = try TestDocument.register(rows: 100)
        for page in 1...document.pageCount {
            let picture = try document.picture(ofPage: page, dotsPerInch: 72)
            #expect(picture.prefix(8) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
            #expect(size(picture) == [595, 842])
            #expect(try document.picture(ofPage: page, dotsPerInch: 72) == picture)
        }
        #expect(try size(document.picture(ofPage: 1, dotsPerInch: 144)) == [1_191, 1_684])
    }
}
