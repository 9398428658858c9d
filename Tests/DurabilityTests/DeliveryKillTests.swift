import Calendars
import CompanyFixtures
import Diagnostics
import Foundation
import Jobs
import Mail
import Store
import TestSupport
import Testing

/// The sender of many messages is killed at every place that it names, as often as it comes there. A server that writes
/// down what it takes is the witness: after the doubts are settled, each message has arrived once.
@Suite(.enabled(if: RecordingSink.isAvailable, "skipped: no python3")) struct DeliveryKillTests {
    private static let messageCount = 24
    private static let connections = 4

    private static func name(_ number: Int) -> String { "<kill.\(number)@steward.example>" }

    /// A company with messages that wait, and a server for them.
    private static func make(
        _ database: Database, in directory: URL, sink: RecordingSink, onDoubt: DoubtPolicy = .hold
    ) throws -> Site {
        let mail = "  smtp: {host: 127.0.0.1, port: \(sink.port), tls: none}\n  connections: \(connections)"
        let site = try Site.make(database, in: directory, mail: mail)
        try site.putMessages(messageCount, onDoubt: onDoubt, name: name)
        return site
    }

    private func states(_ site: Site) throws -> [Int: DeliveryState] {
        try site.withStore { store in
            try store.read { db in
                var states: [Int: DeliveryState] = [:]
                try db.forEach("SELECT outbox_message_id, state FROM outbox_delivery") {
                    states[Int(try $0.int(0))] = DeliveryState(rawValue: try $0.text(1))
                }
                return states
            }
        }
    }

    private static let deliver = ["outbox", "deliver"]
    private static let places: [CrashPoint] = [
        .deliveryClaimed, .deliveryTransmitted, .deliveryBarrier, .deliveryDotsSent, .deliveryRecorded,
    ]

    @Test(arguments: Database.available)
    func
        `a sender that is killed at any place loses nothing, doubles nothing, and doubts only what stood at the barrier`(
            database: Database
        ) throws
    {
        try withTemporaryDirectory { directory in
            let sink = try RecordingSink(in: directory)
            let start = try Self.make(database, in: directory, sink: sink)
            var tried = 0
            var doubts = 0
            for place in Self.places {
                for count in 1... {
                    let name = "\(place.rawValue):\(count)"
                    let before = try sink.accepted.count
                    let wasReached = try start.withCopy { site in
                        let killed = try site.steward(Self.deliver, crashAt: name)
                        guard killed.status == 137, !killed.wasKilled else {
                            #expect(killed.status == 0, "\(name): \(killed.text)")
                            return false
                        }
                        let again = try site.steward(Self.deliver)
                        let states = try states(site)
                        let inDoubt = states.filter { $0.value == .inDoubt }.keys
                        #expect(states.values.allSatisfy { $0 == .sent || $0 == .inDoubt }, "\(name): \(again.text)")
                        #expect(inDoubt.count <= Self.connections, "\(name)")
                        let isAtBarrier = place == .deliveryBarrier || place == .deliveryDotsSent
                        if !isAtBarrier, place != .deliveryTransmitted {
                            #expect(inDoubt.isEmpty || place == .deliveryRecorded, "\(name): \(inDoubt)")
                        }
                        // Nothing twice, and what is missing is in doubt.
                        let accepted = try sink.accepted.dropFirst(before)
                        #expect(Set(accepted).count == accepted.count, "\(name)")
                        let missing = Set((1...Self.messageCount).map(Self.name)).subtracting(accepted)
                        #expect(missing.isSubset(of: inDoubt.map(Self.name)), "\(name): \(missing)")
                        // A person looks into the server's log, settles what it has and resends what it has not.
                        for number in inDoubt.sorted() {
                            let has = accepted.contains(Self.name(number))
                            let decision =
                                has
                                ? ["settle", "\(number)", "--as", "sent", "--reason", "in the log"]
                                : ["resend", "\(number)", "--reason", "not in the log"]
                            #expect(try site.steward(["outbox"] + decision).status == 0)
                        }
                        doubts += inDoubt.count
                        #expect(try site.steward(Self.deliver).status == 0)
                        let all = try sink.accepted.dropFirst(before)
                        #expect(all.sorted() == (1...Self.messageCount).map(Self.name).sorted(), "\(name)")
                        #expect(try self.states(site).values.allSatisfy(\.isDelivered), "\(name)")
                        return true
                    }
                    guard wasReached else { break }
                    tried += 1
                }
            }
            #expect(tried > Self.places.count)
            print("killed outbox deliver on \(database.rawValue) at \(tried) places: \(doubts) doubts, all settled")
        }
    }

    /// kill -9 from outside, at times that are random; the seed is printed, and `STEWARD_TEST_SEED` gives it again.
    @Test(arguments: Database.available)
    func `a sender that is killed at random times doubles nothing, and with resend loses nothing`(
        database: Database
    ) throws {
        let seed =
            ProcessInfo.processInfo.environment["STEWARD_TEST_SEED"].flatMap { UInt64($0) }
            ?? UInt64.random(in: 1...UInt64.max)
        var random = SplitMix64(state: seed)
        try withTemporaryDirectory { directory in
            let sink = try RecordingSink(in: directory, ["--answer-after", "0.02"])
            let start = try Self.make(database, in: directory, sink: sink)
            var kills = 0
            for round in 1...10 {
                let before = try sink.accepted.count
                try start.withCopy { site in
                    for _ in 1...4 {
                        let (process, output) = try site.start(Self.deliver)
                        Thread.sleep(forTimeInterval: Double.random(in: 0.02...0.3, using: &random))
                        kill(process.processIdentifier, SIGKILL)
                        _ = output.fileHandleForReading.readDataToEndOfFile()
                        process.waitUntilExit()
                        if process.terminationReason == .uncaughtSignal { kills += 1 }
                    }
                    let last = try site.steward(Self.deliver)
                    let states = try states(site)
                    let inDoubt = Set(states.filter { $0.value == .inDoubt }.keys.map(Self.name))
                    // What was taken at the moment of the kill may still be on its way into the server's list.
                    Thread.sleep(forTimeInterval: 0.05)
                    let accepted = try sink.accepted.dropFirst(before)
                    #expect(Set(accepted).count == accepted.count, "seed \(seed), round \(round): \(last.text)")
                    let missing = Set((1...Self.messageCount).map(Self.name)).subtracting(accepted)
                    #expect(missing.isSubset(of: inDoubt), "seed \(seed), round \(round): \(missing)")
                    #expect(
                        states.values.allSatisfy { $0 == .sent || $0 == .inDoubt },
                        "seed \(seed), round \(round): \(last.text)")
                }
            }
            #expect(kills > 0)
            print("kill -9 of senders on \(database.rawValue): seed \(seed), \(kills) of 40 killed at work")
        }
    }
}

extension Site {
    /// Puts messages into the outbox: to a1@example.com, a2@example.com and so on.
    ///
    /// - Parameter name: the Message-ID of each, in angle brackets.
    func putMessages(_ count: Int, onDoubt: DoubtPolicy = .hold, name: (Int) -> String) throws {
        try withStore { store in
            try store.write { db in
                guard let at = Instant(Site.now) else { throw Failure(.failed, "no time") }
                try db.insert(
                    into: "outbox_message",
                    columns: [
                        "outbox_message_id", "effect_key", "message_id", "message_date", "sender", "recipients",
                        "subject", "on_doubt", "recorded_by", "recorded_at", "content",
                    ], rows: 1...count
                ) { number, row in
                    try row.bind(number)
                    try row.bind("kill/\(number)")
                    try row.bind(name(number).filter { $0 != "<" && $0 != ">" })
                    try row.bind(at)
                    try row.bind("kill@steward.example")
                    try row.bind("a\(number)@example.com")
                    try row.bind("Kill \(number)")
                    try row.bind(onDoubt.rawValue)
                    try row.bind("ann")
                    try row.bind(at)
                    try row.bind(
                        Array("Message-ID: \(name(number))\r\nSubject: Kill \(number)\r\n\r\n.dots\r\n".utf8))
                }
                try db.execute(
                    """
                    INSERT INTO outbox_delivery (outbox_message_id, state, attempts, not_before, changed_at)
                    SELECT outbox_message_id, 'pending', 0, ?, ? FROM outbox_message
                    """, at, at)
            }
        }
    }
}
