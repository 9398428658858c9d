import Diagnostics

/// One value of a YAML file as it was written, with its place. Scalars are text: nothing has been made of them yet.
package struct YAMLNode: Sendable {
    package enum Content: Sendable {
        case scalar(Scalar)
        case list([YAMLNode])
        case mapping([Entry])
    }

    package struct Scalar: Sendable {
        package var text: String
        package var style: Style
        /// The bytes of the file that hold it, with quotes or the block's header.
        var byteRange: Range<Int>

        package enum Style: Sendable {
            case plain, singleQuoted, doubleQuoted
            /// `|`: line breaks are kept.
            case literal
            /// `>`: line breaks are folded to spaces.
            case folded
        }

        /// Whether nothing was written, or a plain `~` or `null`, which mean nothing in YAML.
        package var isMissing: Bool {
            style == .plain && (text.isEmpty || text == "~" || text == "null" || text == "Null" || text == "NULL")
        }
    }

    package struct Entry: Sendable {
        package var key: String
        package var keyLocation: SourceLocation
        package var value: YAMLNode
    }

    package var content: Content
    package var location: SourceLocation

    /// `a list`, for messages.
    package var shapeWithArticle: String {
        switch content {
        case .scalar: "a single value"
        case .list: "a list"
        case .mapping: "a mapping"
        }
    }
}

extension YAMLNode {
    /// What was written, without its layout: equal for values that mean the same, whatever the order of their keys.
    ///
    /// - Parameter leftOut: keys of the outermost mapping that do not count.
    package func canonicalText(leavingOut leftOut: Set<String> = []) -> String {
        switch content {
        case .scalar(let scalar): scalar.isMissing ? "~" : Self.counted(scalar.text)
        case .list(let items): "[" + items.map { $0.canonicalText() }.joined(separator: ",") + "]"
        case .mapping(let entries):
            "{"
                + entries.filter { !leftOut.contains($0.key) }.sorted { $0.key < $1.key }
                .map { Self.counted($0.key) + $0.value.canonicalText() }.joined(separator: ",") + "}"
        }
    }

    /// With its length before it, so that no text is taken for the end of another.
    private static func counted(_ text: String) -> String { "\(text.utf8.count):\(text)" }
}
