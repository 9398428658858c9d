import Amounts
import Calendars
import Configuration
import Diagnostics

/// Reads the XML of the European Central Bank: `<Cube time='2024-01-05'><Cube currency='USD' rate='1.0921'/>…`.
///
/// The file is flat and has no text that matters, so that its tags are read one by one; a parser of all of XML would cost
/// every start of the program. What is no tag of such a file is a problem: a document type, which could hold entities,
/// too.
struct ECBRateXML {
    private let bytes: [UInt8]
    private let name: String
    private var position = 0
    private var line = 1
    private var lineStart = 0
    private var day: CalendarDate?
    private var rates: [ExchangeRateRecords.New] = []
    /// The elements that are open.
    private var open: [String] = []
    private var hasEnvelope = false

    private static let maximumDepth = 16
    private static let maximumAttributes = 16

    private init(_ bytes: [UInt8], _ name: String) {
        self.bytes = bytes
        self.name = name
    }

    static func read(
        _ bytes: [UInt8], shownAs name: String, problems: inout ProblemList
    ) -> [ExchangeRateRecords.New] {
        var reader = ECBRateXML(bytes, name)
        do throws(Broken) {
            try reader.readAll(&problems)
        } catch {
            problems.add(error.problem)
        }
        return reader.rates
    }

    /// What ends the reading of the file.
    private struct Broken: Error {
        let problem: Problem
    }

    private func broken(_ message: String, expected: String) -> Broken {
        Broken(problem: Problem(message, expected: expected, at: location(of: position)))
    }

    private func location(of place: Int) -> SourceLocation {
        SourceLocation(file: name, line: line, column: place - lineStart + 1)
    }

    private mutating func advance() {
        if bytes[position] == UInt8(ascii: "\n") {
            line += 1
            lineStart = position + 1
        }
        position += 1
    }

    private mutating func readAll(_ problems: inout ProblemList) throws(Broken) {
        while position < bytes.count {
            guard bytes[position] == UInt8(ascii: "<") else {
                advance()
                continue
            }
            if starts(with: "<!--") {
                try skip(past: "-->")
            } else if starts(with: "<?") {
                try skip(past: "?>")
            } else if starts(with: "<!") {
                throw broken("the file has a document type or CDATA", expected: "the plain XML of the bank")
            } else if starts(with: "</") {
                try readEnd()
            } else {
                try readElement(&problems)
            }
        }
        guard open.isEmpty else {
            throw broken("the file ends within <\(open[open.count - 1])>", expected: "its end: the file may be cut off")
        }
        guard hasEnvelope else { throw broken("the file has no rates of the bank", expected: "<gesmes:Envelope>") }
    }

    private func starts(with text: StaticString) -> Bool {
        text.withUTF8Buffer { bytes[position...].starts(with: $0) }
    }

    private mutating func skip(past text: StaticString) throws(Broken) {
        while position < bytes.count {
            if starts(with: text) {
                for _ in 0..<text.utf8CodeUnitCount { advance() }
                return
            }
            advance()
        }
        throw broken("the file ends within a comment or declaration", expected: "\(text)")
    }

    private mutating func readEnd() throws(Broken) {
        let place = position
        position += 2
        let element = readName()
        skipSpace()
        guard position < bytes.count, bytes[position] == UInt8(ascii: ">"), element == open.last else {
            position = place
            throw broken(
                "</\(element)> stands here", expected: open.last.map { "</\($0)>" } ?? "no further element")
        }
        open.removeLast()
        // A cube with a day ends with its day.
        if open.count < 3 { day = nil }
        advance()
    }

    private mutating func readElement(_ problems: inout ProblemList) throws(Broken) {
        let start = location(of: position)
        advance()
        let element = readName()
        guard !element.isEmpty else { throw broken("\"<\" begins no element", expected: "the name of an element") }
        var attributes: [(name: String, value: String, location: SourceLocation)] = []
        while true {
            skipSpace()
            guard position < bytes.count else { throw broken("the file ends within <\(element)>", expected: ">") }
            if starts(with: "/>") {
                position += 2
                take(element, attributes, at: start, &problems)
                return
            }
            if bytes[position] == UInt8(ascii: ">") {
                advance()
                guard open.count < Self.maximumDepth else {
                    throw broken(
                        "elements are nested deeper than \(Self.maximumDepth)", expected: "the XML of the bank")
                }
                open.append(element)
                take(element, attributes, at: start, &problems)
                return
            }
            let place = location(of: position)
            let attribute = readName()
            guard !attribute.isEmpty, attributes.count < Self.maximumAttributes else {
                throw broken("<\(element)> is not written as XML", expected: "attributes, > or />")
            }
            attributes.append((attribute, try readValue(of: attribute), place))
        }
    }

    private mutating func readName() -> String {
        let start = position
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: ":"), UInt8(ascii: "_"), UInt8(ascii: "-"),
                UInt8(ascii: "."):
                position += 1
                continue
            default: break
            }
            break
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func readValue(of attribute: String) throws(Broken) -> String {
        skipSpace()
        guard position < bytes.count, bytes[position] == UInt8(ascii: "=") else {
            throw broken("the attribute \(attribute) has no value", expected: "\(attribute)='…'")
        }
        advance()
        skipSpace()
        guard position < bytes.count, bytes[position] == UInt8(ascii: "'") || bytes[position] == UInt8(ascii: "\"")
        else {
            throw broken("the value of \(attribute) is not in quotes", expected: "\(attribute)='…'")
        }
        let quote = bytes[position]
        advance()
        let start = position
        while position < bytes.count, bytes[position] != quote {
            guard bytes[position] != UInt8(ascii: "<") else {
                throw broken("\"<\" stands in the value of \(attribute)", expected: "a quote at its end")
            }
            advance()
        }
        guard position < bytes.count else { throw broken("the file ends within a value", expected: "a quote") }
        let value = String(decoding: bytes[start..<position], as: UTF8.self)
        advance()
        return value
    }

    private mutating func skipSpace() {
        while position < bytes.count, bytes[position] <= 0x20 { advance() }
    }

    /// Takes what a cube says.
    private mutating func take(
        _ element: String, _ attributes: [(name: String, value: String, location: SourceLocation)],
        at start: SourceLocation, _ problems: inout ProblemList
    ) {
        if element == "gesmes:Envelope" || element == "Envelope" { hasEnvelope = true }
        guard element == "Cube" else { return }
        func find(_ name: String) -> (value: String, location: SourceLocation)? {
            attributes.first { $0.name == name }.map { ($0.value, $0.location) }
        }
        if let time = find("time") {
            day = CalendarDate(time.value)
            if day == nil {
                problems.add(
                    "time \(Quoted.text(time.value)) is not a date", expected: "e.g. 2024-01-05", at: time.location)
            }
        }
        guard let currency = find("currency") else { return }
        guard let rate = find("rate") else {
            problems.add("the cube of \(Quoted.text(currency.value)) has no rate", expected: "rate='…'", at: start)
            return
        }
        // Currencies that are no more, of countries that have the euro now, stand in the file of all days.
        if Currency(currency.value) == nil, ExchangeRateFile.isCode(currency.value[...]) { return }
        guard let code = Currency(currency.value), code != .eur else {
            problems.add(
                "currency \(Quoted.text(currency.value)) is not a currency", expected: "e.g. USD", at: currency.location
            )
            return
        }
        guard let value = Rate(rate.value), value > .zero, !rate.value.contains("%") else {
            problems.add(
                "rate \(Quoted.text(rate.value)) is not a rate of exchange", expected: "e.g. 1.0921", at: rate.location)
            return
        }
        guard let day else {
            problems.add("the rate of \(code) is of no day", expected: "a cube with a time around it", at: start)
            return
        }
        rates.append(
            .init(rate: ExchangeRate(date: day, base: .eur, quote: code, rate: value), location: rate.location))
    }
}
