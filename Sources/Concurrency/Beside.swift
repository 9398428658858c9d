import Dispatch
import Synchronization

/// Does `work` on another thread while `body` runs on this one.
///
/// For pure work: what `body` does must not depend on when `work` is done.
/// - Returns: the result of `work`, when both are done.
/// - Throws: what `body` throws, after `work` is done.
package func beside<Result: Sendable>(
    _ work: @Sendable () -> Result, _ body: () throws -> Void
) rethrows -> Result {
    let result = Mutex<Result?>(nil)
    try withoutActuallyEscaping(work) { work in
        let group = DispatchGroup()
        DispatchQueue.global().async(group: group) {
            let value = work()
            result.withLock { $0 = value }
        }
        // `work` must not outlive this call.
        defer { group.wait() }
        try body()
    }
    // It has been waited for.
    return result.withLock { $0 } ?? work()
}
