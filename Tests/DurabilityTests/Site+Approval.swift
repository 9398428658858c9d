import Calendars
import CompanyFixtures
import Foundation
import Jobs
import Testing

extension Site {
    /// Gives whoever runs the tests a role.
    func letTester(have role: String) throws {
        let account = try #require(getpwuid(getuid())?.pointee.pw_name.map { String(cString: $0) })
        try "users:\n  - {name: Ann Lee, email: ann@example.com, accounts: [\"\(account)\"], roles: [\(role)]}\n"
            .write(to: directory.appending(path: "config/users.yaml"), atomically: true, encoding: .utf8)
    }

    /// Somebody else asks for a run, which then waits for an approval.
    func propose(_ job: String, _ period: String, now: String) throws {
        let company = try Company.load(from: directory.path)
        let declaration = try JobCatalog.load(for: company, kinds: DemoCompany.kinds).job(job)
        let (now, period) = (try #require(Instant(now)), try #require(Period(period)))
        try withStore { store in
            let record = try RunExecutor(
                company: company, store: store, kinds: DemoCompany.kinds, clock: FixedClock(now), person: "clerk"
            ).run(declaration, period: period, parameters: declaration.parameters, trigger: .person).record
            #expect(record.state == .waitingApproval)
        }
    }
}
