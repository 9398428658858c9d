/// One thing that is wrong with something a person gave us, said so that the reader can mend it.
///
/// ```swift
/// Problem("tax_code \"12S7L\" is not a UK tax code", expected: "e.g. 1257L, K475, BR, S1257L M1", at: location)
/// // employees.csv:14:22: tax_code "12S7L" is not a UK tax code (expected e.g. 1257L, K475, BR, S1257L M1)
/// ```
package struct Problem: Hashable, Sendable, CustomStringConvertible {
    /// Where it is; nil when it is about no file, e.g. an argument of a command.
    package var location: SourceLocation?
    /// What is wrong, naming the field and its value. Never pay, bank or tax data of a person beyond the field at fault.
    package var message: String
    /// What would have been right.
    package var expected: String?

    package init(_ message: String, expected: String? = nil, at location: SourceLocation? = nil) {
        self.message = message
        self.expected = expected
        self.location = location
    }

    package var description: String {
        let place = location.map { "\($0): " } ?? ""
        let hint = expected.map { " (expected \($0))" } ?? ""
        return place + message + hint
    }
}
