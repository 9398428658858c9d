import CompanyFixtures
import Diagnostics
import Foundation
import Jobs
import Store
import TestSupport
import Testing

/// The kinds that look after the store, and that run outside programs, killed at each place that the program names.
@Suite struct OperationKillTests {
    /// Kills a command at every place on copies of `start`, gives it again, and has a look.
    ///
    /// - Returns: the places.
    private func killEverywhere<Result>(
        _ command: [String], now: String = Site.now, from start: Site, undisturbed: (Site) throws -> Result,
        check: (_ place: String, _ site: Site, _ expected: Result, _ again: () throws -> Site.Output) throws -> Void
    ) throws -> [String] {
        try start.killEverywhere(command, now: now, ending: [0], undisturbed: undisturbed) { place, site, expected in
            try check(place, site, expected) { try site.steward(command, now: now) }
            let health = try site.steward(["store", "check"], now: now)
            #expect(health.status == 0, "\(place): \(health.text)")
        }
    }

    private static let backup = ["run", "store-backup", "--period", "2026-04-27"]

    @Test(arguments: Database.available)
    func `a backup that is killed at any place leaves no half file, and the next attempt one whole`(
        database: Database
    ) throws {
        try withTemporaryDirectory { directory in
            let start = try Site.make(database, in: directory)
            try start.mustDo(["run", "payroll-weekly", "--period", "2026-W15"])
            let file = "steward-2026-04-27." + (database == .sqlite ? "db" : "dump")
            let places = try killEverywhere(Self.backup, from: start, undisturbed: { _ in }) { place, site, _, again in
                // What has its name is whole.
                for name in site.files("backups").keys where !name.contains(".partial-") {
                    #expect(name == file, "\(place)")
                    try Self.expectWhole(name, site, place)
                }
                let output = try again()
                #expect(output.status == 0, "\(place): \(output.text)")
                let folder = site.directory.appending(path: "var/backups").path
                #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [file], "\(place)")
                try Self.expectWhole(file, site, place)
                #expect(try site.count("run WHERE job = 'store-backup' AND state = 'succeeded'") == 1, "\(place)")
            }
            for place in [
                "run.claimed:1", "run.commit.within:1", "backup.copying:1", "backup.copied:1", "run.finish.after:1",
            ] {
                #expect(places.contains(place), "\(places)")
            }
            print("killed store.backup on \(database.rawValue) at \(places.count) places")
        }
    }

    private static func expectWhole(_ file: String, _ site: Site, _ place: String) throws {
        let url = try #require(StoreURL(site.storeURL))
        let copy = try StoreRestore(of: url, relativeTo: site.directory.path, migrations: DemoCompany.migrations)
            .verify(site.directory.appending(path: "var/backups/\(file)").path)
        #expect(copy.tables > 10, "\(place)")
    }

    private static let prune = ["run", "history-prune", "--period", "2028-W10"]

    @Test(arguments: Database.available)
    func `a retention that is killed at any place takes away the same in the end`(database: Database) throws {
        try withTemporaryDirectory { directory in
            let start = try Site.make(database, in: directory)
            // Two years later their messages are old.
            try start.mustDo(["run", "payroll-weekly", "--period", "2026-W15"])
            for day in 10...27 { try start.mustDo(["run", "digest", "--period", "2026-04-\(day)"]) }
            let now = "2028-03-13T06:00:00Z"
            let places = try killEverywhere(Self.prune, now: now, from: start) { site in
                #expect(try site.count("history_removal") > 1)
                return try site.dump(omitting: ["history_removal.history_removal_id"])
            } check: { place, site, expected, again in
                let output = try again()
                #expect(output.status == 0, "\(place): \(output.text)")
                let difference = StoreDump.difference(
                    try site.dump(omitting: ["history_removal.history_removal_id"]), from: expected)
                #expect(difference.isEmpty, "\(place): \(difference.joined(separator: "\n"))")
            }
            #expect(places.contains("run.commit.after:2"), "\(places)")
            print("killed history.prune on \(database.rawValue) at \(places.count) places")
        }
    }

    private static let mark = ["run", "mark", "--period", "2026-04-27"]

    @Test(arguments: Database.available, [false, true])
    func `a program is run once, wherever its run is killed, or again where its job allows it`(
        database: Database, isRepeatable: Bool
    ) throws {
        try withTemporaryDirectory { directory in
            let start = try Site.make(database, in: directory)
            try start.write(
                """
                job: mark
                kind: command
                description: Makes a folder for each attempt
                period: day
                command: {program: mkdir, arguments: ["-p", "var/marks/{attempt}"], repeatable: \(isRepeatable)}
                """, to: "jobs/mark.yaml")
            func marks(_ site: Site) -> [String] {
                ((try? FileManager.default.contentsOfDirectory(
                    atPath: site.directory.appending(path: "var/marks").path)) ?? []).sorted()
            }
            // Between these the program may have run, and nobody has written down that it has.
            let doubtful = ["run.commit.after:1", "run.commit.before:2", "run.commit.within:2"]
            let ended = ["run.commit.after:2", "run.finish.before:1", "run.finish.after:1"]
            let places = try killEverywhere(Self.mark, from: start, undisturbed: { _ in }) { place, site, _, again in
                let before = marks(site)
                let output = try again()
                let after = marks(site)
                if ended.contains(place) {
                    #expect(
                        output.status == 0 && before == ["1"] && after == before, "\(place): \(after) \(output.text)")
                } else if doubtful.contains(place), !isRepeatable {
                    #expect(output.text.contains("It was not started again."), "\(place): \(output.text)")
                    #expect(
                        output.status == ExitCode.refused.rawValue && after == before, "\(place): \(output.status)")
                } else {
                    #expect(doubtful.contains(place) || before.isEmpty, "\(place): \(before)")
                    #expect(output.status == 0 && after.count == before.count + 1, "\(place): \(after) \(output.text)")
                }
            }
            for place in doubtful { #expect(places.contains(place), "\(places)") }
            print("killed command on \(database.rawValue) at \(places)")
        }
    }
}
