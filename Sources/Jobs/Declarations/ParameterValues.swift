/// The parameters of a run by name, as text, checked against what the kind declares.
package struct ParameterValues: Hashable, Sendable {
    package var values: [String: String]

    package init(_ values: [String: String] = [:]) {
        self.values = values
    }

    package subscript(_ name: String) -> String? { values[name] }

    /// Sorted by name, one `name=value` a line: equal parameters have equal text, so it can be part of a key.
    package var canonicalText: String {
        values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "\n")
    }

    /// Reads what `canonicalText` wrote.
    package init(canonicalText: String) {
        values = [:]
        for line in canonicalText.split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { values[String(parts[0])] = String(parts[1]) }
        }
    }

    /// `pay_group=monthly`: on one line, for people.
    package var text: String { canonicalText.split(separator: "\n").joined(separator: " ") }
}

/// One parameter that a kind takes.
package struct ParameterDefinition: Hashable, Sendable {
    package var name: String
    package var isRequired: Bool
    /// What it means, in a few words: shown by `job show`.
    package var description: String
    /// An example that would be accepted.
    package var example: String

    package init(_ name: String, isRequired: Bool = true, description: String, example: String) {
        self.name = name
        self.isRequired = isRequired
        self.description = description
        self.example = example
    }
}
