import Dispatch
import Synchronization

/// Work that is done on another thread meanwhile.
package final class WorkAlongside: Sendable {
    private let group = DispatchGroup()
    private let failure = Mutex<(any Error)?>(nil)

    package init(_ body: @escaping @Sendable () throws -> Void) {
        DispatchQueue(label: "alongside").async(group: group) { [self] in
            do {
                try body()
            } catch {
                failure.withLock { $0 = error }
            }
        }
    }

    /// Waits for its end.
    ///
    /// - Parameter report: is called while it is waited for; where it throws, the work is left to go on.
    /// - Throws: what the work threw.
    package func finish(reporting report: () throws -> Void = {}) throws {
        while group.wait(timeout: .now() + .milliseconds(200)) == .timedOut { try report() }
        if let failure = failure.withLock(\.self) { throw failure }
    }
}
