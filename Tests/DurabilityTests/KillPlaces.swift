import Foundation
import Jobs
import Testing

/// Where an undisturbed program comes by: places as `CrashPoint` names them, each as often as it was reached.
struct KillPlaces {
    private let list: URL

    init(in site: Site) {
        list = site.directory.deletingLastPathComponent().appending(path: "places-\(UUID().uuidString)")
    }

    /// What `STEWARD_CRASH_AT` is for a program that is to write them down.
    var instruction: String { "list:\(list.path)" }

    /// `run.commit.before:1`, in the order of the places' declaration. Where several processes came by, the most that one
    /// of them did.
    ///
    /// - Parameter maximumCount: of a place that a loop comes to again and again.
    func all(maximumCount: (CrashPoint) -> Int = { _ in .max }) throws -> [String] {
        var counts: [CrashPoint: [Substring: Int]] = [:]
        for line in try String(contentsOf: list, encoding: .utf8).split(separator: "\n") {
            let parts = line.split(separator: " ")
            let point = try #require(parts.last.flatMap { CrashPoint(rawValue: String($0)) }, "\(line)")
            counts[point, default: [:]][parts[0], default: 0] += 1
        }
        return CrashPoint.allCases.flatMap { point in
            (0..<min(counts[point]?.values.max() ?? 0, maximumCount(point))).map { "\(point.rawValue):\($0 + 1)" }
        }
    }
}

extension Site {
    /// Gives a command on copies of this company: undisturbed, and killed at each place that it came to then, as often as
    /// it came there.
    ///
    /// - Parameters:
    ///   - endings: the exit codes that the undisturbed command may have.
    ///   - prepare: is done before each of them.
    ///   - undisturbed: looks at the copy on which nothing was killed.
    ///   - check: looks at a copy on which the command was killed, and gives it again.
    /// - Returns: the places.
    func killEverywhere<Result>(
        _ command: [String], now: String = Site.now, ending endings: Set<Int32>, prepare: () throws -> Void = {},
        undisturbed: (Site) throws -> Result, check: (_ place: String, _ site: Site, _ expected: Result) throws -> Void
    ) throws -> [String] {
        let list = KillPlaces(in: self)
        let expected = try withCopy { copy in
            let output = try copy.steward(command, crashAt: list.instruction, now: now)
            #expect(endings.contains(output.status), "\(output.text)")
            return try undisturbed(copy)
        }
        let places = try list.all(maximumCount: { $0.isOfEachLook ? 2 : .max })
        for place in places {
            try prepare()
            try withCopy { copy in
                let killed = try copy.steward(command, crashAt: place, now: now)
                #expect(killed.status == 137 && !killed.wasKilled, "\(place): \(killed.status) \(killed.text)")
                try check(place, copy, expected)
            }
        }
        return places
    }
}

extension CrashPoint {
    /// Whether a program comes by as often as it looks at something that takes its time: a round of the daemon, a dump that
    /// another program writes.
    var isOfEachLook: Bool { self == .daemonTicked || self == .backupCopying }
}
