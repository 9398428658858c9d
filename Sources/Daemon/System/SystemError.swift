import Diagnostics
import Glibc

/// A call of the operating system that failed, with what it was about.
package struct SystemError: Error, Hashable, Sendable, CustomStringConvertible, ReportableError {
    /// The call, as its manual page is named: `pipe2`.
    package var call: String
    /// The value of `errno`.
    package var code: Int32
    /// The path, address or command that it was about.
    package var subject: String?

    package init(_ call: String, code: Int32 = errno, about subject: String? = nil) {
        self.call = call
        self.code = code
        self.subject = subject
    }

    package var reason: String { String(cString: strerror(code)) }

    package var description: String {
        (subject.map { "\($0): " } ?? "") + "\(reason) (\(call))"
    }

    package var failure: Failure { Failure(.failed, description + ".") }
}
