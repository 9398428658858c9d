@testable import Mail

/// A mail server that answers as it is told, and keeps what it took.
final class ScriptedTransport: MailTransport {
    /// What becomes of one message: of the part before its last dot, or of the whole.
    enum Answer {
        case takes
        case failsBeforeDot(MailError)
        case failsAfterDot(MailError)
        /// It says nothing until the test does.
        case silentAfterDot
    }

    private var answers: [Answer]
    private var messages: [DeliveryTicket: (message: RenderedMessage, answer: Answer)] = [:]
    private var happened: [DeliveryEvent] = []
    /// The messages whose last dot came.
    private(set) var taken: [String] = []
    /// The messages that were begun.
    private(set) var begun: [String] = []
    /// Completed together, in the order in which that was done.
    private(set) var completed: [[String]] = []
    private(set) var brokenOff: [String] = []
    let takesRepeats: Bool
    var connections: Int
    var isReachable: Bool
    /// Is called with each message that is begun.
    var onBegin: (RenderedMessage) -> Void = { _ in }
    /// Is called when it is asked what happened.
    var onEvents: () -> Void = {}
    /// Is called before messages are completed.
    var beforeDots: () throws -> Void = {}
    var beforeDotsError: (any Error)?

    init(_ answers: [Answer] = [], takesRepeats: Bool = false, connections: Int = 1, isReachable: Bool = false) {
        self.answers = answers
        self.takesRepeats = takesRepeats
        self.connections = connections
        self.isReachable = isReachable
    }

    var capacity: Int {
        // A connection whose end was not told yet is not free.
        let ended = happened.count {
            if case .ended = $0 { true } else { false }
        }
        return connections - messages.count - ended
    }

    func begin(_ message: RenderedMessage, as ticket: DeliveryTicket) {
        let answer = answers.isEmpty ? .takes : answers.removeFirst()
        begun.append(message.id.identifier)
        onBegin(message)
        if case .failsBeforeDot(let error) = answer {
            happened.append(.ended(ticket, .failure(error)))
        } else {
            messages[ticket] = (message, answer)
            happened.append(.standing(ticket))
        }
    }

    func complete(_ tickets: [DeliveryTicket]) {
        do { try beforeDots() } catch { beforeDotsError = error }
        completed.append(tickets.compactMap { messages[$0]?.message.id.identifier })
        for ticket in tickets {
            guard let (message, answer) = messages.removeValue(forKey: ticket) else { continue }
            switch answer {
            case .takes:
                taken.append(message.id.identifier)
                happened.append(
                    .ended(
                        ticket,
                        .success(
                            DeliveryReceipt(
                                id: message.id, place: .server("mail.example"),
                                reply: ServerReply(code: 250, text: "2.0.0 Ok: queued as 17"), wasThere: false))))
            case .failsAfterDot(let error): happened.append(.ended(ticket, .failure(error)))
            case .silentAfterDot: messages[ticket] = (message, .silentAfterDot)
            case .failsBeforeDot: preconditionFailure("it never stood at the barrier")
            }
        }
    }

    func breakOff(_ tickets: [DeliveryTicket]) {
        for ticket in tickets {
            if let message = messages.removeValue(forKey: ticket)?.message { brokenOff.append(message.id.identifier) }
        }
    }

    func events(waitingMilliseconds: Int) -> [DeliveryEvent] {
        onEvents()
        defer { happened = [] }
        return happened
    }
}
