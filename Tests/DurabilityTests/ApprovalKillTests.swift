import Calendars
import CompanyFixtures
import Diagnostics
import Foundation
import Jobs
import Store
import TestSupport
import Testing

/// The way of a payroll through its approval, with the program killed at each place on it.
@Suite struct ApprovalKillTests {
    private static let run = ["run", "payroll-monthly", "--period", "2026-04"]
    private static let approve = ["run", "approve", "1", "--note", "checked"]

    /// A company whose monthly payroll waits for an approval, which whoever runs the tests may give.
    private func site(_ database: Database, in directory: URL) throws -> Site {
        let site = try Site.make(database, in: directory)
        let job = site.directory.appending(path: "jobs/payroll-monthly.yaml")
        try (String(contentsOf: job, encoding: .utf8) + "approval: {role: lead}\n")
            .write(to: job, atomically: true, encoding: .utf8)
        try site.letTester(have: "lead")
        return site
    }

    /// What depends on how often a mail was tried, and on the process that did.
    private static let deliveries: Set = ["outbox_delivery", "outbox_event"]

    /// Kills a command at every place that it reaches, gives it again, and compares the store with an undisturbed one.
    ///
    /// - Parameter status: of the command given again.
    /// - Returns: the places.
    private func killEverywhere(
        _ command: [String], from start: Site, expecting ending: Int32, again status: (String) -> Int32
    ) throws -> [String] {
        try start.killEverywhere(command, ending: [ending]) { site in
            try site.dump(omitting: Self.deliveries)
        } check: { place, site, expected in
            let again = try site.steward(command)
            #expect(again.status == status(place), "\(place): \(again.status) \(again.text)")
            let difference = StoreDump.difference(try site.dump(omitting: Self.deliveries), from: expected)
            #expect(difference.isEmpty, "\(place): \(difference.joined(separator: "\n"))")
        }
    }

    @Test(arguments: Database.available)
    func `a payroll that is killed on its way to the gate proposes the same once`(database: Database) throws {
        try withTemporaryDirectory { directory in
            let start = try site(database, in: directory)
            let places = try killEverywhere(Self.run, from: start, expecting: 5) { _ in 5 }
            for place in ["run.claimed:1", "run.commit.before:4", "run.gate.before:1", "run.gate.after:1"] {
                #expect(places.contains(place), "\(places)")
            }
            // Nothing has taken effect, so the end of a run is not reached.
            #expect(!places.contains("run.finish.before:1"))
        }
    }

    @Test(arguments: Database.available)
    func `an approval is given once, wherever its command is killed`(database: Database) throws {
        try withTemporaryDirectory { directory in
            let start = try site(database, in: directory)
            try start.propose("payroll-monthly", "2026-04", now: Site.now)
            let places = try killEverywhere(Self.approve, from: start, expecting: 0) { place in
                // It was given: there is nothing left to approve.
                place == "run.decision.after:1" ? 6 : 0
            }
            #expect(places == ["run.decision.before:1", "run.decision.after:1"])
        }
    }

    @Test(arguments: Database.available)
    func `an approved payroll that is killed posts what was approved, once`(database: Database) throws {
        try withTemporaryDirectory { directory in
            let start = try site(database, in: directory)
            try start.propose("payroll-monthly", "2026-04", now: Site.now)
            try start.mustDo(Self.approve)
            let places = try killEverywhere(Self.run, from: start, expecting: 3) { place in
                // From there on the run is done; the request for approval may still be on its way.
                place == "run.finish.after:1" || place.hasPrefix("outbox.") ? 0 : 3
            }
            for place in [
                "run.gate.before:1", "run.gate.after:1", "run.commit.before:1", "run.commit.after:1",
                "run.finish.before:1", "run.finish.after:1",
            ] {
                #expect(places.contains(place), "\(places)")
            }
        }
    }
}
