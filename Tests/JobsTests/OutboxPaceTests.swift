import Calendars
import CompanyFixtures
import Diagnostics
import Mail
import Store
import Synchronization
import TestSupport
import Testing

@testable import Jobs

/// The pace of delivery by a clock of the test's own, and what a sender does that is stopped.
@Suite(.serialized, .timeLimit(.minutes(10))) struct OutboxPaceTests {
    /// A clock that goes on by a step each time it is looked at.
    private final class SteppingClock: Clock {
        private let time: Mutex<Int64>
        private let step: Int64

        init(_ start: Instant, stepMicroseconds: Int64) {
            time = Mutex(start.microseconds)
            step = stepMicroseconds
        }

        func now() -> Instant {
            time.withLock { time in
                time += step
                return Instant(microseconds: time)
            }
        }

        var seconds: Double { time.withLock { Double($0 - Workshop.now.microseconds) / 1_000_000 } }
    }

    /// Puts messages to these addresses into the outbox, numbered after those that are there.
    private func enqueue(_ recipients: [String], after count: Int = 0, in store: Store) throws {
        try store.write { connection in
            let stamp = Stamp(run: nil, person: "ann", at: Workshop.now)
            let unit = UnitOfWork(connection: connection, stamp: stamp, digest: nil)
            let entries = try zip(count..., recipients).map { number, recipient in
                var message = try TallyKind.message(number)
                message.to = [try EmailAddress(recipient)]
                return Outbox.Entry(
                    try message.rendered(), subject: message.subject, effectKey: "pace/\(number)")
            }
            try Outbox.enqueue(entries, onDoubt: .hold, in: unit)
            // Once more changes nothing.
            try Outbox.enqueue(Array(entries.prefix(2)), onDoubt: .hold, in: unit)
        }
    }

    @Test(arguments: Database.available)
    func `messages leave at the pace of all and of their domains, and nobody waits for another's domain`(
        database: Database
    ) throws {
        try Workshop.with(database) { shop throws in
            let recipients = (0..<30).map { $0 < 20 ? "a\($0)@slow.example" : "b\($0)@d\($0).example" }
            try enqueue(recipients, in: shop.store)
            let clock = SteppingClock(Workshop.now, stepMicroseconds: 10_000)
            let transport = ScriptedTransport(connections: 4)
            var departures: [(slow: Bool, seconds: Double)] = []
            transport.onBegin = { message in
                departures.append((message.envelope.recipients[0].domain == "slow.example", clock.seconds))
            }
            let courier = OutboxCourier(
                store: shop.store, transport: transport, clock: clock,
                pace: DeliveryPace(perSecond: 100, perSecondPerDomain: 10))
            #expect(try courier.deliverDue().sent == 30)
            let slow = departures.filter(\.slow).map(\.seconds)
            let fast = departures.filter { !$0.slow }.map(\.seconds)
            for (a, b) in zip(slow, slow.dropFirst()) { #expect(b - a >= 0.0999) }
            #expect(fast.count == 10 && fast.max() ?? 9 < 1, "\(fast)")
            #expect(slow.count == 20 && slow.max() ?? 0 > 1.8)
        }
    }

    @Test(arguments: Database.available)
    func `a domain with more messages than are held at once keeps no other waiting`(database: Database) throws {
        try Workshop.with(database) { shop throws in
            let slow = OutboxCourier.maximumHeld + 600
            try enqueue((0..<slow).map { "a\($0)@slow.example" } + ["ann@other.example"], in: shop.store)
            let clock = SteppingClock(Workshop.now, stepMicroseconds: 1_000)
            let transport = ScriptedTransport(connections: 4)
            let courier = OutboxCourier(
                store: shop.store, transport: transport, clock: clock, pace: DeliveryPace(perSecondPerDomain: 50))
            var seconds: Double?
            transport.onBegin = { message in
                guard message.envelope.recipients[0].domain == "other.example" else { return }
                seconds = clock.seconds
                courier.control.stop(graceSeconds: 30)
            }
            let sent = try courier.deliverDue().sent
            // At the pace of the slow domain its turn would come after half a minute.
            #expect(try #require(seconds) < 5)
            #expect(sent < 500)
            // The first of those that were put back has a time to come back at, and lost no attempt.
            let (count, soonest, attempts) = try #require(
                try shop.store.read {
                    try $0.first(
                        """
                        SELECT COUNT(*), MIN(not_before), MAX(attempts) FROM outbox_delivery
                         WHERE state = 'pending' AND not_before > ?
                        """, Workshop.now
                    ) { (try $0.int(0), try $0.instant(1), try $0.int(2)) }
                })
            #expect(count > 500 && attempts == 0)
            #expect(soonest > Workshop.now.adding(seconds: 10))
        }
    }

    @Test(arguments: Database.available)
    func `what becomes due does not wait for a server that says nothing to another message`(database: Database) throws {
        try Workshop.with(database) { shop throws in
            try enqueue(["ann@example.com"], in: shop.store)
            let transport = ScriptedTransport([.silentAfterDot], connections: 2)
            let courier = OutboxCourier(
                store: shop.store, transport: transport,
                clock: SteppingClock(Workshop.now, stepMicroseconds: 10_000))
            transport.beforeDots = {
                if transport.begun.count == 1 {
                    try enqueue(["ben@example.com"], after: 1, in: shop.store)
                } else {
                    courier.control.stop(graceSeconds: 0)
                }
            }
            var looks = 0
            transport.onEvents = {
                looks += 1
                if looks == 10_000 { courier.control.stop(graceSeconds: 0) }
            }
            #expect(try courier.deliverDue() == OutboxCounts(sent: 1, inDoubt: 1))
            #expect(transport.begun.count == 2)
        }
    }

    // MARK: - Stopping

    @Test(arguments: Database.available)
    func `a sender that is stopped lets go of what it has not begun, and says what it does not know`(
        database: Database
    ) throws {
        try Workshop.with(database) { shop throws in
            try enqueue((0..<5).map { "a\($0)@example.com" }, in: shop.store)
            let transport = ScriptedTransport([.takes, .silentAfterDot], connections: 2)
            let courier = OutboxCourier(store: shop.store, transport: transport, clock: FixedClock(Workshop.now))
            transport.beforeDots = { courier.control.stop(graceSeconds: 0) }
            let counts = try courier.deliverDue()
            #expect(counts == OutboxCounts(sent: 1, inDoubt: 1))
            let states = try shop.store.read {
                try $0.all("SELECT state, attempts FROM outbox_delivery ORDER BY outbox_message_id") {
                    "\(try $0.text(0)) \(try $0.int(1))"
                }
            }
            #expect(states == ["sent 1", "in_doubt 1", "pending 0", "pending 0", "pending 0"])
            #expect(courier.control.isStopped)
            #expect(try courier.deliverDue() == OutboxCounts())
            #expect(transport.begun.count == 2)
        }
    }

    @Test func `a sender that waits is woken by another thread`() throws {
        try Workshop.with(.sqlite) { shop throws in
            let courier = OutboxCourier(
                store: shop.store, transport: ScriptedTransport(), clock: FixedClock(Workshop.now))
            courier.control.wake()
            let start = ContinuousClock.now
            courier.waitForWork(maximumMilliseconds: 60_000)
            #expect(ContinuousClock.now - start < .seconds(30))
        }
    }

    @Test(arguments: Database.available)
    func `an answer that the store could not take is recorded when it can again`(database: Database) throws {
        struct Full: Error {}
        try Workshop.with(database) { shop throws in
            try enqueue(["a@example.com", "b@example.com"], in: shop.store)
            let transport = ScriptedTransport(connections: 2)
            let courier = OutboxCourier(store: shop.store, transport: transport, clock: FixedClock(Workshop.now))
            // The table of events refuses what comes after the barrier, once.
            transport.beforeDots = {
                try shop.store.write { _ = try $0.execute("ALTER TABLE outbox_event RENAME TO hidden_event") }
            }
            #expect(throws: StoreError.self) { try courier.deliverDue() }
            #expect(transport.taken.count == 2)
            try shop.store.write { _ = try $0.execute("ALTER TABLE hidden_event RENAME TO outbox_event") }
            #expect(try courier.deliverDue() == OutboxCounts(sent: 2))
            #expect(transport.taken.count == 2)
        }
    }

    @Test(arguments: Database.available)
    func `the backlog says what waits and since when`(database: Database) throws {
        try Workshop.with(database) { shop throws in
            #expect(try shop.store.read(Outbox.backlog) == .init(waiting: 0, underWay: 0, inDoubt: 0, refused: 0))
            try enqueue(["a@example.com", "b@example.com"], in: shop.store)
            let backlog = try shop.store.read(Outbox.backlog)
            #expect(backlog.waiting == 2 && backlog.oldestWaiting == Workshop.now)
            #expect(backlog.oldestAgeSeconds(at: Workshop.now.adding(seconds: 90)) == 90)
            #expect(backlog.oldestAgeSeconds(at: Workshop.now.adding(seconds: -90)) == 0)
        }
    }
}
