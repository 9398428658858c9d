import Calendars
import Configuration
import Crypto
import Diagnostics
import Synchronization

/// The business calendars of a company, each file read once for all the jobs that name it.
///
/// It belongs to one reading of the jobs: the next reading sees files that were changed meanwhile.
final class CompanyCalendars: Sendable {
    private struct Known {
        var calendar: BusinessCalendar
        /// Tells the file from itself as it was.
        var fingerprint: String
    }

    private let company: Company
    /// Those that are sound; what is wrong with the others is told wherever they are named.
    private let known = Mutex<[String: Known]>([:])

    init(of company: Company) {
        self.company = company
    }

    /// The calendar of that name; nil when anything about it was reported.
    ///
    /// - Parameter location: where it is asked for.
    func calendar(
        named name: String, askedForAt location: SourceLocation, problems: inout ProblemList
    ) -> BusinessCalendar? {
        if let known = known.withLock({ $0[name] }) { return known.calendar }
        let calendar = BusinessCalendarFile.calendar(
            named: name, ofCompanyAt: company.directory, askedForAt: location, problems: &problems)
        guard let calendar else { return nil }
        let fresh = Known(calendar: calendar, fingerprint: fileFingerprint(of: name))
        // Another thread may have been quicker.
        return known.withLock { known in
            let kept = known[name] ?? fresh
            known[name] = kept
            return kept.calendar
        }
    }

    /// What tells the file of a calendar from itself as it was.
    func fingerprint(of name: String) -> String {
        known.withLock { $0[name]?.fingerprint } ?? fileFingerprint(of: name)
    }

    private func fileFingerprint(of name: String) -> String {
        let path = "\(BusinessCalendarFile.folder)/\(name).yaml"
        let bytes =
            (try? SourceFile.bytes(
                of: company.path(path), shownAs: path, maximumFileBytes: YAMLDocument.maximumFileBytes)) ?? []
        return String(SHA256.hash(data: bytes).hexText.prefix(16))
    }
}
