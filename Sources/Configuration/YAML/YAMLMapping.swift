import Diagnostics

/// A mapping of a YAML file that somebody is reading key by key.
///
/// `required…` reports a key that is missing, `optional…` does not; both report a value that is wrong. A value that was
/// reported is a placeholder from then on, and what is built with it is thrown away at the end of the mapping.
package final class YAMLMapping {
    package let location: SourceLocation
    package let name: String
    private let entries: [YAMLNode.Entry]
    private let source: SourceText
    private let collector: ProblemCollector
    private let countBefore: Int
    private var known: [String] = []

    init(
        entries: [YAMLNode.Entry], location: SourceLocation, name: String, source: SourceText,
        collector: ProblemCollector
    ) {
        self.entries = entries
        self.location = location
        self.name = name
        self.source = source
        self.collector = collector
        countBefore = collector.count
    }

    /// Whether anything in this mapping was reported so far. Ask before comparing two values with each other.
    package var hasProblems: Bool { collector.count > countBefore }

    // MARK: - Any value

    /// The value of a key that may be there.
    package func optionalValue(_ key: String) -> YAMLValue? {
        if !known.contains(key) { known.append(key) }
        guard let entry = entries.first(where: { $0.key == key }) else { return nil }
        return YAMLValue(node: entry.value, name: key, source: source, collector: collector)
    }

    /// The value of a key that must be there.
    package func requiredValue(_ key: String, expected: @autoclosure () -> String? = nil) -> YAMLValue? {
        guard let value = optionalValue(key) else {
            collector.add(Problem("\(key) is missing", expected: expected(), at: location))
            return nil
        }
        return value
    }

    package func contains(_ key: String) -> Bool { optionalValue(key) != nil }

    // MARK: - Scalars

    package func required<Value>(_ key: String, _ reader: ScalarReader<Value>) -> Value {
        requiredValue(key, expected: reader.expected)?.scalar(reader) ?? reader.placeholder
    }

    package func optional<Value>(_ key: String, _ reader: ScalarReader<Value>) -> Value? {
        optionalValue(key)?.scalar(reader)
    }

    package func optional<Value>(
        _ key: String, _ reader: ScalarReader<Value>, default absent: @autoclosure () -> Value
    ) -> Value {
        optionalValue(key)?.scalar(reader) ?? absent()
    }

    /// A text with its place, for a reader that reports inside it: a formula, a template.
    package func requiredLocatedText(_ key: String) -> LocatedText {
        requiredValue(key, expected: "text")?.locatedText() ?? LocatedText(text: "", location: location)
    }

    package func optionalLocatedText(_ key: String) -> LocatedText? {
        optionalValue(key)?.locatedText()
    }

    // MARK: - Lists

    package func list<Value>(_ key: String, minimumCount: Int = 0, _ item: (YAMLValue) -> Value?) -> [Value] {
        requiredValue(key, expected: "a list")?.list(minimumCount: minimumCount, item) ?? []
    }

    package func list<Value>(_ key: String, _ reader: ScalarReader<Value>, minimumCount: Int = 0) -> [Value] {
        list(key, minimumCount: minimumCount) { $0.scalar(reader) }
    }

    /// The items, or none where the key is absent.
    package func optionalList<Value>(_ key: String, _ item: (YAMLValue) -> Value?) -> [Value] {
        optionalValue(key)?.list(item) ?? []
    }

    package func optionalList<Value>(_ key: String, _ reader: ScalarReader<Value>) -> [Value] {
        optionalValue(key)?.list(reader) ?? []
    }

    // MARK: - Mappings

    /// A mapping within this one; nil when it is missing or anything within it was reported.
    package func mapping<Value>(_ key: String, _ body: (YAMLMapping) -> Value?) -> Value? {
        requiredValue(key, expected: "a mapping")?.mapping(body)
    }

    package func optionalMapping<Value>(_ key: String, _ body: (YAMLMapping) -> Value?) -> Value? {
        optionalValue(key)?.mapping(body)
    }

    /// The entries of a mapping whose keys are the writer's own, in the order written.
    package func entries<Key, Value>(
        _ key: String, keys: ScalarReader<Key>, _ body: (Key, YAMLValue) -> Value?
    ) -> [(key: Key, value: Value)] {
        requiredValue(key, expected: "a mapping")?.entries(keys: keys, body) ?? []
    }

    package func entries<Value>(
        _ key: String, _ body: (String, YAMLValue) -> Value?
    ) -> [(key: String, value: Value)] {
        entries(key, keys: .identifier, body)
    }

    package func optionalEntries<Key, Value>(
        _ key: String, keys: ScalarReader<Key>, _ body: (Key, YAMLValue) -> Value?
    ) -> [(key: Key, value: Value)] {
        optionalValue(key)?.entries(keys: keys, body) ?? []
    }

    package func optionalEntries<Value>(
        _ key: String, _ body: (String, YAMLValue) -> Value?
    ) -> [(key: String, value: Value)] {
        optionalEntries(key, keys: .identifier, body)
    }

    // MARK: - Places and problems

    /// Where the value of `key` stands; where the mapping begins when it has no such key.
    package func location(of key: String) -> SourceLocation {
        entries.first { $0.key == key }?.value.location ?? location
    }

    /// Where `key` itself stands; where the mapping begins when it has no such key.
    package func keyLocation(of key: String) -> SourceLocation {
        entries.first { $0.key == key }?.keyLocation ?? location
    }

    /// Reports something about the value of `key`, or about the mapping.
    package func report(_ message: String, expected: String? = nil, at key: String? = nil) {
        collector.add(Problem(message, expected: expected, at: key.map { location(of: $0) } ?? location))
    }

    func reportUnknownKeys() {
        for entry in entries where !known.contains(entry.key) {
            // A key that is there already cannot be what was meant.
            let free = known.filter { key in !entries.contains { $0.key == key } }
            let hint = Suggestion.hint(for: entry.key, among: free)
            let expected = known.isEmpty ? "no keys here" : "one of: " + known.joined(separator: ", ")
            collector.add(
                Problem(
                    "the key \(Quoted.text(entry.key)) is unknown\(hint)", expected: expected, at: entry.keyLocation))
        }
    }
}
