import Foundation

/// Tells work that goes on alongside that it is not wanted any more.
final class StopSign: @unchecked Sendable {
    private let lock = NSLock()
    private var isRaised = false

    var isSet: Bool { lock.withLock { isRaised } }
    func set() { lock.withLock { isRaised = true } }
}
