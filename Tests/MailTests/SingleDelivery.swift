@testable import Mail

extension MailTransport {
    /// Hands one message over from beginning to end.
    func deliver(_ message: RenderedMessage) throws(MailError) -> DeliveryReceipt {
        begin(message, as: DeliveryTicket(1))
        while true {
            for event in events(waitingMilliseconds: 1_000) {
                switch event {
                case .standing(let ticket): complete([ticket])
                case .ended(_, let result): return try result.get()
                }
            }
        }
    }
}
