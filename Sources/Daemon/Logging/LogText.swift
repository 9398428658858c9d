import Calendars
import Logging

/// One line of the log, as text for people or as JSON for programs.
package enum LogFormat: String, Sendable, CaseIterable {
    case text
    case json
}

/// How a line is put together. Whatever text comes from outside, a line stays one line and JSON stays JSON.
enum LogText {
    /// Beyond this a text is cut, and says so.
    static let maximumTextBytes = 16_384

    /// `2026-11-21T06:00:00Z info scheduler: started run 12 job=payroll-monthly`
    static func textLine(
        at: Instant, level: Logger.Level, label: String, message: String, values: [(String, String)]
    ) -> String {
        var line = "\(at) \(level.rawValue) \(escaped(label)): \(escaped(cut(message)))"
        for (key, value) in values { line += " \(escaped(key))=\(word(cut(value)))" }
        return line
    }

    /// `{"time":"2026-11-21T06:00:00Z","level":"info","label":"scheduler","message":"started run 12","job":"…"}`
    ///
    /// A value whose key is one of the four is written with `_` before it.
    static func jsonLine(
        at: Instant, level: Logger.Level, label: String, message: String, values: [(String, String)]
    ) -> String {
        let fixed = [("time", "\(at)"), ("level", level.rawValue), ("label", label), ("message", cut(message))]
        let own = values.map { key, value in
            (fixed.contains { $0.0 == key } ? "_" + key : key, cut(value))
        }
        return "{" + (fixed + own).map { "\(quoted($0)):\(quoted($1))" }.joined(separator: ",") + "}"
    }

    /// As it is when it is one plain word; otherwise in quotation marks, with escapes.
    private static func word(_ text: String) -> String {
        let isPlain = { (scalar: Unicode.Scalar) in
            scalar.value > 0x20 && !isControl(scalar) && scalar != "\"" && scalar != "=" && scalar != "\\"
        }
        return !text.isEmpty && text.unicodeScalars.allSatisfy(isPlain) ? text : quoted(text)
    }

    /// A text in JSON (RFC 8259, section 7).
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            default: append(scalar, to: &result)
            }
        }
        return result + "\""
    }

    static func escaped(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { isControl($0) || $0 == "\\" }) else { return text }
        var result = ""
        for scalar in text.unicodeScalars { append(scalar, to: &result) }
        return result
    }

    private static func append(_ scalar: Unicode.Scalar, to result: inout String) {
        switch scalar {
        case "\\": result += "\\\\"
        case "\n": result += "\\n"
        case "\r": result += "\\r"
        case "\t": result += "\\t"
        case _ where isControl(scalar):
            let digits = String(scalar.value, radix: 16)
            result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        default: result.unicodeScalars.append(scalar)
        }
    }

    /// What could steer a terminal, end a line, or turn its direction: C0, DEL, C1, the separators of lines and
    /// paragraphs, and the marks of direction. All are below U+10000, so that four digits hold them.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0...0x1F, 0x7F...0x9F, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    private static func cut(_ text: String) -> String {
        guard text.utf8.count > maximumTextBytes else { return text }
        let kept = String(decoding: text.utf8.prefix(maximumTextBytes), as: UTF8.self)
        return "\(kept)… (\(text.utf8.count - maximumTextBytes) bytes more)"
    }
}
