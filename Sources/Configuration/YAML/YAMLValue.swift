import Diagnostics

/// A value of a YAML file that somebody is about to read: asks it to be a scalar, a list or a mapping, and reports where
/// it is not.
package struct YAMLValue {
    package let node: YAMLNode
    /// How messages call it: its key.
    package let name: String
    let source: SourceText
    let collector: ProblemCollector

    package var location: SourceLocation { node.location }

    package enum Shape: Sendable { case scalar, list, mapping }

    /// What was written, for a key that may be either: `notify: a@example.com` or a list of them.
    package var shape: Shape {
        switch node.content {
        case .scalar: .scalar
        case .list: .list
        case .mapping: .mapping
        }
    }

    /// Reports something about this value.
    package func report(_ message: String, expected: String? = nil) {
        collector.add(Problem(message, expected: expected, at: location))
    }

    // MARK: - Scalars

    /// Whether it is one value, and no list or mapping: for keys that take either.
    package var isScalar: Bool {
        if case .scalar = node.content { true } else { false }
    }

    package func scalar<Value>(_ reader: ScalarReader<Value>) -> Value {
        guard let scalar = requireScalar(expected: reader.expected) else { return reader.placeholder }
        return reader.read(scalar.text, named: name, at: location, into: collector)
    }

    /// A text with its place, for a reader that reports inside it: a formula, a template.
    package func locatedText() -> LocatedText {
        guard let scalar = requireScalar(expected: "text") else { return LocatedText(text: "", location: location) }
        return LocatedText(scalar, at: location, in: source)
    }

    private func requireScalar(expected: @autoclosure () -> String) -> YAMLNode.Scalar? {
        guard case .scalar(let scalar) = node.content else {
            report("\(name) is \(node.shapeWithArticle)", expected: expected())
            return nil
        }
        guard !scalar.isMissing else {
            report("\(name) has no value", expected: expected())
            return nil
        }
        return scalar
    }

    // MARK: - Lists

    /// Lists with more items are refused.
    package static let maximumItems = 100_000

    /// The items that `item` reads; those of which it makes nil are left out.
    package func list<Value>(minimumCount: Int = 0, _ item: (YAMLValue) -> Value?) -> [Value] {
        guard case .list(let nodes) = node.content else {
            let isMissing = if case .scalar(let scalar) = node.content { scalar.isMissing } else { false }
            report(
                isMissing ? "\(name) has no value" : "\(name) is \(node.shapeWithArticle)",
                expected: minimumCount == 0 ? "a list, e.g. [] or lines that begin with -" : "a list")
            return []
        }
        guard nodes.count >= minimumCount else {
            report("\(name) has \(nodes.count) items", expected: "at least \(minimumCount)")
            return []
        }
        guard nodes.count <= Self.maximumItems else {
            report("\(name) has \(nodes.count) items", expected: "at most \(Self.maximumItems)")
            return []
        }
        return nodes.enumerated().compactMap { index, node in
            item(YAMLValue(node: node, name: "\(name) item \(index + 1)", source: source, collector: collector))
        }
    }

    package func list<Value>(_ reader: ScalarReader<Value>, minimumCount: Int = 0) -> [Value] {
        list(minimumCount: minimumCount) { $0.scalar(reader) }
    }

    // MARK: - Mappings

    /// What `body` makes of a mapping with known keys; nil when anything within it was reported.
    ///
    /// `body` asks for every key it knows before it returns: what it has not asked for is reported as unknown.
    package func mapping<Value>(_ body: (YAMLMapping) -> Value?) -> Value? {
        guard let entries = requireMapping() else { return nil }
        let before = collector.count
        let mapping = YAMLMapping(
            entries: entries, location: location, name: name, source: source, collector: collector)
        let value = body(mapping)
        mapping.reportUnknownKeys()
        return collector.count == before ? value : nil
    }

    /// What `body` makes of each entry of a mapping whose keys are the writer's own, in the order written.
    ///
    /// Entries of which `body` makes nil are left out.
    package func entries<Key, Value>(
        keys: ScalarReader<Key>, _ body: (Key, YAMLValue) -> Value?
    ) -> [(key: Key, value: Value)] {
        guard let entries = requireMapping() else { return [] }
        return entries.compactMap { entry in
            let key = keys.read(entry.key, named: "the key", at: entry.keyLocation, into: collector)
            let value = YAMLValue(node: entry.value, name: entry.key, source: source, collector: collector)
            return body(key, value).map { (key, $0) }
        }
    }

    package func entries<Value>(_ body: (String, YAMLValue) -> Value?) -> [(key: String, value: Value)] {
        entries(keys: .identifier, body)
    }

    private func requireMapping() -> [YAMLNode.Entry]? {
        guard case .mapping(let entries) = node.content else {
            let isMissing = if case .scalar(let scalar) = node.content { scalar.isMissing } else { false }
            report(
                isMissing ? "\(name) has no value" : "\(name) is \(node.shapeWithArticle)",
                expected: "a mapping: lines of key: value")
            return nil
        }
        return entries
    }
}
