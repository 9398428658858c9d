import Diagnostics

/// How this company sends mail; read from its configuration.
package struct MailSettings: Hashable, Sendable {
    package enum Delivery: Hashable, Sendable {
        /// Each message becomes an `.eml` file in this folder.
        case folder(path: String)
        case smtp(SMTPSettings)
    }

    package var delivery: Delivery
    package var sender: EmailAddress
    package var limits: MailLimits
    /// How many messages are under way to a mail server at once: 1 to 64.
    package var connections: Int
    package var pace: DeliveryPace

    package init(
        delivery: Delivery, sender: EmailAddress, limits: MailLimits = .standard,
        connections: Int = SMTPTransport.defaultConnections, pace: DeliveryPace = .unlimited
    ) {
        self.delivery = delivery
        self.sender = sender
        self.limits = limits
        self.connections = connections
        self.pace = pace
    }

    /// A transport for these settings; it is for one thread at a time.
    ///
    /// - Throws: where the password cannot be read.
    package func makeTransport() throws(Failure) -> any MailTransport {
        switch delivery {
        case .folder(let path): return FolderTransport(path: path)
        case .smtp(let settings):
            var password: Secret?
            if let login = settings.login { password = try login.password.resolve() }
            return SMTPTransport(settings, password: password, connections: connections)
        }
    }
}
