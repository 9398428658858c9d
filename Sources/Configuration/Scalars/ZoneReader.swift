import Calendars

extension ScalarReader<ZoneRules> {
    /// The rules of a time zone by its name in the IANA database, which the machine must know.
    package static let zone = zone(in: .system)

    package static func zone(in database: ZoneDatabase) -> ScalarReader {
        let expected = "an IANA name, e.g. Europe/London"
        return ScalarReader(expected: "a time zone, \(expected)", placeholder: .utc) { text throws(ScalarRejection) in
            do throws(ZoneError) {
                return try database.rules(named: text)
            } catch {
                switch error {
                case .notAName(_, let suggestion), .unknown(_, _, let suggestion):
                    let hint = suggestion.map { "; did you mean \"\($0)\"?" } ?? ""
                    throw ScalarRejection("is not a time zone\(hint)", expected: expected)
                case .damaged: throw ScalarRejection("cannot be used: \(error.failure.summary)")
                }
            }
        }
    }
}
