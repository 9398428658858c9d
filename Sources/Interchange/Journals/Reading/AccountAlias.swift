/// What `alias` says: another name for an account, or for all whose names fit a pattern.
struct AccountAlias {
    var old: String
    var new: String
    /// hledger's `alias /PATTERN/ = NEW`; nil where the alias is by name.
    private var pattern: Regex<AnyRegexOutput>?

    /// Bytes of a regular expression.
    private static let maximumPatternBytes = 1_000

    init(old: String, new: String) {
        self.old = old
        self.new = new
    }

    /// - Parameter pattern: a regular expression, without its slashes; in `replacement`, `\\1` is what its first group found.
    /// - Returns: nil where it is no regular expression.
    init?(pattern: String, replacement: String) {
        guard pattern.utf8.count <= Self.maximumPatternBytes, let regex = try? Regex(pattern) else { return nil }
        self.init(old: pattern, new: replacement)
        self.pattern = regex.ignoresCase()
    }

    /// Source: hledger(1), "Regex aliases": every part of the whole name that fits is replaced, whatever its case.
    func applied(to name: String) -> String {
        guard let pattern else {
            if name == old { return new }
            return name.hasPrefix(old + ":") ? new + name.dropFirst(old.count) : name
        }
        var result = ""
        var end = name.startIndex
        for match in name.matches(of: pattern) {
            result += name[end..<match.range.lowerBound] + replacement(for: match)
            end = match.range.upperBound
        }
        return result + name[end...]
    }

    private func replacement(for match: Regex<AnyRegexOutput>.Match) -> String {
        var result = ""
        var rest = new[...]
        while let character = rest.popFirst() {
            guard character == "\\", let digit = rest.first?.wholeNumberValue, rest.first?.isASCII == true else {
                result.append(character)
                continue
            }
            rest.removeFirst()
            if match.output.indices.contains(digit) { result += match.output[digit].substring ?? "" }
        }
        return result
    }
}
