/// The conversation about one message up to its content: which commands to send, what the answers mean. Pure.
///
/// Where the server offers it (RFC 2920), commands are sent without waiting for the answers of those before. DATA is
/// among them only where there is a single recipient: with several, one may be refused and the others not, and then the
/// message is to go to none, which after DATA could only be had by breaking the connection.
struct SMTPDialogue {
    private let envelope: Envelope
    private let steps: [Step]
    private let contentBytes: Int?
    private let isPipelined: Bool

    private var sentCount = 0
    private var answeredCount = 0
    private var fault: (stage: SMTPStage, reply: ServerReply)?
    private var refused: [RefusedRecipient] = []
    /// Whether the server took anything of this message.
    private(set) var senderAccepted = false

    private enum Step: Equatable {
        case reset, sender
        case recipient(Int)
        case data
    }

    /// What follows from an answer.
    enum Verdict {
        case goOn
        /// The server waits for the content.
        case sendContent
        /// The message is not taken.
        case ended(MailError, Afterwards)
    }

    /// What becomes of the connection.
    enum Afterwards {
        case keep
        /// The server remembers a part of the message, which must be forgotten before the next.
        case reset
        case close
    }

    /// - Parameters:
    ///   - contentBytes: the size to announce (RFC 1870); nil where the server does not want to know.
    ///   - needsReset: whether the server remembers a part of an earlier message.
    init(_ message: RenderedMessage, announcesSize: Bool, isPipelined: Bool, needsReset: Bool) {
        envelope = message.envelope
        contentBytes = announcesSize ? message.bytes.count : nil
        self.isPipelined = isPipelined
        steps =
            (needsReset ? [.reset] : []) + [.sender] + envelope.recipients.indices.map(Step.recipient) + [.data]
    }

    /// Whether an answer is due.
    var isWaiting: Bool { answeredCount < sentCount }

    /// Where the conversation stands: at the command whose answer comes next.
    var stage: SMTPStage {
        guard steps.indices.contains(answeredCount) else { return .content }
        return switch steps[answeredCount] {
        case .reset, .sender: .sender
        case .recipient: .recipient
        case .data: .data
        }
    }

    /// The next command that may be sent now, with its line end; nil where an answer is waited for.
    mutating func nextCommand() -> String? {
        guard fault == nil, steps.indices.contains(sentCount) else { return nil }
        let step = steps[sentCount]
        if isWaiting {
            guard isPipelined, step != .data || envelope.recipients.count == 1 else { return nil }
        } else if step == .data, !refused.isEmpty {
            return nil
        }
        sentCount += 1
        return switch step {
        case .reset: "RSET\r\n"
        case .sender: "MAIL FROM:<\(envelope.sender.address)>\(contentBytes.map { " SIZE=\($0)" } ?? "")\r\n"
        case .recipient(let index): "RCPT TO:<\(envelope.recipients[index].address)>\r\n"
        case .data: "DATA\r\n"
        }
    }

    /// - Parameter server: how errors call the server.
    mutating func received(_ reply: ServerReply, from server: String) -> Verdict {
        guard isWaiting else { return .ended(MailError(server, .content, reply, []), .close) }
        let stage = stage
        let step = steps[answeredCount]
        answeredCount += 1
        // The server is about to close the connection, or does not speak SMTP.
        if reply.code == 421 || reply.code == 0 { return .ended(MailError(server, stage, reply, []), .close) }
        switch step {
        case .reset: break
        case .sender:
            if reply.isAcceptance { senderAccepted = true } else { note(stage, reply) }
        case .recipient(let index):
            if !reply.isAcceptance, fault == nil {
                refused.append(RefusedRecipient(address: envelope.recipients[index].address, reply: reply))
            }
        case .data:
            if reply.code == 354 {
                guard let error = error(server) else { return .sendContent }
                // It takes the content now for whom it did not refuse; only an end of the connection prevents that.
                return .ended(error, .close)
            }
            note(stage, reply)
        }
        guard let error = error(server), !isWaiting, isEveryoneAsked else { return .goOn }
        return .ended(error, senderAccepted ? .reset : .keep)
    }

    /// After a refused sender nobody is asked; after a refused recipient all the others are, so that all can be named.
    private var isEveryoneAsked: Bool {
        fault != nil || !steps.indices.contains(answeredCount) || steps[answeredCount] == .data
    }

    private mutating func note(_ stage: SMTPStage, _ reply: ServerReply) {
        // After a refused recipient the server refuses DATA, too; that is not the fault.
        if fault == nil, refused.isEmpty { fault = (stage, reply) }
    }

    private func error(_ server: String) -> MailError? {
        if let fault { return MailError(server, fault.stage, fault.reply, []) }
        guard let worst = refused.first(where: { $0.reply.isPermanent }) ?? refused.first else { return nil }
        return MailError(server, .recipient, worst.reply, refused)
    }
}

extension MailError {
    /// What a reply means that is no acceptance.
    init(_ server: String, _ stage: SMTPStage, _ reply: ServerReply, _ recipients: [RefusedRecipient]) {
        // 530: authentication is required (RFC 4954, section 6), whatever the message.
        if reply.code == 530 || (stage == .authentication && reply.isPermanent) {
            self = .notAuthenticated(server: server, reason: "\(reply)")
        } else if reply.isPermanent {
            self = .refused(server: server, stage: stage, reply: reply, recipients: recipients)
        } else if reply.isTransient {
            self = .deferred(server: server, stage: stage, reply: reply, recipients: recipients)
        } else {
            self = .unreachable(server: server, stage: stage, reason: "unexpected answer \(reply)")
        }
    }
}
