import Diagnostics

/// An employee's tax code: how much of the pay is free, or at which rate all of it is taxed.
///
/// ```swift
/// TaxCode("1257L")      // 12,579 a year free, cumulative
/// TaxCode("s1257l m1")  // the same with the Scottish bands, on the pay of this month alone
/// TaxCode("K475")       // 4,759 a year added to the pay
/// TaxCode("SD1")        // all pay at the Scottish higher rate
/// ```
/// Case and blanks do not matter. `W1`, `M1`, `W1/M1` and `X` at the end all mean the week-1 or month-1 basis.
///
/// Source: GOV.UK, "What your tax code means"; HMRC, "Specification for PAYE tax table routines", v24.0, definitions of
/// codes; numbers of up to six digits.
package struct TaxCode: Hashable, Sendable {
    package enum Rule: Hashable, Sendable {
        /// A suffix code (and 0T, number 0): the number times ten, plus nine, is free of tax in a year.
        case allowance(number: Int32)
        /// A K code: the number times ten, plus nine, is added to the pay of a year.
        case additionalPay(number: Int32)
        /// BR: all pay at the basic rate.
        case basicRate
        /// D0, D1, …: all pay at the rate `steps` above the basic rate; D0 is one step.
        case higherRate(steps: Int8)
        /// NT: no tax.
        case noTax
    }

    package let region: GBRegion
    package let rule: Rule
    /// The letter after the number: L, M, N or T. It says why the number is what it is and changes no sum.
    package let suffix: Suffix?
    /// The week-1 or month-1 basis: each payment stands alone.
    package let isNonCumulative: Bool

    package enum Suffix: UInt8, CaseIterable, Sendable, Hashable {
        case l = 76, m = 77, n = 78, t = 84

        var letter: String { String(UnicodeScalar(rawValue)) }
    }

    /// What a tax code looks like, for messages.
    package static let expected = "e.g. 1257L, K475, BR, S1257L M1"

    /// Nil when the text is not a code that HMRC issues. A D code may still have no rate in one region or year:
    /// `GBPack.problem(with:)`.
    package init?(_ text: some StringProtocol) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(12)
        for byte in text.utf8 where byte != UInt8(ascii: " ") && byte != UInt8(ascii: "\t") {
            guard bytes.count < 16 else { return nil }
            bytes.append(ASCII.uppercased(byte))
        }
        self.init(normalized: bytes)
    }

    private init?(normalized bytes: [UInt8]) {
        var code = bytes[...]
        isNonCumulative = Self.removeBasis(from: &code)

        switch code.first {
        case UInt8(ascii: "S"): region = .scotland
        case UInt8(ascii: "C"): region = .wales
        default: region = .restOfUK
        }
        if region != .restOfUK { code = code.dropFirst() }

        if code.elementsEqual("BR".utf8) {
            (rule, suffix) = (.basicRate, nil)
        } else if code.elementsEqual("NT".utf8) {
            // No tax is no tax in every region; HMRC issues it without a prefix.
            guard region == .restOfUK else { return nil }
            (rule, suffix) = (.noTax, nil)
        } else if code.count == 2, code.first == UInt8(ascii: "D"), let digit = code.last,
            (UInt8(ascii: "0")...UInt8(ascii: "3")).contains(digit)
        {
            (rule, suffix) = (.higherRate(steps: Int8(digit - UInt8(ascii: "0")) + 1), nil)
        } else if code.first == UInt8(ascii: "K") {
            guard let number = Self.number(code.dropFirst()), number > 0 else { return nil }
            (rule, suffix) = (.additionalPay(number: number), nil)
        } else {
            guard let letter = code.last, let suffix = Suffix(rawValue: letter),
                let number = Self.number(code.dropLast()), number > 0 || suffix == .t
            else { return nil }
            (rule, self.suffix) = (.allowance(number: number), suffix)
        }
    }

    private static let bases: [[UInt8]] = ["W1/M1", "W1M1", "W1", "M1", "X"].map { Array($0.utf8) }

    /// Takes the mark of the week-1 or month-1 basis off the end; whether there was one.
    ///
    /// `1257M1` is no code with a mark (a number needs its letter), so the longest mark that is there is the mark.
    private static func removeBasis(from code: inout ArraySlice<UInt8>) -> Bool {
        for basis in bases where code.suffix(basis.count).elementsEqual(basis) {
            code = code.dropLast(basis.count)
            return true
        }
        return false
    }

    /// One to six digits with no leading zero, but 0 itself.
    private static func number(_ digits: ArraySlice<UInt8>) -> Int32? {
        guard (1...6).contains(digits.count), digits.count == 1 || digits.first != UInt8(ascii: "0") else { return nil }
        var value: Int32 = 0
        for digit in digits {
            guard ASCII.isDigit(digit) else { return nil }
            value = value * 10 + Int32(digit - UInt8(ascii: "0"))
        }
        return value
    }

    /// The same code on the week-1 or month-1 basis.
    package var onNonCumulativeBasis: TaxCode {
        TaxCode(region: region, rule: rule, suffix: suffix, isNonCumulative: true)
    }

    /// A code without a prefix as the one of `region`; nil when the code names another region.
    func inRegion(_ region: GBRegion) -> TaxCode? {
        guard self.region == .restOfUK || self.region == region else { return nil }
        return TaxCode(region: region, rule: rule, suffix: suffix, isNonCumulative: isNonCumulative)
    }

    private init(region: GBRegion, rule: Rule, suffix: Suffix?, isNonCumulative: Bool) {
        self.region = region
        self.rule = rule
        self.suffix = suffix
        self.isNonCumulative = isNonCumulative
    }

    /// 0T: no allowance, all bands.
    static let nothingKnown = TaxCode(
        region: .restOfUK, rule: .allowance(number: 0), suffix: .t, isNonCumulative: false)

    /// `tax_code "12S7L" is not a UK tax code (expected e.g. 1257L, K475, BR, S1257L M1)`.
    package static func problem(_ text: String, in field: String, at location: SourceLocation? = nil) -> Problem {
        Problem("\(field) \"\(text)\" is not a UK tax code", expected: expected, at: location)
    }
}

extension TaxCode: CustomStringConvertible {
    /// In capitals; ` X` marks the week-1 or month-1 basis: `S1257L X`.
    package var description: String { codeText + (isNonCumulative ? " X" : "") }

    /// As payslips write it: `S1257L M1` for a monthly, `S1257L W1` for any other employee.
    package func text(for frequency: PayFrequency) -> String {
        codeText + (isNonCumulative ? (frequency == .monthly ? " M1" : " W1") : "")
    }

    /// The code without its basis, as the tax authority is told it: `S1257L`.
    package var codeText: String {
        let letter = suffix?.letter ?? ""
        return region.codePrefix
            + {
                switch rule {
                case .allowance(let number): "\(number)\(letter)"
                case .additionalPay(let number): "K\(number)"
                case .basicRate: "BR"
                case .higherRate(let steps): "D\(steps - 1)"
                case .noTax: "NT"
                }
            }()
    }
}
