import Mail

/// What came of an attempt, in the words of the other side or of what went wrong.
package struct DeliveryAnswer: Hashable, Sendable {
    package var text: String
    /// 250
    package var replyCode: Int?
    /// RFC 3463: `2.0.0`
    package var enhancedCode: String?
    /// What the server calls the message in its log.
    package var queueID: String?

    package init(text: String, replyCode: Int? = nil, enhancedCode: String? = nil, queueID: String? = nil) {
        self.text = text
        self.replyCode = replyCode
        self.enhancedCode = enhancedCode
        self.queueID = queueID
    }

    init(_ receipt: DeliveryReceipt) {
        switch receipt.place {
        case .file(let path): self.init(text: path)
        case .server(let server):
            let reply = receipt.reply
            self.init(
                text: reply.map { "\(server): \($0)" } ?? server, replyCode: reply?.code,
                enhancedCode: reply?.enhancedStatus, queueID: reply?.queueIdentifier)
        }
    }

    init(_ error: MailError) {
        let reply = error.reply
        self.init(text: error.description, replyCode: reply?.code, enhancedCode: reply?.enhancedStatus)
    }
}
