import Amounts
import Configuration

/// What GB packs and files of employees and official figures write in one value.

extension ScalarReader<TaxCode> {
    package static let taxCode = ScalarReader(
        "a UK tax code", expected: TaxCode.expected, placeholder: TaxCode.nothingKnown
    ) { TaxCode($0) }
}

extension ScalarReader<NICategory> {
    package static let niCategory = ScalarReader(
        "a National Insurance category letter", expected: "one of \(NICategory.expectedLetters)", placeholder: .a
    ) { NICategory($0) }
}

extension ScalarReader<PayFrequency> {
    package static let payFrequency = ScalarReader.choice(PayFrequency.self)
}

extension ScalarReader<GBTaxYear> {
    package static let gbTaxYear = ScalarReader(
        "a UK tax year", expected: "e.g. 2026-27", placeholder: GBTaxYear.placeholder
    ) { GBTaxYear($0) }
}

extension ScalarReader<FixedRate> {
    static let fixedRate = ScalarReader(
        "a rate", expected: "0% to 100%, at most four decimal places, e.g. 1.85%",
        placeholder: FixedRate(perMillion: 0)
    ) { Rate($0).flatMap(FixedRate.init) }
}

extension ScalarReader<Int64> {
    /// Whole pounds of a statutory table.
    static let pounds = ScalarReader(
        "an amount in whole pounds", expected: "1 to 10000000, in plain digits, e.g. 12570", placeholder: 1
    ) { text in
        guard (1...8).contains(text.utf8.count), text.utf8.allSatisfy(ASCII.isDigit), text.utf8.first != 48,
            let pounds = Int64(text), pounds <= 10_000_000
        else { return nil }
        return pounds
    }
}

extension ScalarReader<Int64?> {
    /// Whole pounds, or nil for `not_collected`.
    static let poundsUnlessNotCollected = ScalarReader(
        "an amount in whole pounds", expected: "e.g. 25000, or not_collected", placeholder: nil
    ) { text in
        if text == "not_collected" { return .some(nil) }
        return (try? ScalarReader<Int64>.pounds.read(text)).map(Optional.some)
    }
}

extension ScalarReader<String> {
    /// The address of a page on the web.
    static let webAddress = ScalarReader("the address of a web page", expected: "https://…", placeholder: "") { text in
        let bytes = text.utf8
        let isPlain = bytes.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\"") }
        return text.hasPrefix("https://") && bytes.count > 8 && bytes.count <= 500 && isPlain ? text : nil
    }
}

extension ScalarReader<GBRegion> {
    static let gbRegion = ScalarReader.choice(GBRegion.self)
}

extension ScalarReader<Bool> {
    /// As tables of official figures write it.
    static let zeroOrOne = ScalarReader("0 or 1", expected: "1 for the week-1 or month-1 basis", placeholder: false) {
        text in
        switch text {
        case "0": false
        case "1": true
        default: nil
        }
    }
}
