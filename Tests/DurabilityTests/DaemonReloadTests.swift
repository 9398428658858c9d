import CompanyFixtures
import Diagnostics
import Foundation
import TestSupport
import Testing

/// What a living daemon takes over of a changed configuration.
@Suite struct DaemonReloadTests {
    private func edit(_ site: Site, _ change: (String) -> String) throws {
        let file = site.directory.appending(path: "config/company.yaml")
        try change(String(contentsOf: file, encoding: .utf8)).write(to: file, atomically: true, encoding: .utf8)
    }

    private func next(_ site: Site) throws -> String {
        try site.withStore { store in
            try store.read {
                try $0.first("SELECT next_at FROM job_schedule WHERE job = 'payroll-weekly'") { "\(try $0.instant(0))" }
                    ?? ""
            }
        }
    }

    @Test func `a reload takes over the company's zone and mail, and refuses another store`() throws {
        try withTemporaryDirectory { directory in
            let site = try Site.make(.sqlite, in: directory)
            try site.keepJobs(["payroll-weekly"])
            try site.append("schedule: {on: {weekday: tuesday}, at: \"07:00\"}", to: "jobs/payroll-weekly.yaml")
            try "http: {enabled: false}\n".write(
                to: site.directory.appending(path: "config/daemon.yaml"), atomically: true, encoding: .utf8)
            let daemon = try DaemonProcess(site, shiftSeconds: 0)
            try daemon.wait(upTo: 60, for: "the schedules were not read") { try site.count("job_schedule") == 1 }
            let london = try next(site)

            try edit(site) { $0.replacing("time_zone: Europe/London", with: "time_zone: Asia/Tokyo") }
            let reloaded = try site.steward(["daemon", "reload"])
            #expect(reloaded.status == 0, "\(reloaded.text)")
            let tokyo = try next(site)
            #expect(tokyo.hasSuffix("T22:00:00Z") && tokyo != london)

            try edit(site) {
                $0.replacing("var/outbox", with: "var/post").replacing("var/steward.db", with: "var/other.db")
            }
            let refused = try site.steward(["daemon", "reload"])
            #expect(refused.status == ExitCode.usage.rawValue && refused.text.contains("sqlite:var/other.db"))
            #expect(refused.text.contains("stop it, then start it again"))

            try edit(site) { $0.replacing("var/other.db", with: "var/steward.db") }
            #expect(try site.steward(["daemon", "reload"]).status == 0)
            daemon.terminate()
            #expect(daemon.process.terminationStatus == 0, "\(daemon.log)")
        }
    }
}
