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
