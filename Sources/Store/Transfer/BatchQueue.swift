import Foundation

/// Hands batches from the thread that reads to the one that writes, a few of them at most.
final class BatchQueue: @unchecked Sendable {
    private let condition = NSCondition()
    private var waiting: [RowBatch] = []
    private var isComplete = false
    private var failure: (any Error)?
    private var committed: Int64 = 0

    private static let maximumWaiting = 4

    private func locked<T>(_ body: () throws -> T) rethrows -> T {
        condition.lock()
        defer { condition.unlock() }
        return try body()
    }

    /// Waits for room.
    ///
    /// - Throws: what made the writer give up.
    func put(_ batch: RowBatch) throws {
        try locked {
            while waiting.count >= Self.maximumWaiting, failure == nil { condition.wait() }
            if let failure { throw failure }
            waiting.append(batch)
            condition.broadcast()
        }
    }

    /// Nothing more comes.
    func complete() {
        locked {
            isComplete = true
            condition.broadcast()
        }
    }

    /// Waits for the next one.
    ///
    /// - Returns: nil when all have been handed over.
    func next() -> RowBatch? {
        locked {
            while waiting.isEmpty, !isComplete { condition.wait() }
            guard !waiting.isEmpty else { return nil }
            condition.broadcast()
            return waiting.removeFirst()
        }
    }

    func giveUp(_ error: any Error) {
        locked {
            failure = error
            condition.broadcast()
        }
    }

    func addCommitted(_ rows: Int) {
        locked { committed += Int64(rows) }
    }

    /// Rows that the writer has committed.
    var committedRows: Int64 { locked { committed } }
}

/// Work that is done on another thread meanwhile.
final class WorkAlongside: @unchecked Sendable {
    private let group = DispatchGroup()
    private let lock = NSLock()
    private var failure: (any Error)?

    init(_ body: @escaping @Sendable () throws -> Void) {
        DispatchQueue(label: "steward.transfer").async(group: group) { [self] in
            do {
                try body()
            } catch {
                lock.withLock { failure = error }
            }
        }
    }

    /// Waits for its end.
    ///
    /// - Parameter report: is called while it is waited for; where it throws, the work is left to go on.
    func finish(reporting report: () throws -> Void = {}) throws {
        while group.wait(timeout: .now() + .milliseconds(200)) == .timedOut { try report() }
        if let failure = lock.withLock({ failure }) { throw failure }
    }
}

/// Tells work that goes on alongside that it is not wanted any more.
final class StopSign: @unchecked Sendable {
    private let lock = NSLock()
    private var isRaised = false

    var isSet: Bool { lock.withLock { isRaised } }
    func set() { lock.withLock { isRaised = true } }
}
