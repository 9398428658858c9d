import Configuration

/// The nodes that may work on the runs of a job: those that have all of these labels. Each node has the label `node`
/// with its name.
///
/// ```yaml
/// runs_on: ledger-2                      # the node of this name
/// runs_on: {printer: "yes", site: leeds} # every node with these labels
/// ```
package struct Placement: Hashable, Sendable, CustomStringConvertible {
    /// Values by name.
    package var labels: [String: String]

    package static let anywhere = Placement(labels: [:])
    /// The label that every node has, with its name.
    package static let nodeLabel = "node"
    package static let maximumLabels = 20

    package init(labels: [String: String]) {
        self.labels = labels
    }

    package func matches(_ labels: NodeLabels) -> Bool {
        self.labels.allSatisfy { labels.values[$0.key] == $0.value }
    }

    /// How the store keeps it: `name=value`, sorted by name, one a line.
    package var canonicalText: String { NodeLabels(values: labels).canonicalText }

    package init(canonicalText: String) {
        labels = NodeLabels(canonicalText: canonicalText).values
    }

    /// `the node ledger-2`, `a node with printer=yes, site=leeds`.
    package var description: String {
        guard labels.keys.sorted() != [Self.nodeLabel] else { return "the node \(labels[Self.nodeLabel] ?? "")" }
        return labels.isEmpty ? "any node" : "a node with \(NodeLabels(values: labels))"
    }
}

extension Placement {
    /// Reads `runs_on` of a job.
    init(_ map: YAMLMapping) {
        self = .anywhere
        guard let value = map.optionalValue("runs_on") else { return }
        labels = value.isScalar ? [Self.nodeLabel: value.scalar(.nodeWord)] : NodeLabels.read(value)
    }
}

/// What a node says of itself, for jobs to choose by.
package struct NodeLabels: Hashable, Sendable, CustomStringConvertible {
    package var values: [String: String]

    package init(values: [String: String]) {
        self.values = values
    }

    package init(canonicalText: String) {
        let pairs = canonicalText.split(separator: "\n").compactMap { line -> (String, String)? in
            guard let equals = line.firstIndex(of: "=") else { return nil }
            return (String(line[..<equals]), String(line[equals...].dropFirst()))
        }
        values = Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }

    private var pairs: [String] { values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" } }

    package var canonicalText: String { pairs.joined(separator: "\n") }

    package var description: String { pairs.joined(separator: ", ") }

    /// Reads `{name: value, …}`.
    package static func read(_ value: YAMLValue) -> [String: String] {
        let entries = value.entries(keys: .identifier) { _, value in value.scalar(.nodeWord) }
        if entries.count > Placement.maximumLabels {
            value.report("there are \(entries.count) labels", expected: "at most \(Placement.maximumLabels)")
        }
        return Dictionary(entries.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
    }
}

extension ScalarReader<String> {
    private static let nodeWordCharacters = Set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-".unicodeScalars)

    /// The name of a node, or the value of a label: `ledger-2`, `db01.example.com`, `yes`.
    package static let nodeWord = ScalarReader(
        "the name of a node or the value of a label", expected: "letters, digits, \".\", _ and -, at most 253",
        placeholder: ""
    ) { text in
        !text.isEmpty && text.utf8.count <= 253 && text.unicodeScalars.allSatisfy(nodeWordCharacters.contains)
            ? text : nil
    }
}
