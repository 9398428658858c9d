/// A currency of ISO 4217, with the number of its decimal places.
///
/// Source: ISO 4217:2015, "List one" as published by SIX (the maintenance agency), as of 2026: XCG and ZWG are in; ANG,
/// HRK, SLL and ZWL are out, and so is BGN, which the euro replaced on 2026-01-01. Funds codes, precious metals, units
/// of account between states and test codes are left out, for nobody is paid in them; CLF and UYW are in, for rents and
/// contracts are written in them.
package struct Currency: Hashable, Sendable, CustomStringConvertible {
    /// The three letters, packed, so that comparing two currencies is comparing two integers.
    @usableFromInline let packed: UInt32

    /// Decimal places of the minor unit: JPY 0, GBP 2, KWD 3.
    package let exponent: UInt8

    @usableFromInline
    init(packed: UInt32, exponent: UInt8) {
        self.packed = packed
        self.exponent = exponent
    }

    /// The currency with this ISO 4217 code in capitals, or nil when there is none.
    package init?(_ code: some StringProtocol) {
        guard let packed = Self.pack(code), let exponent = Self.exponents[packed] else { return nil }
        self.init(packed: packed, exponent: exponent)
    }

    /// The ISO 4217 code: `GBP`.
    package var code: String {
        withUnsafeBytes(of: ascii) { String(decoding: $0, as: UTF8.self) }
    }

    /// The three letters as bytes, for those who write many.
    @inlinable
    package var ascii: (UInt8, UInt8, UInt8) {
        (
            UInt8(truncatingIfNeeded: packed >> 16), UInt8(truncatingIfNeeded: packed >> 8),
            UInt8(truncatingIfNeeded: packed)
        )
    }

    package var description: String { code }

    /// Minor units in one major unit: 100 for GBP.
    @inlinable package var minorUnitsPerMajorUnit: Int64 { ExactDecimal.powersOfTen64[Int(exponent)] }

    package static let gbp = Currency(packed: 0x474250, exponent: 2)
    package static let eur = Currency(packed: 0x455552, exponent: 2)
    package static let usd = Currency(packed: 0x555344, exponent: 2)
    package static let jpy = Currency(packed: 0x4A5059, exponent: 0)
    package static let kwd = Currency(packed: 0x4B5744, exponent: 3)

    private static func pack(_ code: some StringProtocol) -> UInt32? {
        var packed: UInt32 = 0
        var count = 0
        for byte in code.utf8 {
            guard (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte), count < 3 else { return nil }
            packed = packed << 8 | UInt32(byte)
            count += 1
        }
        return count == 3 ? packed : nil
    }

    private static let codesByExponent: [(exponent: UInt8, codes: String)] = [
        (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"),
        (
            2,
            """
            AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC \
            CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR \
            JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD \
            NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN \
            SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG
            """
        ),
        (3, "BHD IQD JOD KWD LYD OMR TND"),
        (4, "CLF UYW"),
    ]

    private static let exponents: [UInt32: UInt8] = {
        var table: [UInt32: UInt8] = [:]
        for (exponent, codes) in codesByExponent {
            for code in codes.split(separator: " ") {
                if let packed = pack(code) { table[packed] = exponent }
            }
        }
        return table
    }()
}
