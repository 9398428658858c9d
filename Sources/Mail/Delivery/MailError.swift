import Diagnostics

/// Why a message was not delivered, and so what may be done about it.
package enum MailError: Error, Hashable, Sendable {
    /// The server refused it for good (5xx). `recipients` names those at fault, where it was about them.
    case refused(server: String, stage: SMTPStage, reply: ServerReply, recipients: [RefusedRecipient])
    /// The server asks us to come again later (4xx).
    case deferred(server: String, stage: SMTPStage, reply: ServerReply, recipients: [RefusedRecipient])
    /// No connection, or it broke off before the message was complete: the server cannot have taken it.
    case unreachable(server: String, stage: SMTPStage, reason: String)
    /// TLS could not be had, or the server's certificate is not to be trusted.
    case insecure(server: String, reason: String)
    /// The user name and password were not accepted, or the server takes none.
    case notAuthenticated(server: String, reason: String)
    /// The whole message was sent and no answer came: the server may have taken it or not.
    case inDoubt(server: String, reason: String)
    /// The file could not be written.
    case notWritten(path: String, reason: String)

    /// What follows for the message.
    package enum Remedy: Hashable, Sendable {
        /// It will never be taken as it is.
        case giveUp
        case retryLater
        /// No message will be taken until the settings are changed; the message itself is not at fault.
        case mendSettings
        /// Sending again may deliver it twice; policy or a person says whether to.
        case decide
    }

    package var remedy: Remedy {
        switch self {
        // A server that refuses us before it has heard of the message refuses every message.
        case .refused(_, let stage, _, _): stage.isAboutMessage ? .giveUp : .mendSettings
        case .deferred, .unreachable, .notWritten: .retryLater
        case .insecure, .notAuthenticated: .mendSettings
        case .inDoubt: .decide
        }
    }

    /// Whether the next message would meet the same: the server is at fault, or the way to it, and not this message.
    package var isAboutServer: Bool {
        switch self {
        case .refused(_, let stage, _, _), .deferred(_, let stage, _, _), .unreachable(_, let stage, _):
            !stage.isAboutMessage
        case .insecure, .notAuthenticated, .notWritten: true
        case .inDoubt: false
        }
    }

    /// The server's words, where it said any.
    package var reply: ServerReply? {
        switch self {
        case .refused(_, _, let reply, _), .deferred(_, _, let reply, _): reply
        default: nil
        }
    }
}

extension MailError: ReportableError, CustomStringConvertible {
    package var failure: Failure {
        switch self {
        case .refused(let server, let stage, let reply, let recipients):
            Failure(
                .failed, "The mail server \(server) refused the message at \(stage.rawValue): \(reply).",
                problems: recipients.map { Problem("\($0)") },
                advice: recipients.isEmpty
                    ? "Nothing was sent. Mend what the server names and send again."
                    : "Nothing was sent to anyone. Correct the addresses and send again.")
        case .deferred(let server, let stage, let reply, let recipients):
            Failure(
                .failed, "The mail server \(server) put the message off at \(stage.rawValue): \(reply).",
                problems: recipients.map { Problem("\($0)") }, advice: "Nothing was sent. Try again later.")
        case .unreachable(let server, .connection, let reason):
            Failure(
                .failed, "The mail server \(server) could not be reached: \(reason).",
                advice: "Nothing was sent. Check host and port and whether the server runs, then try again.")
        case .unreachable(let server, let stage, let reason):
            Failure(
                .failed, "The connection to the mail server \(server) broke off at \(stage.rawValue): \(reason).",
                advice: "Nothing was sent. Try again later.")
        case .insecure(let server, let reason):
            Failure(
                .failed, "No safe connection to the mail server \(server): \(reason).",
                advice: "Nothing was sent. Check host, tls and caFile of the mail settings.")
        case .notAuthenticated(let server, let reason):
            Failure(
                .failed, "The mail server \(server) did not accept the login: \(reason).",
                advice: "Nothing was sent. Check the user name and the password of the mail settings.")
        case .inDoubt(let server, let reason):
            Failure(
                .failed,
                "The mail server \(server) got the whole message and then did not answer: \(reason). It may have been delivered.",
                advice: "Look for the message at its recipient or in the server's log before it is sent again.")
        case .notWritten(let path, let reason):
            Failure(.failed, "\(path): the message could not be written: \(reason).")
        }
    }

    package var description: String { failure.description }
}
