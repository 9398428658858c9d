import Amounts
import Calendars
import Diagnostics
import Testing

@testable import Interchange

@Suite struct PostingsCSVTests {
    private func read(_ text: String) -> (entries: [PostingsCSV.Entry], problems: [String]) {
        var problems = ProblemList()
        let entries = PostingsCSV(baseCurrency: .gbp).read(
            bytes: Array(text.utf8), shownAs: "p.csv", problems: &problems)
        return (entries, problems.problems.map(\.description))
    }

    @Test func `rows become entries`() throws {
        let (entries, problems) = read(
            """
            entry,date,account,amount,currency,base_amount,description,party,cost_centre
            A1,2026-01-02,1200,100.00,EUR,86.00,Sale,C7,SHOP
            A1,2026-01-02,4000,-80.00,EUR,-68.80,,,
            A1,2026-01-02,2200,-20.00,EUR,-17.20,,,
            A2,2026-01-03,1200,-500,JPY,,,,
            A2,2026-01-03,7900,500,JPY,,,,

            """)
        #expect(problems == [])
        #expect(entries.map(\.key) == ["A1", "A2"])
        #expect(entries.first?.postings.map(\.amount.minorUnits) == [10_000, -8_000, -2_000])
        #expect(entries.first?.postings.first?.baseAmount == Money(minorUnits: 8_600, .gbp))
        #expect(entries.first?.postings.first?.costCentre == "SHOP")
        #expect(entries.last?.postings.first?.party == nil)
    }

    @Test(arguments: [
        ("A1,2026-01-02,1200,1.00,EUR,", "p.csv:2: the entry \"A1\" does not balance: its rows add up to EUR 1.00"),
        ("A1,2026-01-02,1200,1.001,EUR,", "p.csv:2:20: amount \"1.001\" has more decimal places than EUR"),
        ("A1,2026-02-30,1200,1.00,EUR,", "p.csv:2:4: date \"2026-02-30\" is no day of the calendar"),
        ("A1,2026-01-02,,1.00,EUR,", "p.csv:2:15: account is empty"),
        ("A1,2026-01-02,1200,1.00,XXX,", "p.csv:2:25: currency \"XXX\" is not a currency"),
        ("A1,2026-01-02,1200,1.00,EUR,-1.00", "p.csv:2:29: base_amount \"-1.00\" has not the sign of the amount"),
        (
            "A1,2026-01-02,1200,1.00,EUR,1.00\nA1,2026-01-02,1200,-1.00,EUR,",
            "p.csv:2: some rows of the entry \"A1\" have a base_amount and some have none"
        ),
        (
            "A1,2026-01-02,1200,1.00,EUR,\nA1,2026-01-03,1200,-1.00,EUR,",
            "p.csv:3: date 2026-01-03 differs from 2026-01-02 in the first row of the entry \"A1\""
        ),
        (
            "A1,2026-01-02,1,0.00,EUR,\nA2,2026-01-02,1,0.00,EUR,\nA1,2026-01-02,1,0.00,EUR,",
            "p.csv:4: entry \"A1\" stands here a second time (first on line 2)"
        ),
        (
            "A1,2026-01-02,1,92233720368547758.07,EUR,\nA1,2026-01-02,1,92233720368547758.07,EUR,",
            "p.csv:2: the amounts of the entry \"A1\" are too large to be added up"
        ),
    ])
    func `a mistake is told with its place`(rows: String, problem: String) {
        let (entries, problems) = read("entry,date,account,amount,currency,base_amount\n\(rows)\n")
        #expect(problems.count == 1)
        let shown = problems.first?.replacing(/^p\.csv:(\d+):1:/) { "p.csv:\($0.output.1):" } ?? ""
        #expect(shown.hasPrefix(problem), "\(problems)")
        #expect(entries.count < rows.split(separator: "\n").count + 1)
    }

    @Test func `all mistakes are told at once`() {
        let (entries, problems) = read(
            "entry,date,account,amount,currency\nA,2026-01-02,1,x,EUR\nB,2026-01-02,1,1.00,EU\nC,today,1,1.00,EUR\n")
        #expect(problems.count == 3)
        #expect(entries.isEmpty)
    }

    @Test func `what is written is read back`() throws {
        var posting = PostingsCSV.Posting(
            entry: "A \"1\"", date: try #require(CalendarDate("2026-01-02")), account: "1200",
            amount: Money(minorUnits: -105, .kwd))
        posting.baseAmount = Money(minorUnits: -3, .gbp)
        posting.description = "=SUM(A1), \"x\"\u{E9}"
        posting.party = "P"
        posting.project = "Q"
        posting.document = "D-1"
        posting.documentDate = CalendarDate("2025-12-31")
        posting.dueDate = CalendarDate("2026-02-01")
        var other = posting
        other.amount = Money(minorUnits: 105, .kwd)
        other.baseAmount = Money(minorUnits: 3, .gbp)
        other.description = nil
        let entry = PostingsCSV.Entry(key: posting.entry, date: posting.date, postings: [posting, other])
        var csv = CSVWriter(for: .programs)
        PostingsCSV.writeHeader(to: &csv)
        PostingsCSV.write(entry, to: &csv)
        var problems = ProblemList()
        var back = PostingsCSV(baseCurrency: .gbp).read(bytes: csv.bytes, shownAs: "p.csv", problems: &problems)
        #expect(problems.problems == [])
        for index in back.indices {
            for place in back[index].postings.indices { back[index].postings[place].location = nil }
        }
        #expect(back == [entry])
    }
}
