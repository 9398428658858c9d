import Calendars
import CompanyFixtures
import Diagnostics
import Foundation
import Jobs
import Ledger
import Store
import TestSupport
import Testing

/// The close of a month, with the program killed at each place on its way: resumed, it comes to the same books.
@Suite struct CloseKillTests {
    private static let close = ["close", "run", "2026-04"]
    private static let now = "2026-05-05T08:00:00Z"

    /// What the close posts: rent, depreciation, and an invoice in dollars at the rate of the last day.
    private static let files = [
        "config/schedules/rent.yaml": """
        recurring: rent
        description: Rent, Mill Lane
        first: 2026-04-01
        every_days: 14
        postings:
          - {account: "7100", debit: 120.00}
          - {account: "2100", credit: 120.00, party: S-1}

        """,
        "assets.csv": """
        asset,name,cost,in_use_from,months,method,debit,credit
        A-17,Loom,1200.00,2026-04-16,12,straight_line,8000,0031

        """,
        "rates.csv": """
        date,base,quote,rate
        2026-04-03,GBP,USD,1.3000
        2026-04-30,GBP,USD,1.2500

        """,
        "april.yaml": """
        entries:
          - entry: INV-1
            date: 2026-04-03
            description: Loom
            postings:
              - {account: "1100", debit: 130.00, currency: USD, party: C-1}
              - {account: "4000", credit: 130.00, currency: USD}

        """,
    ]

    /// A company with a month to close, whose findings are signed off; whoever runs the tests may approve.
    private func site(_ database: Database, in directory: URL) throws -> Site {
        let site = try Site.make(database, in: directory)
        try site.letTester(have: "finance-lead")
        try site.mustDo(["run", "payroll-monthly", "--period", "2026-04"])
        for week in 13...16 { try site.mustDo(["run", "payroll-weekly", "--period", "2026-W\(week)"]) }
        try FileManager.default.createDirectory(
            at: site.directory.appending(path: "config/schedules"), withIntermediateDirectories: true)
        for (name, text) in Self.files {
            try text.write(to: site.directory.appending(path: name), atomically: true, encoding: .utf8)
        }
        func path(_ name: String) -> String { site.directory.appending(path: name).path }
        try site.mustDo(["ledger", "rates", "import", path("rates.csv")])
        try site.mustDo(["ledger", "assets", path("assets.csv")])
        try site.mustDo(["ledger", "post", path("april.yaml")])
        let signed = try site.withCopy { copy in
            // What it stops at is known once it has stopped there.
            for _ in 0..<10 {
                let output = try copy.steward(Self.close, now: Self.now)
                guard output.status == 6 else {
                    #expect(output.status == 5, "\(output.text)")
                    break
                }
                let step = try #require(output.text.firstMatch(of: /stops at ([a-z-]+)/)).1
                let signOff = try copy.steward(
                    ["close", "sign-off", "2026-04", String(step), "--reason", "known"], now: Self.now)
                #expect(signOff.status == 0, "\(signOff.text)")
            }
            return try copy.withStore { store in
                try store.read {
                    try $0.all("SELECT period, step, digest FROM close_sign_off ORDER BY step") {
                        [try $0.text(0), try $0.text(1), try $0.text(2)]
                    }
                }
            }
        }
        #expect(!signed.isEmpty)
        try site.withStore { store in
            try store.write { connection in
                for row in signed {
                    try connection.execute(
                        """
                        INSERT INTO close_sign_off (period, step, digest, reason, recorded_by, recorded_at)
                        VALUES (?, ?, ?, 'known', 'ann', 1)
                        """, row[0], row[1], row[2])
                }
            }
        }
        return site
    }

    /// What depends on how often a mail was tried, and numbers that were drawn and rolled back.
    private static let omitted: Set = ["outbox_delivery", "outbox_event", "period_change.period_change_id"]

    /// The commits up to the approval: beginning, two of completeness, the soft close, schedules, revaluation, control
    /// accounts, four of review, two of verification, the snapshot, the draft of the pack.
    private static let commits = 15

    private func killEverywhere(from start: Site, expecting ending: Int32) throws -> [String] {
        try start.killEverywhere(Self.close, now: Self.now, ending: [ending]) { site in
            let posted = try site.withStore { store in
                try store.read { connection in
                    try connection.all(
                        "SELECT entry_key FROM journal_entry WHERE kind = 'revaluation' OR source_type = 'schedule'"
                    ) { try $0.text(0) }
                }
            }
            // Three times rent, depreciation, and the revaluation with its reversal.
            #expect(posted.count == 6, "\(posted)")
            return try site.dump(omitting: Self.omitted)
        } check: { place, site, expected in
            let again = try site.steward(Self.close, now: Self.now)
            #expect(again.status == ending, "\(place): \(again.status) \(again.text)")
            let difference = StoreDump.difference(try site.dump(omitting: Self.omitted), from: expected)
            #expect(difference.isEmpty, "\(place): \(difference.joined(separator: "\n"))")
        }
    }

    @Test(arguments: Database.available)
    func `a close that is killed at any place proposes the same, and, approved, closes the period once`(
        database: Database
    ) throws {
        try withTemporaryDirectory { directory in
            let start = try site(database, in: directory)
            let before = try killEverywhere(from: start, expecting: 5)
            for place in ["before", "within", "after"] {
                let steps = before.count { $0.hasPrefix("run.commit.\(place):") }
                #expect(steps == Self.commits, "\(place): \(before)")
            }
            #expect(before.contains("run.gate.before:1") && before.contains("run.gate.after:1"))

            try start.propose("ledger-close", "2026-04", now: Self.now)
            let approved = try start.steward(["run", "approve", "ledger-close@2026-04"], now: Self.now)
            #expect(approved.status == 0, "\(approved.text)")
            let after = try killEverywhere(from: start, expecting: 0)
            for place in ["run.gate.before:1", "run.commit.within:2", "run.finish.before:1", "run.finish.after:1"] {
                #expect(after.contains(place), "\(after)")
            }
            print("killed ledger.close on \(database.rawValue) at \(before.count) + \(after.count) places")
        }
    }
}
