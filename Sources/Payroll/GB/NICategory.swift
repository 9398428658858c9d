/// A National Insurance category letter.
///
/// Source: GOV.UK, "National Insurance rates and categories: category letters".
package enum NICategory: String, CaseIterable, Sendable, Hashable, Codable {
    /// A: everyone who is in no other group.
    case a = "A"
    /// B: married women and widows with a reduced rate.
    case b = "B"
    /// C: over State Pension age.
    case c = "C"
    /// D: investment zone, deferment.
    case d = "D"
    /// E: investment zone, reduced rate.
    case e = "E"
    /// F: freeport.
    case f = "F"
    /// H: apprentice under 25.
    case h = "H"
    /// I: freeport, reduced rate.
    case i = "I"
    /// J: deferment, because another job pays it.
    case j = "J"
    /// K: investment zone, over State Pension age.
    case k = "K"
    /// L: freeport, deferment.
    case l = "L"
    /// M: under 21.
    case m = "M"
    /// N: investment zone.
    case n = "N"
    /// S: freeport, over State Pension age.
    case s = "S"
    /// V: veteran in the first civilian job.
    case v = "V"
    /// X: nobody pays, e.g. because the employee is under 16; nothing is reported either.
    case x = "X"
    /// Z: under 21, deferment.
    case z = "Z"

    /// Reads the letter, small or capital.
    package init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count == 1,
            let category = Self(rawValue: String(UnicodeScalar(ASCII.uppercased(bytes[0]))))
        else { return nil }
        self = category
    }

    /// The letters as one list, for messages.
    package static let expectedLetters = allCases.map(\.rawValue).joined(separator: " ")

    @inline(__always)
    var index: Int {
        switch self {
        case .a: 0
        case .b: 1
        case .c: 2
        case .d: 3
        case .e: 4
        case .f: 5
        case .h: 6
        case .i: 7
        case .j: 8
        case .k: 9
        case .l: 10
        case .m: 11
        case .n: 12
        case .s: 13
        case .v: 14
        case .x: 15
        case .z: 16
        }
    }
}
