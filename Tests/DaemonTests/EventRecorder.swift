import Daemon
import Foundation
import Synchronization

/// Keeps what a supervisor says, and waits until it has said enough.
final class EventRecorder: Sendable {
    private let events = Mutex<[WorkerEvent]>([])
    private let condition = NSCondition()
    static let maximumSeconds: Double = 60

    struct TookTooLong: Error {}

    func add(_ event: WorkerEvent) {
        condition.lock()
        defer { condition.unlock() }
        events.withLock { $0.append(event) }
        condition.broadcast()
    }

    var all: [WorkerEvent] { events.withLock { $0 } }

    /// Waits until `isEnough` says so of all events.
    func wait(_ isEnough: ([WorkerEvent]) -> Bool) throws {
        condition.lock()
        defer { condition.unlock() }
        let limit = Date(timeIntervalSinceNow: Self.maximumSeconds)
        while !isEnough(all) {
            guard condition.wait(until: limit) else { throw TookTooLong() }
        }
    }

    func end(of worker: WorkerID) throws -> WorkerEnd {
        try wait { $0.contains { $0.worker == worker && $0.end != nil } }
        guard let end = all.lazy.filter({ $0.worker == worker }).compactMap(\.end).first else { throw TookTooLong() }
        return end
    }

    func process(of worker: WorkerID) throws -> Int32 {
        try wait { $0.contains { $0.worker == worker && $0.process != nil } }
        guard let process = all.lazy.filter({ $0.worker == worker }).compactMap(\.process).first else {
            throw TookTooLong()
        }
        return process
    }

    /// What the worker has printed on `stream` so far.
    func text(of worker: WorkerID, _ stream: WorkerStream = .standardOutput) -> String {
        let bytes = all.filter { $0.worker == worker }.flatMap { $0.bytes(of: stream) }
        return String(decoding: bytes, as: UTF8.self)
    }

    func waitForText(_ text: String, of worker: WorkerID) throws {
        try wait { _ in self.text(of: worker).contains(text) }
    }
}

extension WorkerEvent {
    var end: WorkerEnd? {
        if case .ended(let end) = kind { end } else { nil }
    }

    var process: Int32? {
        if case .started(let process) = kind { process } else { nil }
    }

    func bytes(of wanted: WorkerStream) -> [UInt8] {
        if case .output(let stream, let bytes) = kind, stream == wanted { bytes } else { [] }
    }
}
