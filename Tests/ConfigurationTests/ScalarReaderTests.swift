import Amounts
import Calendars
import Diagnostics
import Testing

@testable import Configuration

/// The value as text, or the sentence that refuses it.
private func read<Value>(_ reader: ScalarReader<Value>, _ text: String) -> String {
    do throws(ScalarRejection) {
        return "\(try reader.read(text))"
    } catch {
        return error.problem(name: "x", value: text, at: nil).description
    }
}

@Suite struct ScalarReaderTests {
    @Test(arguments: [
        ("7", "7"), ("-7", "-7"), ("0", "0"), ("100", "100"),
        ("101", "x \"101\" is out of range (expected a whole number, -10 to 100)"),
        ("99999999999999999999", "x \"99999999999999999999\" is out of range (expected a whole number, -10 to 100)"),
        ("1_0", "x \"1_0\" is not a whole number (expected plain digits, -10 to 100)"),
        ("1e1", "x \"1e1\" is not a whole number (expected plain digits, -10 to 100)"),
        ("010", "x \"010\" is not a whole number (expected plain digits, -10 to 100)"),
        ("0x1", "x \"0x1\" is not a whole number (expected plain digits, -10 to 100)"),
        ("0o7", "x \"0o7\" is not a whole number (expected plain digits, -10 to 100)"),
        ("+7", "x \"+7\" is not a whole number (expected plain digits, -10 to 100)"),
        ("7.0", "x \"7.0\" is not a whole number (expected plain digits, -10 to 100)"),
        ("-", "x \"-\" is not a whole number (expected plain digits, -10 to 100)"),
        (" 7", "x \" 7\" is not a whole number (expected plain digits, -10 to 100)"),
        ("٧", "x \"٧\" is not a whole number (expected plain digits, -10 to 100)"),
        ("", "x \"\" is not a whole number (expected plain digits, -10 to 100)"),
    ]) func `a whole number is plain digits within its range`(text: String, expected: String) {
        #expect(read(.integer(-10...100), text) == expected)
    }

    @Test(arguments: ["yes", "no", "on", "True", "TRUE", "1", "y", "~"])
    func `only true and false are yes or no`(text: String) {
        #expect(read(.bool, "true") == "true")
        #expect(read(.bool, "false") == "false")
        #expect(read(.bool, text) == "x \"\(text)\" is not a yes-or-no value (expected true or false)")
    }

    @Test(arguments: [
        ("8%", "0.08"), ("0.08", "0.08"), ("-1.5%", "-0.015"),
        ("8 %", "x \"8 %\" is not a rate (expected e.g. 8% or 0.08)"),
        ("8,5%", "x \"8,5%\" is not a rate (expected e.g. 8% or 0.08)"),
        (".08", "x \".08\" is not a rate (expected e.g. 8% or 0.08)"),
        ("1e-2", "x \"1e-2\" is not a rate (expected e.g. 8% or 0.08)"),
    ]) func `a rate is a percentage or a factor`(text: String, expected: String) {
        #expect(read(.rate, text) == expected)
    }

    @Test(arguments: [
        ("2026-11-21", "2026-11-21"),
        ("2026-02-29", "x \"2026-02-29\" is no day of the calendar (expected a day that exists, as YYYY-MM-DD)"),
        ("2026-1-2", "x \"2026-1-2\" is not a date (expected YYYY-MM-DD, e.g. 2026-11-21)"),
        ("21/11/2026", "x \"21/11/2026\" is not a date (expected YYYY-MM-DD, e.g. 2026-11-21)"),
        ("2026-11-21T00:00:00Z", "x \"2026-11-21T00:00:00Z\" is not a date (expected YYYY-MM-DD, e.g. 2026-11-21)"),
    ]) func `a date is a day that exists`(text: String, expected: String) {
        #expect(read(.date, text) == expected)
    }

    @Test(arguments: [
        ("06:00", "06:00"), ("23:59", "23:59"),
        ("6:00", "x \"6:00\" is not a time (expected HH:MM, e.g. 06:00)"),
        ("24:00", "x \"24:00\" is not a time (expected HH:MM, e.g. 06:00)"),
        ("06:60", "x \"06:60\" is not a time (expected HH:MM, e.g. 06:00)"),
        ("360", "x \"360\" is not a time (expected HH:MM, e.g. 06:00)"),
    ]) func `a time has hours and minutes`(text: String, expected: String) {
        #expect(read(.time, text) == expected)
    }

    @Test func `money has the decimal places of its currency`() {
        #expect(read(.money(.gbp), "1250.5") == "GBP 1250.50")
        #expect(read(.money(.gbp), "1250.500") == "GBP 1250.50")
        #expect(read(.money(.jpy), "1250") == "JPY 1250")
        #expect(read(.money(.kwd), "1.005") == "KWD 1.005")
        #expect(
            read(.money(.jpy), "12.5") == "x \"12.5\" has more decimal places than JPY (expected at most 0)")
        #expect(
            read(.money(.jpy), "1,250")
                == "x \"1,250\" is not an amount of JPY (expected e.g. 1250: no separators, no sign of the currency)")
        #expect(read(.nonNegativeMoney(.gbp), "-0.01") == "x \"-0.01\" is negative (expected zero or more)")
        #expect(read(.nonNegativeMoney(.gbp), "0") == "GBP 0.00")
        #expect(read(.positiveMoney(.gbp), "0") == "x \"0\" is not above zero (expected more than zero)")
        #expect(ScalarReader.money(.kwd).expected.contains("e.g. 1250.000"))
    }

    @Test func `a choice names the choices, and the one that was likely meant`() {
        #expect(read(.granularity, "week") == "week")
        #expect(
            read(.granularity, "weak")
                == "x \"weak\" is not one of the choices; did you mean \"week\"? (expected day, week, month, quarter, year or instant)"
        )
        #expect(
            read(.weekday, "Monday")
                == "x \"Monday\" is not one of the choices; did you mean \"monday\"? (expected monday, tuesday, wednesday, thursday, friday, saturday or sunday)"
        )
    }

    @Test(arguments: [
        ("basic_pay-2", true), ("a", true), ("A", false), ("2a", false), ("-a", false), ("a.b", false), ("", false),
        ("é", false), (String(repeating: "a", count: 64), true), (String(repeating: "a", count: 65), false),
    ]) func `a name is small letters, digits and joints`(text: String, isName: Bool) {
        #expect((try? ScalarReader.identifier.read(text)) == (isName ? text : nil))
        #expect((try? ScalarReader.dottedName.read("x." + text)) == (isName || text == "a.b" ? "x." + text : nil))
    }

    @Test func `a formula name has no dash`() {
        #expect(read(.variable, "hours_worked") == "hours_worked")
        #expect(
            read(.variable, "hours-worked")
                == "x \"hours-worked\" is not a formula name (expected small letters, digits and _, at most 64, beginning with a letter)"
        )
    }

    @Test(arguments: [
        ("Zoë 李 👩‍👩‍👧", "Zoë 李 👩‍👩‍👧"),
        ("a\nb", "x \"a\\nb\" has a line break or a tab in it (expected one line of text)"),
        ("a ", "x \"a \" has a space at its start or end (expected text without spaces around it)"),
        ("\u{A0}a", "x \"\\u{00A0}a\" has a space at its start or end (expected text without spaces around it)"),
        (
            "a\u{1B}[2J",
            "x \"a\\u{1B}[2J\" has the control character U+001B in it (expected text without control characters)"
        ),
        (
            "a\u{9B}b",
            "x \"a\\u{009B}b\" has the control character U+009B in it (expected text without control characters)"
        ),
        (
            "a\u{FEFF}",
            "x \"a\\u{FEFF}\" has a byte order mark (U+FEFF) in it (expected text; files were joined together, perhaps)"
        ),
        ("12345678901", "x \"12345678901\" is too long: 11 characters (expected at most 10)"),
    ]) func `a text is one line without control characters`(text: String, expected: String) {
        #expect(read(.text(maximumCharacters: 10), text) == expected)
    }

    @Test func `a long text may have lines, and still no control characters`() {
        #expect(read(.longText, "a\n b\t") == "a\n b\t")
        #expect(read(.longText, "a\u{0}").hasSuffix("(expected text without control characters)"))
    }

    @Test func `a long value is cut in a message`() {
        #expect(Quoted.text(String(repeating: "é", count: 70)) == "\"" + String(repeating: "é", count: 60) + "…\"")
    }

    @Test func `periods, moments, currencies and quantities are read in their one form`() {
        #expect(read(.period, "2026-W47") == "2026-W47")
        #expect(read(.period, "2026-13").hasPrefix("x \"2026-13\" is not a period (expected e.g. 2026-11-21"))
        #expect(read(.instant, "2026-11-21T20:14:04Z") == "2026-11-21T20:14:04Z")
        #expect(read(.currency, "GBP") == "GBP")
        #expect(read(.currency, "gbp") == "x \"gbp\" is not a currency (expected an ISO 4217 code, e.g. GBP)")
        #expect(read(.quantity, "37.5") == "37.5")
        #expect(
            read(.decimal, "1.")
                == "x \"1.\" is not a decimal number (expected e.g. 1250.50: digits, a point, no separators, at most 18 decimal places)"
        )
    }
}
