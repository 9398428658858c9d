import Amounts
import Calendars
import CompanyFixtures
import Diagnostics
import Store
import Testing

@testable import Ledger

/// Files of exchange rates, and the rates in the store.
@Suite struct ExchangeRateRecordsTests {
    private static func read(
        _ text: String, _ format: ExchangeRateFile.Format? = nil
    ) -> (rates: [String], problems: [String]) {
        var problems = ProblemList()
        let bytes = Array(text.utf8)
        let rates = ExchangeRateFile.read(
            bytes, shownAs: "rates", format ?? ExchangeRateFile.format(of: bytes), problems: &problems)
        return (rates.map { "\($0.rate)" }, problems.problems.map(\.description))
    }

    private static let xml = """
        <?xml version="1.0" encoding="UTF-8"?>
        <gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
        \t<gesmes:subject>Reference rates</gesmes:subject>
        \t<gesmes:Sender>
        \t\t<gesmes:name>European Central Bank</gesmes:name>
        \t</gesmes:Sender>
        \t<Cube>
        \t\t<!-- <Cube currency='XXX' rate='1'/> -->
        \t\t<Cube time='2024-01-05'>
        \t\t\t<Cube currency='USD' rate='1.0921'/>
        \t\t\t<Cube currency="JPY" rate="158.46" />
        \t\t</Cube>
        \t\t<Cube time='2024-01-04'>
        \t\t\t<Cube currency='USD' rate='1.0953'/>
        \t\t\t<Cube currency='CYP' rate='0.58527'/>
        \t\t</Cube>
        \t</Cube>
        </gesmes:Envelope>

        """

    @Test(arguments: [
        (xml, ["2024-01-05 EUR 1 = USD 1.0921", "2024-01-05 EUR 1 = JPY 158.46", "2024-01-04 EUR 1 = USD 1.0953"]),
        (
            "Date, USD, JPY, CHF, \n05 January 2024, 1.0921, 158.46, 0.9310, \n",
            ["2024-01-05 EUR 1 = USD 1.0921", "2024-01-05 EUR 1 = JPY 158.46", "2024-01-05 EUR 1 = CHF 0.9310"]
        ),
        (
            "Date,USD,CYP,\r\n2024-01-05,1.0921,N/A,\r\n2024-01-04,1.0953,,\r\n",
            ["2024-01-05 EUR 1 = USD 1.0921", "2024-01-04 EUR 1 = USD 1.0953"]
        ),
        (
            "date,base,quote,rate\n2026-04-30,GBP,USD,1.2501\n2026-04-30,USD,GBP,0.8\n",
            ["2026-04-30 GBP 1 = USD 1.2501", "2026-04-30 USD 1 = GBP 0.8"]
        ),
        ("quote,rate,base,date\nUSD,1.2501,GBP,2026-04-30\n", ["2026-04-30 GBP 1 = USD 1.2501"]),
    ])
    func `the files of the European Central Bank and our own are read`(text: String, rates: [String]) {
        let result = Self.read(text)
        #expect(result.rates == rates && result.problems == [])
    }

    @Test(arguments: [
        ("<a>", "rates:1:4: the file ends within <a> (expected its end: the file may be cut off)"),
        ("<a/>", "rates:1:5: the file has no rates of the bank (expected <gesmes:Envelope>)"),
        (
            "<!DOCTYPE a [<!ENTITY b 'c'>]><a/>",
            "rates:1:1: the file has a document type or CDATA (expected the plain XML of the bank)"
        ),
        (
            "date,base,rate\n2026-04-30,GBP,1.25\n",
            "rates:1:1: the column \"quote\" is missing (expected a header with it: date,base,quote,rate)"
        ),
        ("<Envelope></Cube>", "rates:1:11: </Cube> stands here (expected </Envelope>)"),
        ("<Envelope", "rates:1:10: the file ends within <Envelope> (expected >)"),
        ("<Envelope a></Envelope>", "rates:1:12: the attribute a has no value (expected a='…')"),
        ("<Envelope a=b></Envelope>", "rates:1:13: the value of a is not in quotes (expected a='…')"),
        ("<Envelope a='b></Envelope>", "rates:1:16: \"<\" stands in the value of a (expected a quote at its end)"),
        (
            "<Envelope>\n<Cube time='2024-13-05'></Cube></Envelope>",
            "rates:2:7: time \"2024-13-05\" is not a date (expected e.g. 2024-01-05)"
        ),
        (
            "<Envelope><Cube><Cube currency='USD' rate='1.1'/></Cube></Envelope>",
            "rates:1:17: the rate of USD is of no day (expected a cube with a time around it)"
        ),
        (
            "<Envelope><Cube time='2024-01-05'><Cube currency='USD' rate='0'/></Cube></Envelope>",
            "rates:1:56: rate \"0\" is not a rate of exchange (expected e.g. 1.0921)"
        ),
        (
            "<Envelope><Cube time='2024-01-05'><Cube currency='US' rate='1'/></Cube></Envelope>",
            "rates:1:41: currency \"US\" is not a currency (expected e.g. USD)"
        ),
        ("Day,USD\n", "rates:1:1: the file begins with \"Day,USD\" (expected a header such as Date, USD, JPY)"),
        (
            "Date,USD\n2024-02-30,1\n",
            "rates:2:1: \"2024-02-30\" is not a date (expected e.g. 2024-01-05 or 05 January 2024)"
        ),
        ("Date,USD,yen\n2024-02-03,1,2\n", "rates:1: the column \"yen\" is no currency (expected e.g. USD)"),
        (
            "Date, USD, JPY\n2024-02-03, 1, x\n",
            "rates:2:16: JPY \"x\" is not a rate (expected e.g. 8% or 0.08)"
        ),
        ("Date,USD\n2024-02-03,1,2\n", "rates:2:1: the row has 3 fields (expected 2, as the header)"),
        (
            "Date,USD,JPY\n2024-02-03,1,-2\n",
            "rates:2:14: JPY \"-2\" is not a rate of exchange (expected a number of more than zero, e.g. 1.0843)"
        ),
        (
            "date,base,quote,rate\n2024-02-03,USD,USD,1\n",
            "rates:2:16: USD is quoted in itself (expected two currencies)"
        ),
    ])
    func `a mistake in a file of rates is told with its place`(text: String, problem: String) {
        #expect(Self.read(text).problems.first == problem)
    }

    @Test func `a file that is cut off anywhere is never taken for a whole one`() {
        let whole = Array(Self.xml.utf8)
        for length in 0..<(whole.count - 2) {
            var problems = ProblemList()
            _ = ExchangeRateFile.read(Array(whole.prefix(length)), shownAs: "x", .ecbXML, problems: &problems)
            #expect(!problems.isEmpty, "the first \(length) bytes")
        }
    }

    @Test(arguments: 1...20)
    func `no bytes break the reader`(seed: UInt64) {
        var numbers = Numbers(seed: seed)
        for _ in 0..<50 {
            var bytes = Array(Self.xml.utf8)
            for _ in 0..<(1 + numbers.below(4)) { bytes[numbers.below(bytes.count)] = UInt8(numbers.below(256)) }
            for format in ExchangeRateFile.Format.allCases {
                var problems = ProblemList()
                let rates = ExchangeRateFile.read(bytes, shownAs: "x", format, problems: &problems)
                #expect(rates.allSatisfy { $0.rate.rate > .zero && $0.rate.base != $0.rate.quote })
            }
        }
    }

    private static func new(_ text: String) -> [ExchangeRateRecords.New] {
        var problems = ProblemList()
        return ExchangeRateFile.read(Array(text.utf8), shownAs: "rates.csv", .csv, problems: &problems)
    }

    @Test(arguments: Database.available)
    func `a rate is recorded once, another of its day only as a correction, and both are kept`(
        database: Database
    ) throws {
        try database.withStore(DemoCompany.migrations) { store in
            func insert(_ text: String, at seconds: Int64, correction: String? = nil) throws
                -> ExchangeRateRecords.Outcome
            {
                try store.write {
                    let stamp = Stamp(run: nil, person: "ann", at: Instant(microseconds: seconds * 1_000_000))
                    return try ExchangeRateRecords.insert(
                        Self.new("date,base,quote,rate\n" + text), source: "rates.csv", correction: correction,
                        in: UnitOfWork(connection: $0, stamp: stamp, digest: nil))
                }
            }
            let first = try insert("2026-04-29,EUR,USD,1.0800\n2026-04-30,EUR,USD,1.0843\n", at: 1)
            #expect(first == .init(new: 2))
            #expect(
                try insert("2026-04-30,EUR,USD,1.08430\n2026-04-30,EUR,GBP,0.85\n", at: 2) == .init(new: 1, known: 1))
            let failure = refusal { _ = try insert("2026-04-30,EUR,JPY,150\n2026-04-30,EUR,USD,1.09\n", at: 3) }
            #expect(
                failure?.problems.map(\.description) == [
                    "rates.csv:3:20: 2026-04-30 EUR 1 = USD 1.09, and 1.0843 is known "
                        + "(expected the same rate; or --correct with a --reason)"
                ])
            #expect(try insert("2026-04-30,EUR,USD,1.09\n", at: 4, correction: "typing") == .init(corrected: 1))
            func rates(_ seconds: Int64?) throws -> [String] {
                try store.read {
                    try ExchangeRateRecords.rates(
                        knownAt: seconds.map { Instant(microseconds: $0 * 1_000_000) }, in: $0
                    ).map { "\($0)" }
                }
            }
            #expect(
                try rates(nil) == [
                    "2026-04-29 EUR 1 = USD 1.08", "2026-04-30 EUR 1 = GBP 0.85", "2026-04-30 EUR 1 = USD 1.09",
                ])
            #expect(try rates(3).last == "2026-04-30 EUR 1 = USD 1.0843")
            let rate = try store.read {
                try ExchangeRateRecords.table(knownAt: nil, in: $0).rate(from: .usd, to: .gbp, on: day("2026-05-02"))
            }
            #expect(rate.derivation == .cross(.eur) && rate.date == day("2026-04-30"))
            #expect(throws: StoreError.appendOnly(table: "exchange_rate")) {
                try store.write { _ = try $0.execute("UPDATE exchange_rate SET rate = '2'") }
            }
        }
    }
}
