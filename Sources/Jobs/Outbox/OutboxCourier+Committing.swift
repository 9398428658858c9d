import Calendars
import Diagnostics
import Mail
import Store

extension OutboxCourier {
    // MARK: - What happens

    func note(_ events: [DeliveryEvent], _ round: inout Round) {
        for event in events {
            switch event {
            case .standing(let ticket):
                underWay[ticket]?.stage = .standing
                standingSince = standingSince ?? ContinuousClock.now
            case .ended(let ticket, let result):
                guard let under = underWay.removeValue(forKey: ticket) else { continue }
                ended(under, result, &round)
            }
        }
        if !underWay.values.contains(where: { $0.stage == .standing }) { standingSince = nil }
    }

    func ended(_ under: UnderWay, _ result: Result<DeliveryReceipt, MailError>, _ round: inout Round) {
        let message = under.message
        let from: DeliveryState = under.stage == .completed ? .dotPending : .sending
        let now = clock.now()
        switch result {
        case .success(let receipt):
            precondition(from == .dotPending, "a message was delivered that was not completed")
            serverFailures = 0
            restUntil = nil
            note(.init(message: message, from: from, to: .sent, answer: DeliveryAnswer(receipt), notBefore: now))
        case .failure(let error):
            if error.isAboutServer, from == .sending {
                // One connection could not be had while others can: the message takes one of those.
                let detour = detours[message.id, default: 0]
                if transport.isReachable, detour < Self.maximumDetours, round.ending == nil {
                    detours[message.id] = detour + 1
                    held.insert(message, at: 0)
                    return
                }
                if round.ending == nil {
                    serverFailures += 1
                    let wait = RetryBackoff.server.waitSeconds(afterAttempts: serverFailures, using: &random)
                    restUntil = now.adding(seconds: wait)
                }
                round.ending = round.ending ?? "the server could not be used"
            } else {
                serverFailures = 0
            }
            let attempts = message.attempts + 1
            let state: DeliveryState =
                switch error.remedy {
                case .decide where from == .dotPending: .inDoubt
                case .giveUp: .refused
                case .decide, .retryLater, .mendSettings: attempts < backoff.maximumAttempts ? .deferred : .refused
                }
            let wait = backoff.waitSeconds(afterAttempts: attempts, using: &random)
            note(
                .init(
                    message: message, from: from, to: state, answer: DeliveryAnswer(error),
                    notBefore: now.adding(seconds: wait),
                    reason: state == .refused && error.remedy != .giveUp ? "given up after \(attempts) attempts" : nil))
        }
    }

    func note(_ result: DeliveryRecords.Result) {
        unrecorded.append(result)
        unrecordedSince = unrecordedSince ?? ContinuousClock.now
        detours[result.message.id] = nil
    }

    // MARK: - Committing

    func wantsClaim(_ round: Round) -> Bool {
        guard round.ending == nil, held.count < Self.maximumHeld else { return false }
        let mayBecomeDue = round.putBackUntil != nil || round.run == nil && !underWay.isEmpty
        guard round.hasMore || mayBecomeDue && clock.now() >= round.lookAgain else { return false }
        if held.count < Self.claimedAtOnce / 4 { return true }
        // All that is held waits for its domain, and there is room for others.
        return round.nextLeave != nil && transport.capacity > 0 && pacer.earliestOfAny(at: clock.now()) == nil
    }

    func isCommitDue(_ round: Round) -> Bool {
        let now = ContinuousClock.now
        if let standingSince {
            let stages = stageCounts
            if stages.transmitting == 0 || round.isQuiet && stages.standing >= stages.transmitting { return true }
            if now - standingSince >= .milliseconds(Self.barrierMilliseconds) { return true }
        }
        if let unrecordedSince {
            if underWay.isEmpty || unrecorded.count >= Self.claimedAtOnce { return true }
            if now - unrecordedSince >= .milliseconds(Self.answerMilliseconds) { return true }
        }
        return wantsClaim(round) && transport.capacity > 0 && (held.isEmpty || round.nextLeave != nil)
    }

    /// How many of those under way are being handed over, and how many stand at the barrier.
    private var stageCounts: (transmitting: Int, standing: Int) {
        var counts = (transmitting: 0, standing: 0)
        for under in underWay.values {
            switch under.stage {
            case .transmitting: counts.transmitting += 1
            case .standing: counts.standing += 1
            case .completed: break
            }
        }
        return counts
    }

    func waitMilliseconds(_ round: Round) -> Int {
        let now = ContinuousClock.now
        if standingSince != nil, !round.isQuiet {
            // Once half of them stand there, the commit waits for no more than is at hand: what is not goes on meanwhile.
            let stages = stageCounts
            if stages.standing >= stages.transmitting { return 0 }
        }
        var wait = Self.listenMilliseconds
        if let standingSince { wait = min(wait, Self.barrierMilliseconds - Self.milliseconds(now - standingSince)) }
        if let unrecordedSince { wait = min(wait, Self.answerMilliseconds - Self.milliseconds(now - unrecordedSince)) }
        if let nextLeave = round.nextLeave {
            let (microseconds, overflow) = nextLeave.microseconds.subtractingReportingOverflow(clock.now().microseconds)
            if !overflow { wait = min(wait, Int(clamping: microseconds / 1_000 + 1)) }
        }
        return max(0, wait)
    }

    private static func milliseconds(_ duration: Duration) -> Int {
        let (seconds, attoseconds) = duration.components
        return Int(clamping: seconds) &* 1_000 &+ Int(clamping: attoseconds / 1_000_000_000_000_000)
    }

    /// One transaction: the answers that came, the barrier of those that stand there, the next claim. Then the dots.
    func commit(_ round: inout Round) throws {
        let standing = inOrder(underWay.values.filter { $0.stage == .standing }).map(\.message)
        let results = unrecorded
        let claims = wantsClaim(round)
        let now = clock.now()
        var again: [(message: DeliveryRecords.Claimed, notBefore: Instant)] = []
        for result in results where result.to == .inDoubt && result.message.onDoubt == .resend {
            guard result.message.attempts + 1 < backoff.maximumAttempts else { continue }
            again.append((result.message, result.notBefore))
        }
        // What was put back is due when its turn has come.
        let dueBy = max(round.dueBy, round.run == nil ? now : min(now, round.putBackUntil ?? round.dueBy))
        if !standing.isEmpty { CrashPoint.deliveryTransmitted.reach() }
        mayHaveClaimed = mayHaveClaimed || claims
        let (kept, claimed) = try store.write { connection in
            var records = DeliveryRecords(connection, process: process, now: now)
            try records.record(results)
            try records.resend(again)
            let kept = try records.stand(standing)
            let claimed = claims ? try records.claim(Self.claimedAtOnce, of: round.run, dueBy: dueBy) : []
            try records.writeEvents()
            return (kept, claimed)
        }
        mayHaveClaimed = false
        unrecorded.removeAll()
        unrecordedSince = nil
        standingSince = nil
        if claims {
            held += claimed
            round.hasMore = claimed.count == Self.claimedAtOnce
            round.lookAgain = now.adding(seconds: 1)
            if let until = round.putBackUntil, until <= now, !round.hasMore { round.putBackUntil = nil }
            if !claimed.isEmpty { CrashPoint.deliveryClaimed.reach() }
        }
        if !results.isEmpty { CrashPoint.deliveryRecorded.reach() }
        complete(standing, kept)
        for result in results {
            control.count(result.to)
            report(
                Outcome(
                    message: result.message.id, subject: result.message.subject, state: result.to,
                    answer: result.answer))
        }
    }

    /// Sends the dots of what stands at the barrier, now that it is on record.
    func complete(_ standing: [DeliveryRecords.Claimed], _ kept: Set<OutboxMessageID>) {
        guard !standing.isEmpty else { return }
        CrashPoint.deliveryBarrier.reach()
        var completed: [DeliveryTicket] = []
        var taken: [DeliveryTicket] = []
        for message in standing {
            let ticket = DeliveryTicket(message.id.rawValue)
            if kept.contains(message.id) {
                underWay[ticket]?.stage = .completed
                completed.append(ticket)
            } else {
                underWay[ticket] = nil
                taken.append(ticket)
            }
        }
        if !taken.isEmpty { transport.breakOff(taken) }
        transport.complete(completed)
        dotsAreDue = true
    }

    func inOrder(_ messages: some Sequence<UnderWay>) -> [UnderWay] {
        messages.sorted { $0.order < $1.order }
    }

    /// Settles what senders that have died left behind.
    func recover() throws {
        guard try store.read(DeliveryRecords.areUnderWay) else { return }
        var known: Set<OutboxMessageID>?
        if mayHaveClaimed {
            known = Set(
                held.map(\.id) + underWay.values.map(\.message.id) + unrecorded.map(\.message.id))
        }
        let now = clock.now()
        try store.write { connection in
            var records = DeliveryRecords(connection, process: process, now: now)
            try records.recover(
                takesRepeats: transport.takesRepeats, longestDeliverySeconds: Self.longestDeliverySeconds, known: known)
            try records.writeEvents()
        }
        mayHaveClaimed = false
    }
}
