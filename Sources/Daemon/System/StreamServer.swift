import CLinux
import Glibc
import Synchronization

/// Who is at the other end of a connection; nil on loopback, where the kernel does not say.
package struct ConnectionPeer: Hashable, Sendable {
    package var process: Int32
    package var user: UInt32
    package var group: UInt32
}

/// What a server does with bytes: where a request ends, and what is answered.
protocol ServerProtocol: Sendable {
    /// The length of the first request in `bytes`; nil when it is not whole yet.
    func requestLength(in bytes: [UInt8]) -> Int?
    func answer(to request: [UInt8], from peer: ConnectionPeer?) -> ServerAnswer
    /// Said before a connection is closed for what its client did.
    func answer(to misuse: ConnectionMisuse) -> [UInt8]
}

struct ServerAnswer: Sendable {
    var bytes: [UInt8]
    /// Whether the connection ends with it.
    var isLast: Bool
}

enum ConnectionMisuse: Sendable {
    case requestTooLong
    case requestTooSlow
}

struct ServerLimits: Sendable {
    /// At once. One more takes the place of the one that has been sending its request the longest.
    var maximumConnections = 32
    var maximumRequestBytes = 8_192
    /// From the connection, or the answer before, until a request is whole.
    var requestSeconds: Double = 10
    /// Until the client has taken an answer.
    var answerSeconds: Double = 10
    /// For a client to hang up after the last answer, so that it reads it.
    var hangUpSeconds: Double = 1
}

/// Answers short requests on one socket, from one thread that waits for no client.
final class StreamServer<Service: ServerProtocol>: Sendable {
    let address: ServerAddress
    private let wake: WakeDescriptor
    private let isClosing = Atomic<Bool>(false)
    private let thread = Mutex<SystemThread?>(nil)

    init(
        at address: ServerAddress, named name: String, limits: ServerLimits = ServerLimits(), service: Service
    ) throws(SystemError) {
        let (listener, bound) = try StreamSocket.listen(at: address)
        self.address = bound
        wake = try WakeDescriptor()
        let started = try SystemThread(named: name) { [self] in
            var rounds = Rounds(server: self, listener: listener, limits: limits, service: service)
            rounds.run()
        }
        var kept: SystemThread? = started
        thread.withLock { $0 = kept.take() }
    }

    /// Hangs up and returns when the thread has ended. Not to be called from the service.
    func close() {
        guard let thread = thread.withLock({ $0.take() }) else { return }
        isClosing.store(true, ordering: .sequentiallyConsistent)
        wake.wake()
        thread.join()
    }

    private struct Rounds {
        let server: StreamServer
        let listener: OwnedDescriptor
        let limits: ServerLimits
        let service: Service
        let monotonic = ContinuousClock()
        var connections: [StreamConnection] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        /// Not before then is a connection taken again: there was no descriptor left for one.
        var acceptAgainAt: ContinuousClock.Instant?

        init(server: StreamServer, listener: OwnedDescriptor, limits: ServerLimits, service: Service) {
            self.server = server
            self.listener = listener
            self.limits = limits
            self.service = service
        }

        mutating func run() {
            while !server.isClosing.load(ordering: .sequentiallyConsistent) {
                waitForSomething()
                let now = monotonic.now
                for index in connections.indices where connections[index].deadline <= now { expire(index) }
                connections.removeAll { $0.state == .closed }
            }
        }

        private mutating func waitForSomething() {
            let now = monotonic.now
            if let again = acceptAgainAt, again <= now { acceptAgainAt = nil }
            var entries = [
                pollfd(fd: server.wake.number, events: Int16(POLLIN), revents: 0),
                pollfd(fd: acceptAgainAt == nil ? listener.number : -1, events: Int16(POLLIN), revents: 0),
            ]
            for connection in connections {
                let events = connection.state == .answering ? POLLOUT : POLLIN
                entries.append(pollfd(fd: connection.descriptor.number, events: Int16(events), revents: 0))
            }
            let deadlines = connections.map(\.deadline) + (acceptAgainAt.map { [$0] } ?? [])
            let milliseconds = deadlines.min().map { (now.duration(to: $0) / .milliseconds(1)).rounded(.up) }
            let timeout = milliseconds.map { Int32(min(max($0, 0), 60_000)) } ?? -1
            guard poll(&entries, nfds_t(entries.count), timeout) > 0 else { return }
            if entries[0].revents != 0 { server.wake.clear() }
            for index in connections.indices where entries[index + 2].revents != 0 { goOn(index) }
            if entries[1].revents != 0 { accept() }
        }

        private mutating func accept() {
            let number = Glibc.accept(listener.number, nil, nil)
            guard number >= 0 else {
                if errno == EMFILE || errno == ENFILE { acceptAgainAt = monotonic.now.advanced(by: .milliseconds(100)) }
                return
            }
            let descriptor = OwnedDescriptor(number)
            guard fcntl(number, F_SETFD, FD_CLOEXEC) == 0, (try? descriptor.setNonBlocking()) != nil else { return }
            if connections.count >= limits.maximumConnections {
                let waiting = connections.indices.filter { connections[$0].state != .closed }
                guard let oldest = waiting.min(by: { connections[$0].deadline < connections[$1].deadline }) else {
                    return
                }
                connections.remove(at: oldest)
            }
            var peer: ConnectionPeer?
            var credentials = linux_peer()
            if case .socket = server.address, linux_peer_of(number, &credentials) == 0 {
                peer = ConnectionPeer(
                    process: credentials.process, user: credentials.user, group: credentials.group)
            }
            connections.append(
                StreamConnection(
                    descriptor: descriptor, peer: peer,
                    deadline: monotonic.now.advanced(by: .seconds(limits.requestSeconds))))
        }

        private mutating func goOn(_ index: Int) {
            switch connections[index].state {
            case .reading:
                guard connections[index].read(into: &buffer) else { return }
                serve(index)
            case .answering:
                guard connections[index].writeAnswer() else { return }
                answered(index)
                serve(index)
            case .hangingUp: connections[index].discard(into: &buffer)
            case .closed: break
            }
        }

        /// Answers what is whole, until one answer has to wait for its client.
        private mutating func serve(_ index: Int) {
            while connections[index].state == .reading {
                let length = service.requestLength(in: connections[index].request)
                if let length, length <= limits.maximumRequestBytes {
                    let request = Array(connections[index].request.prefix(length))
                    connections[index].request.removeFirst(length)
                    let answer = service.answer(to: request, from: connections[index].peer)
                    send(answer.bytes, isLast: answer.isLast, to: index)
                } else if connections[index].request.count > limits.maximumRequestBytes {
                    send(service.answer(to: .requestTooLong), isLast: true, to: index)
                } else {
                    if connections[index].isEnded { connections[index].state = .closed }
                    return
                }
            }
        }

        private mutating func send(_ bytes: [UInt8], isLast: Bool, to index: Int) {
            connections[index].begin(
                answer: bytes, isLast: isLast, until: monotonic.now.advanced(by: .seconds(limits.answerSeconds)))
            if connections[index].writeAnswer() { answered(index) }
        }

        private mutating func answered(_ index: Int) {
            guard !connections[index].isLastAnswer else {
                connections[index].hangUp(until: monotonic.now.advanced(by: .seconds(limits.hangUpSeconds)))
                return
            }
            connections[index].state = .reading
            connections[index].deadline = monotonic.now.advanced(by: .seconds(limits.requestSeconds))
        }

        private mutating func expire(_ index: Int) {
            switch connections[index].state {
            // Nobody is told who has not said anything.
            case .reading where !connections[index].request.isEmpty:
                send(service.answer(to: .requestTooSlow), isLast: true, to: index)
            case .answering: connections[index].abort()
            default: connections[index].state = .closed
            }
        }
    }
}
