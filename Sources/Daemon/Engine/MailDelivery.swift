import Calendars
import Jobs
import Logging
import Mail
import Store
import Synchronization

/// Delivers the outbox on a thread of its own, for as long as the daemon lives.
final class MailDelivery: Sendable {
    /// How long it rests when nothing wakes it: other processes write into the outbox too.
    private static let pollMilliseconds = 1_000
    /// How long it rests after trouble with the store, or with a password that cannot be read.
    private static let troubleMilliseconds: Int32 = 5_000

    private struct State {
        var isStopped = false
        var graceSeconds = 0
        /// Of the courier, once there is one.
        var control: OutboxControl?
    }

    private let state = Mutex(State())
    private let end: WakeDescriptor
    private let thread = Mutex<SystemThread?>(nil)

    /// Begins to deliver; nothing happens where the company has no mail.
    init(company: Company, store: Store, clock: any Clock, logger: Logger, health: DaemonHealth) throws(SystemError) {
        end = try WakeDescriptor()
        guard let mail = company.settings.mail else { return }
        var started: SystemThread? = try SystemThread(named: "mail") { [self] in
            deliver(mail, from: store, clock: clock, logger: logger, health: health)
        }
        thread.withLock { $0 = started.take() }
    }

    /// Something was put into the outbox.
    func wake() {
        state.withLock { $0.control }?.wake()
    }

    /// Begins no more messages, and returns when those under way have ended or were let go.
    func stop(graceSeconds: Int) {
        guard let thread = thread.withLock({ $0.take() }) else { return }
        let control = state.withLock { state in
            state.isStopped = true
            state.graceSeconds = graceSeconds
            return state.control
        }
        control?.stop(graceSeconds: graceSeconds)
        end.wake()
        thread.join()
    }

    private func deliver(
        _ mail: MailSettings, from store: Store, clock: any Clock, logger: Logger, health: DaemonHealth
    ) {
        var courier: OutboxCourier?
        var trouble: String?
        while !state.withLock({ $0.isStopped }) {
            do {
                let current = try courier ?? courierOf(mail, store, clock)
                courier = current
                try current.deliverDue { outcome in
                    health.delivered(outcome.state)
                    guard outcome.state != .sent else { return }
                    logger.warning(
                        "message \(outcome.message) is \(outcome.state.words)",
                        metadata: ["answer": "\(outcome.answer)"])
                }
                if trouble != nil { logger.notice("mail is delivered again") }
                trouble = nil
                current.waitForWork(maximumMilliseconds: Self.pollMilliseconds)
            } catch {
                let text = Daemon.text(of: error)
                if trouble != text { logger.error("mail cannot be delivered just now", metadata: ["error": "\(text)"]) }
                trouble = text
                end.wait(maximumMilliseconds: Self.troubleMilliseconds)
            }
        }
    }

    private func courierOf(_ mail: MailSettings, _ store: Store, _ clock: any Clock) throws -> OutboxCourier {
        let courier = OutboxCourier(store: store, transport: try mail.makeTransport(), clock: clock, pace: mail.pace)
        state.withLock { state in
            state.control = courier.control
            if state.isStopped { courier.control.stop(graceSeconds: state.graceSeconds) }
        }
        return courier
    }
}
