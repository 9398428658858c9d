import Diagnostics

/// What a person reads when `body` is refused; nil when it is not.
package func refusal(_ body: () throws -> Void) -> Failure? {
    do {
        try body()
        return nil
    } catch let error as any ReportableError {
        return error.failure
    } catch {
        return Failure(.failed, "an error that does not report itself: \(error)")
    }
}
