import Diagnostics

/// Turns the text of one value, from a YAML file, a CSV file or an argument, into a typed value, strictly.
///
/// ```swift
/// extension ScalarReader<TaxCode> {
///     static let taxCode = ScalarReader(
///         "a UK tax code", expected: "e.g. 1257L, K475, BR, S1257L M1", placeholder: .emergency) { TaxCode($0) }
/// }
/// let code = row.required("tax_code", .taxCode)
/// // employees.csv:14:22: tax_code "12S7L" is not a UK tax code (expected e.g. 1257L, K475, BR, S1257L M1)
/// ```
package struct ScalarReader<Value: Sendable>: Sendable {
    /// What the value should look like: "a date, e.g. 2026-11-21". Said where the value is missing.
    package var expected: String { describe() }
    /// Stands in for a value that was reported as wrong, so that the reading goes on and finds the other errors. What
    /// was built with it is thrown away by the mapping or row that handed it out.
    package let placeholder: Value
    // Made only when it is told: readers such as `money(currency)` are made anew for each value.
    private let describe: @Sendable () -> String
    private let convert: @Sendable (String) throws(ScalarRejection) -> Value

    /// A reader that words its own refusals.
    package init(
        expected: @escaping @autoclosure @Sendable () -> String, placeholder: Value,
        convert: @escaping @Sendable (String) throws(ScalarRejection) -> Value
    ) {
        describe = expected
        self.placeholder = placeholder
        self.convert = convert
    }

    /// A reader that refuses what `convert` makes nil of.
    ///
    /// - Parameters:
    ///   - noun: what the value is not, with its article: "a UK tax code".
    ///   - expected: the form or examples: "e.g. 1257L, K475".
    package init(
        _ noun: String, expected: String, placeholder: Value, convert: @escaping @Sendable (String) -> Value?
    ) {
        self.init(expected: "\(noun), \(expected)", placeholder: placeholder) { text throws(ScalarRejection) in
            guard let value = convert(text) else { throw ScalarRejection("is not \(noun)", expected: expected) }
            return value
        }
    }

    package func read(_ text: String) throws(ScalarRejection) -> Value {
        try convert(text)
    }

    /// Reads a value called `name`, or reports it at `location` and gives the placeholder.
    package func read(
        _ text: String, named name: String, at location: @autoclosure () -> SourceLocation?,
        into collector: ProblemCollector
    ) -> Value {
        do {
            return try convert(text)
        } catch {
            collector.add(error.problem(name: name, value: text, at: location()))
            return placeholder
        }
    }

    /// The value, when `isAllowed`; else it is refused in the words `reason`: "is not in the future".
    package func satisfying(
        _ reason: String, expected: String, _ isAllowed: @escaping @Sendable (Value) -> Bool
    ) -> ScalarReader {
        ScalarReader(expected: expected, placeholder: placeholder) { text throws(ScalarRejection) in
            let value = try read(text)
            guard isAllowed(value) else { throw ScalarRejection(reason, expected: expected) }
            return value
        }
    }
}

/// Why a scalar reader refused a text: "is not a date", "2026-11-21".
package struct ScalarRejection: Error, Hashable, Sendable {
    /// The rest of a sentence that begins with the name and the value.
    package var reason: String
    package var expected: String?

    package init(_ reason: String, expected: String? = nil) {
        self.reason = reason
        self.expected = expected
    }

    package func problem(name: String, value: String, at location: SourceLocation?) -> Problem {
        Problem("\(name) \(Quoted.text(value)) \(reason)", expected: expected, at: location)
    }
}

/// A value from outside, fit to stand in a message.
package enum Quoted {
    package static let maximumCharacters = 60

    /// The text in quotes on one line: control and invisible characters as escapes, cut where it is long.
    package static func text(_ text: String) -> String {
        var shown = "\""
        var count = 0
        for character in text {
            guard count < maximumCharacters else { return shown + "…\"" }
            count += 1
            switch character {
            case "\n", "\r\n": shown += "\\n"
            case "\r": shown += "\\r"
            case "\t": shown += "\\t"
            case "\"": shown += "\\\""
            default:
                let isInvisible = character.unicodeScalars.contains { scalar in
                    switch scalar.properties.generalCategory {
                    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: true
                    case .spaceSeparator: scalar != " "
                    default: false
                    }
                }
                shown +=
                    isInvisible
                    ? character.unicodeScalars.map { $0.escaped(asASCII: true) }.joined() : String(character)
            }
        }
        return shown + "\""
    }
}
