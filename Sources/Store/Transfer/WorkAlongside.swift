import Foundation

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
