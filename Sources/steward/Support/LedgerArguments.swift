import Amounts
import Calendars
import Configuration
import Diagnostics
import Ledger

/// What several commands of the books are told.
extension CommandContext {
    /// Today in the company's time zone.
    var today: CalendarDate { company.settings.timeZone.date(of: clock.now()) }

    /// A day that a person wrote; today where they wrote none.
    func day(_ text: String?, option: String) throws -> CalendarDate {
        guard let text else { return today }
        return try read(text, .date, option)
    }

    /// - Throws: a failure that names the option and its value.
    func read<Value>(_ text: String, _ reader: ScalarReader<Value>, _ option: String) throws -> Value {
        do throws(ScalarRejection) {
            return try reader.read(text)
        } catch {
            throw Failure(.usage, error.problem(name: option, value: text, at: nil).description)
        }
    }

    func item(_ text: String) throws -> OpenItem.ID {
        guard let item = OpenItem.ID(text) else {
            throw Failure(
                .usage, "\"\(text)\" is no open item.",
                advice: "Write the number of its entry and of its line: 12.3. `steward ledger items` lists them.")
        }
        return item
    }

    /// Which open items a person asks for.
    func selection(account: String?, party: String?, isWithSettled: Bool = false) throws -> OpenItemRecords.Selection {
        let chart = try ChartOfAccounts.load(for: company)
        return OpenItemRecords.Selection(
            account: try account.map { try chart.account(named: $0).code },
            party: try party.map { try read($0, .party, "--party") }, isWithSettled: isWithSettled)
    }
}
