import Configuration
import Diagnostics

/// Finds names in braces in the texts of a report that stand for nothing, which would be shown as they are.
struct TitleCheck {
    let values: QueryValues
    let wrongParameters: Set<String>

    /// - Parameter others: names that mean something in this text alone: `value`, `heading`.
    func check(_ keys: [String], _ map: YAMLMapping, others: Set<String> = []) {
        for key in keys {
            guard let value = map.optionalValue(key) else { continue }
            switch value.node.content {
            case .scalar(let scalar): check(scalar.text, others) { value.report($0, expected: $1) }
            case .list(let nodes):
                for node in nodes {
                    guard case .scalar(let scalar) = node.content else { continue }
                    check(scalar.text, others) { map.report($0, expected: $1, at: key) }
                }
            case .mapping: break
            }
        }
    }

    private func check(_ text: String, _ others: Set<String>, report: (String, String) -> Void) {
        for name in Self.names(in: text) where values.text(name) == nil && !others.contains(name) {
            if wrongParameters.contains(where: { name == $0 || name.hasPrefix("\($0)_") }) { continue }
            let known = values.textNames + others.sorted()
            report(
                "{\(name)} stands for nothing" + Suggestion.hint(for: name, among: known),
                "one of: " + known.map { "{\($0)}" }.joined(separator: ", "))
        }
    }

    /// What stands in braces and looks like a name: `period_name`.
    static func names(in text: String) -> [String] {
        var names: [String] = []
        var rest = text[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            let name = rest[rest.index(after: open)..<close]
            if !name.isEmpty, name.utf8.allSatisfy({ QueryScanner.isWord(Unicode.Scalar($0)) }) {
                names.append(String(name))
            }
            rest = rest[rest.index(after: close)...]
        }
        return names
    }
}
