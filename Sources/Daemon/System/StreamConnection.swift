import CLinux
import Glibc

/// One connection of a `StreamServer`, used by its thread alone.
struct StreamConnection {
    enum State {
        case reading
        case answering
        /// The last answer is sent; what the client still sends is read and thrown away, since a connection that is
        /// closed with something unread takes the answer with it.
        case hangingUp
        case closed
    }

    let descriptor: OwnedDescriptor
    let peer: ConnectionPeer?
    var state = State.reading
    /// When the client has taken too long for what it is doing.
    var deadline: ContinuousClock.Instant
    /// What has come and is not answered.
    var request: [UInt8] = []
    /// Whether the client sends no more.
    private(set) var isEnded = false
    private var answer: [UInt8] = []
    private var sentBytes = 0
    private(set) var isLastAnswer = false

    /// What is thrown away at most of a client that talks on.
    static let maximumDiscardedBytes = 1_048_576
    private var discardedBytes = 0

    init(descriptor: OwnedDescriptor, peer: ConnectionPeer?, deadline: ContinuousClock.Instant) {
        self.descriptor = descriptor
        self.peer = peer
        self.deadline = deadline
    }

    /// - Returns: whether anything has changed.
    mutating func read(into buffer: inout [UInt8]) -> Bool {
        do {
            guard let bytes = try descriptor.read(into: &buffer, maximumBytes: buffer.count) else { return false }
            isEnded = bytes.isEmpty
            request += bytes
            return true
        } catch {
            state = .closed
            return false
        }
    }

    mutating func begin(answer: [UInt8], isLast: Bool, until deadline: ContinuousClock.Instant) {
        self.answer = answer
        sentBytes = 0
        isLastAnswer = isLast
        state = .answering
        self.deadline = deadline
    }

    /// - Returns: whether all of the answer has been taken.
    mutating func writeAnswer() -> Bool {
        while sentBytes < answer.count {
            let count = answer.withUnsafeBytes {
                send(
                    descriptor.number, $0.baseAddress?.advanced(by: sentBytes), answer.count - sentBytes,
                    Int32(MSG_NOSIGNAL))
            }
            if count < 0 {
                if errno == EINTR { continue }
                if errno != EAGAIN { state = .closed }
                return false
            }
            sentBytes += count
        }
        return true
    }

    mutating func hangUp(until deadline: ContinuousClock.Instant) {
        shutdown(descriptor.number, Int32(SHUT_WR))
        state = .hangingUp
        request = []
        self.deadline = deadline
    }

    /// Ends the connection with what the client has not taken: otherwise the kernel would hold that for it (tcp(7)).
    mutating func abort() {
        var none = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor.number, SOL_SOCKET, SO_LINGER, &none, socklen_t(MemoryLayout<linger>.size))
        state = .closed
    }

    mutating func discard(into buffer: inout [UInt8]) {
        do {
            guard let bytes = try descriptor.read(into: &buffer, maximumBytes: buffer.count) else { return }
            discardedBytes += bytes.count
            if bytes.isEmpty || discardedBytes > Self.maximumDiscardedBytes { state = .closed }
        } catch {
            state = .closed
        }
    }
}
