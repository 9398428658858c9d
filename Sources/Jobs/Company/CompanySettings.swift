import Amounts
import Calendars
import Configuration
import Diagnostics
import Mail
import Store

/// What `config/company.yaml` says.
package struct CompanySettings: Sendable {
    package var name: String
    package var currency: Currency
    /// IANA name: `Europe/London`.
    package var timeZone: String
    package var store: StoreURL
    package var mail: MailSettings?

    static func load(directory: String, problems: inout ProblemList) -> CompanySettings? {
        guard
            let document = YAMLDocument(
                contentsOf: directory + "/" + Company.settingsFile, shownAs: Company.settingsFile, problems: &problems)
        else { return nil }
        return document.mapping(&problems) { map in
            let name = map.required("company", .text)
            let currency = map.required("currency", .currency)
            let timeZone = map.required("time_zone", .timeZoneName)
            let address = map.required("store", .storeAddress)
            let mail = map.optionalMapping("mail") { MailSettings($0, directory: directory) }
            guard let store = StoreURL(address) else { return nil }
            return CompanySettings(name: name, currency: currency, timeZone: timeZone, store: store, mail: mail)
        }
    }
}

extension ScalarReader<String> {
    /// `sqlite:var/steward.db` or `postgresql://…`.
    package static let storeAddress = ScalarReader(
        "the address of a store", expected: "e.g. sqlite:var/steward.db or postgresql://steward@localhost/steward",
        placeholder: ""
    ) { StoreURL($0) == nil ? nil : $0 }

    /// The name of a time zone in the IANA database, which the machine must know.
    package static let timeZoneName = ScalarReader(
        "a time zone", expected: "an IANA name, e.g. Europe/London", placeholder: "UTC"
    ) { TimeZoneName.isKnown($0) ? $0 : nil }
}
