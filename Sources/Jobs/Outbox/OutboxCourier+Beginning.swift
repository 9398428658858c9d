import Calendars
import Diagnostics
import Mail
import Store

extension OutboxCourier {
    /// Begins as many messages as there is room for; or, where the round ends, lets go of those that were not begun.
    func begin(_ round: inout Round) throws {
        round.nextLeave = nil
        if let reason = round.ending { return try release(held.map { ($0, nil) }, reason) }
        let now = clock.now()
        var index = 0
        while index < held.count, transport.capacity > 0 {
            if let next = pacer.earliestOfAny(at: now) {
                round.nextLeave = next
                break
            }
            let message = held[index]
            let earliest = pacer.earliest(for: message.domains, at: now)
            guard earliest <= now else {
                round.nextLeave = round.nextLeave.map { min($0, earliest) } ?? earliest
                index += 1
                continue
            }
            // It stays held until it was read: where the store fails, the next round goes on with it.
            let content = try content(of: message, from: index + 1)
            held.remove(at: index)
            guard let content else { continue }
            pacer.leave(for: message.domains, at: now)
            let ticket = DeliveryTicket(message.id.rawValue)
            beginCount += 1
            underWay[ticket] = UnderWay(message: message, stage: .transmitting, order: beginCount)
            transport.begin(content, as: ticket)
        }
        if held.count >= Self.maximumHeld, index >= held.count { try putBack(&round, now) }
    }

    /// The message itself; nil where it cannot be sent, which is then recorded.
    func content(of message: DeliveryRecords.Claimed, from index: Int) throws -> RenderedMessage? {
        if loaded[message.id] == nil {
            var ids = [message.id]
            var bytes = message.contentBytes
            for next in held[index...] where loaded[next.id] == nil {
                bytes += next.contentBytes
                guard ids.count < Self.loadedAtOnce, loadedBytes + bytes <= Self.maximumLoadedBytes else { break }
                ids.append(next.id)
            }
            let more = try store.read { try DeliveryRecords.load(ids, in: $0) }
            loaded.merge(more) { _, new in new }
            loadedBytes += more.values.reduce(0) { $0 + Self.bytes($1) }
        }
        let content = loaded.removeValue(forKey: message.id)
        loadedBytes -= content.map(Self.bytes) ?? 0
        switch content {
        case .success(let content): return content
        case .failure(let error):
            note(
                DeliveryRecords.Result(
                    message: message, from: .sending, to: .refused, answer: DeliveryAnswer(text: error.description),
                    notBefore: clock.now()))
        case nil:
            throw StoreError.corrupt(column: "outbox_message_id", expected: "the number of a message")
        }
        return nil
    }

    private static func bytes(_ content: Result<RenderedMessage, InvalidMail>) -> Int {
        guard case .success(let message) = content else { return 0 }
        return message.bytes.count
    }

    /// Puts back messages whose turn is far off, so that others are not kept waiting behind them.
    func putBack(_ round: inout Round, _ now: Instant) throws {
        var far: [(DeliveryRecords.Claimed, Instant?)] = []
        var near: [DeliveryRecords.Claimed] = []
        for (message, turn) in zip(held, pacer.turns(of: held.lazy.map(\.domains), at: now)) {
            if turn > now.adding(seconds: Self.putBackSeconds) {
                far.append((message, turn))
                // They belong to this round all the same.
                round.putBackUntil = round.putBackUntil.map { max($0, turn) } ?? turn
            } else {
                near.append(message)
            }
        }
        guard !far.isEmpty else { return }
        try release(far, "the pace does not let it leave yet")
        held = near
    }

    func release(_ messages: [(DeliveryRecords.Claimed, Instant?)], _ reason: String) throws {
        guard !messages.isEmpty else { return }
        let now = clock.now()
        try store.write { connection in
            var records = DeliveryRecords(connection, process: process, now: now)
            try records.release(messages, reason: reason)
            try records.writeEvents()
        }
        for (message, _) in messages {
            if let content = loaded.removeValue(forKey: message.id) { loadedBytes -= Self.bytes(content) }
            detours[message.id] = nil
        }
        let released = Set(messages.map(\.0.id))
        held.removeAll { released.contains($0.id) }
    }
}
