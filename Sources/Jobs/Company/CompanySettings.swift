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
    /// What days and times without a zone of their own are in.
    package var timeZone: ZoneRules
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
            let timeZone = map.required("time_zone", .zone)
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
}
