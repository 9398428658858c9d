import Calendars
import Diagnostics
import Mail
import Store

/// Delivers what waits in the outbox: the one path of all mail.
///
/// Messages are claimed, handed over but for their last dot, noted as standing at the barrier in one transaction for all
/// that stand there, then completed; and the answers are recorded. So after a crash only what was noted and not answered
/// is in doubt. One commit holds what is at hand: the answers of the last group, the barrier of the next, a claim.
///
/// A courier belongs to one thread; other threads reach it through `control`. Whatever it knows and could not record,
/// because the store failed, it keeps and records when it is called again.
///
/// ```swift
/// while !courier.control.isStopped {
///     try courier.deliverDue()
///     courier.waitForWork(maximumMilliseconds: 1_000)
/// }
/// ```
package final class OutboxCourier {
    let store: Store
    let transport: any MailTransport
    let clock: any Clock
    let process: WorkerProcess
    let backoff: RetryBackoff
    var random: any RandomNumberGenerator
    var pacer: DeliveryPacer

    /// Claimed and not begun, in the order in which they are to leave.
    var held: [DeliveryRecords.Claimed] = []
    var loaded: [OutboxMessageID: Result<RenderedMessage, InvalidMail>] = [:]
    var loadedBytes = 0
    var underWay: [DeliveryTicket: UnderWay] = [:]
    var unrecorded: [DeliveryRecords.Result] = []
    /// How often a message met a connection that could not be had while others could.
    var detours: [OutboxMessageID: Int] = [:]
    var beginCount = 0
    /// Messages were completed, and their dots leave with the transport's next work.
    var dotsAreDue = false
    /// A claim was under way when the store failed: it may have been committed.
    var mayHaveClaimed = false
    /// Since when something has been waiting to be committed.
    var standingSince: ContinuousClock.Instant?
    var unrecordedSince: ContinuousClock.Instant?
    /// Until when a server that could not be reached is left alone.
    var restUntil: Instant?
    var serverFailures = 0
    var report: (Outcome) -> Void = { _ in }

    package let control = OutboxControl()

    struct UnderWay {
        var message: DeliveryRecords.Claimed
        var stage: Stage
        /// The order in which they were begun.
        var order: Int

        enum Stage {
            case transmitting, standing, completed
        }
    }

    /// What became of one message.
    package struct Outcome: Hashable, Sendable {
        package var message: OutboxMessageID
        package var subject: String
        package var state: DeliveryState
        package var answer: DeliveryAnswer
    }

    // MARK: - Limits

    /// Messages claimed at once.
    static let claimedAtOnce = 256
    /// Messages held back by the pace before those whose turn is far off are put back.
    static let maximumHeld = 1_024
    /// Bytes of messages in memory; a larger one travels alone.
    static let maximumLoadedBytes = 16 << 20
    /// How long messages stand at the barrier for others to join them, while fewer than half of those that are handed
    /// over do.
    static let barrierMilliseconds = 3
    /// How long answers wait for a commit to share.
    static let answerMilliseconds = 20
    /// A delivery whose process cannot be looked at is taken to have died after this. Longer than any time-out of a
    /// transport.
    package static let longestDeliverySeconds: Int64 = 7_200
    /// How often a wish to stop is heard.
    static let listenMilliseconds = 50
    static let loadedAtOnce = 64
    static let maximumDetours = 3
    static let putBackSeconds: Int64 = 10
    static let interruptionGraceSeconds = 10
    /// How often a round that goes on looks for senders that have died.
    static let recoverySeconds = 10

    /// - Parameter random: for the jitter of waits.
    package init(
        store: Store, transport: any MailTransport, clock: any Clock, pace: DeliveryPace = .unlimited,
        backoff: RetryBackoff = .standard, random: any RandomNumberGenerator = SystemRandomNumberGenerator(),
        process: WorkerProcess = .current
    ) {
        self.store = store
        self.transport = transport
        self.clock = clock
        self.backoff = backoff
        self.random = random
        self.process = process
        pacer = DeliveryPacer(pace)
    }

    // MARK: - Delivering

    /// Delivers every message that is due, and says what became of each.
    ///
    /// Messages of senders that have died are settled first: pending again where they stood before the barrier; where
    /// they stood at it in doubt, and sent again only if their policy says so.
    ///
    /// - Throws: when the store fails, or a person interrupts. A message that cannot be delivered is an outcome.
    @discardableResult
    package func deliverDue(report: @escaping (Outcome) -> Void = { _ in }) throws -> OutboxCounts {
        let now = clock.now()
        // A longer rest than there is was begun before the clock was set back.
        if let restUntil, now < restUntil,
            restUntil <= now.adding(seconds: RetryBackoff.server.maximumSeconds)
        {
            return OutboxCounts()
        }
        return try deliver(Round(run: nil, dueBy: now), report)
    }

    /// Delivers every message of a run that waits, due or not, once: a person asks for it and will not wait.
    @discardableResult
    package func deliverNow(of run: RunID, report: @escaping (Outcome) -> Void = { _ in }) throws -> OutboxCounts {
        let now = clock.now()
        try store.write { try DeliveryRecords($0, process: process, now: now).hurry(run) }
        return try deliver(Round(run: run, dueBy: now), report)
    }

    /// Waits until there may be something to deliver: until it is woken, or so long.
    package func waitForWork(maximumMilliseconds: Int) {
        guard !control.isStopped else { return }
        control.sleep(maximumMilliseconds: maximumMilliseconds)
    }

    /// One call.
    struct Round {
        /// Only messages of this run.
        let run: RunID?
        /// By when what it began with was due. A round of a run takes nothing else, so that nothing is tried twice in it;
        /// another one goes on with what becomes due while messages are under way, which a silent server can be for long.
        let dueBy: Instant
        /// Whether messages may be due that are not claimed yet.
        var hasMore = true
        /// By when the last message is due that the pace made this round put back.
        var putBackUntil: Instant?
        /// When to look next for what has become due, and for senders that have died.
        var lookAgain = Instant(microseconds: .min)
        var recoverAgain = ContinuousClock.now + .seconds(OutboxCourier.recoverySeconds)
        /// Why no more messages are begun.
        var ending: String?
        /// When what is still under way is let go.
        var deadline: ContinuousClock.Instant?
        var interruption: (any Error)?
        /// Whether the transport had nothing to tell when it was last asked.
        var isQuiet = false
        /// When the next message may leave that the pace holds back.
        var nextLeave: Instant?

        init(run: RunID?, dueBy: Instant) {
            self.run = run
            self.dueBy = dueBy
        }
    }

    func deliver(_ first: Round, _ report: @escaping (Outcome) -> Void) throws -> OutboxCounts {
        var round = first
        var tally = OutboxCounts()
        self.report = { outcome in
            tally.count(outcome.state)
            report(outcome)
        }
        defer { self.report = { _ in } }
        try recover()
        while true {
            try listen(&round)
            if ContinuousClock.now >= round.recoverAgain {
                try recover()
                round.recoverAgain = ContinuousClock.now + .seconds(Self.recoverySeconds)
            }
            try begin(&round)
            if isCommitDue(round) {
                try commit(&round)
                continue
            }
            if held.isEmpty, underWay.isEmpty, round.putBackUntil == nil || round.ending != nil { break }
            let wait = waitMilliseconds(round)
            if underWay.isEmpty {
                control.sleep(maximumMilliseconds: wait)
            } else {
                let events = transport.events(waitingMilliseconds: wait)
                round.isQuiet = events.isEmpty
                note(events, &round)
                if dotsAreDue {
                    dotsAreDue = false
                    CrashPoint.deliveryDotsSent.reach()
                }
            }
        }
        if let interruption = round.interruption { throw interruption }
        return tally
    }

    /// Hears whether to stop, and lets go of what is still under way when the time for it has passed.
    func listen(_ round: inout Round) throws {
        if round.interruption == nil {
            do {
                try Interruption.check()
            } catch {
                round.interruption = error
                round.ending = "the sender was interrupted"
                round.deadline = ContinuousClock.now + .seconds(Self.interruptionGraceSeconds)
            }
        }
        if let deadline = control.stopDeadline {
            round.ending = round.ending ?? "the sender was stopped"
            round.deadline = min(round.deadline ?? deadline, deadline)
        }
        guard let deadline = round.deadline, ContinuousClock.now >= deadline, !underWay.isEmpty else { return }
        // What is known by now counts.
        note(transport.events(waitingMilliseconds: 0), &round)
        transport.breakOff(Array(underWay.keys))
        let now = clock.now()
        for under in inOrder(underWay.values) {
            if under.stage == .completed {
                note(
                    DeliveryRecords.Result(
                        message: under.message, from: .dotPending, to: .inDoubt,
                        answer: DeliveryAnswer(text: "The sender was stopped before the answer came."), notBefore: now))
            } else {
                held.append(under.message)
            }
        }
        underWay.removeAll()
        standingSince = nil
    }
}
