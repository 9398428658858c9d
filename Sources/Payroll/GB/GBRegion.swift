/// Whose income tax bands a tax code uses.
package enum GBRegion: String, CaseIterable, Sendable, Hashable, Codable {
    /// England and Northern Ireland: codes with no prefix.
    case restOfUK = "RUK"
    /// Codes that begin with S.
    case scotland = "SCT"
    /// Codes that begin with C (Cymru).
    case wales = "WLS"

    /// `""`, `S` or `C`: the first letter of its tax codes.
    package var codePrefix: String {
        switch self {
        case .restOfUK: ""
        case .scotland: "S"
        case .wales: "C"
        }
    }

    /// For people.
    package var name: String {
        switch self {
        case .restOfUK: "England and Northern Ireland"
        case .scotland: "Scotland"
        case .wales: "Wales"
        }
    }

    /// Its key in a pack.
    var packKey: String {
        switch self {
        case .restOfUK: "rest_of_uk"
        case .scotland: "scotland"
        case .wales: "wales"
        }
    }
}
