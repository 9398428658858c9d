// The event parser inside Yams. Its composer, `Yams.Node`, drops what strict reading needs: it follows aliases without
// a trace, stops at the first repeated key, and does not keep where a scalar ends.
internal import CYaml
import Diagnostics

/// Builds the tree of one document from the parser's events, and reports what Steward's YAML does not have.
struct YAMLComposer {
    let source: SourceText
    private(set) var problems = ProblemList()

    init(source: SourceText) {
        self.source = source
    }

    /// The document's root; nil when something was reported.
    mutating func compose() -> YAMLNode? {
        let bytes = source.bytes
        return bytes.withUnsafeBufferPointer { buffer in
            var parser = yaml_parser_t()
            guard yaml_parser_initialize(&parser) == 1 else { preconditionFailure("no memory for a YAML parser") }
            defer { yaml_parser_delete(&parser) }
            yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
            yaml_parser_set_input_string(&parser, buffer.baseAddress, buffer.count)
            do throws(Stop) {
                let root = try document(&parser)
                return problems.isEmpty ? root : nil
            } catch {
                return nil
            }
        }
    }

    /// Ends the reading; why stands in `problems`.
    private struct Stop: Error {}

    private mutating func document(_ parser: inout yaml_parser_t) throws(Stop) -> YAMLNode? {
        try skip(&parser)  // the start of the stream
        var event = try next(&parser)
        guard event.type == YAML_DOCUMENT_START_EVENT else {
            yaml_event_delete(&event)
            problems.add(
                "the file is empty", expected: "at least one key: value", at: SourceLocation(file: source.file, line: 1)
            )
            return nil
        }
        let start = event.data.document_start
        let hasDirective = start.version_directive != nil || start.tag_directives.start != start.tag_directives.end
        yaml_event_delete(&event)
        if hasDirective {
            problems.add(
                "a YAML directive (%)", expected: "none; remove the line",
                at: SourceLocation(file: source.file, line: 1))
        }
        let root = try node(&parser, depth: 1)
        try skip(&parser)  // the end of the document
        event = try next(&parser)
        defer { yaml_event_delete(&event) }
        if event.type != YAML_STREAM_END_EVENT {
            problems.add(
                "a second document begins here", expected: "one document a file; move it to a file of its own",
                at: location(event.start_mark))
        }
        return root
    }

    private mutating func skip(_ parser: inout yaml_parser_t) throws(Stop) {
        var event = try next(&parser)
        yaml_event_delete(&event)
    }

    /// The next event, which the caller deletes.
    private mutating func next(_ parser: inout yaml_parser_t) throws(Stop) -> yaml_event_t {
        var event = yaml_event_t()
        guard yaml_parser_parse(&parser, &event) == 1 else {
            report(parser)
            throw Stop()
        }
        return event
    }

    /// The value that begins with the next event.
    private mutating func node(_ parser: inout yaml_parser_t, depth: Int) throws(Stop) -> YAMLNode {
        let event = try next(&parser)
        return try node(from: event, &parser, depth: depth)
    }

    /// The value that begins with `event`, which is deleted here.
    private mutating func node(
        from event: yaml_event_t, _ parser: inout yaml_parser_t, depth: Int
    ) throws(Stop) -> YAMLNode {
        var event = event
        defer { yaml_event_delete(&event) }
        let place = location(event.start_mark)
        guard depth <= YAMLDocument.maximumDepth else {
            reportDepth(at: place)
            throw Stop()
        }
        let content: YAMLNode.Content
        switch event.type {
        case YAML_ALIAS_EVENT:
            let name = event.data.alias.anchor.map { String(cString: $0) } ?? ""
            refuse("the alias *\(name)", expected: "the value itself, written out", place)
            content = .scalar(YAMLNode.Scalar(text: "", style: .doubleQuoted, byteRange: 0..<0))
        case YAML_SCALAR_EVENT:
            checkProperties(anchor: event.data.scalar.anchor, tag: event.data.scalar.tag, place)
            content = .scalar(scalar(event))
        case YAML_SEQUENCE_START_EVENT:
            checkProperties(anchor: event.data.sequence_start.anchor, tag: event.data.sequence_start.tag, place)
            content = .list(try items(&parser, depth: depth))
        case YAML_MAPPING_START_EVENT:
            checkProperties(anchor: event.data.mapping_start.anchor, tag: event.data.mapping_start.tag, place)
            content = .mapping(try entries(&parser, depth: depth))
        default:
            preconditionFailure("the parser gives a value where a value belongs")
        }
        return YAMLNode(content: content, location: place)
    }

    private mutating func items(_ parser: inout yaml_parser_t, depth: Int) throws(Stop) -> [YAMLNode] {
        var items: [YAMLNode] = []
        while true {
            var event = try next(&parser)
            if event.type == YAML_SEQUENCE_END_EVENT {
                yaml_event_delete(&event)
                return items
            }
            items.append(try node(from: event, &parser, depth: depth + 1))
        }
    }

    private mutating func entries(_ parser: inout yaml_parser_t, depth: Int) throws(Stop) -> [YAMLNode.Entry] {
        var entries: [YAMLNode.Entry] = []
        var lines: [String: Int] = [:]
        while true {
            var event = try next(&parser)
            if event.type == YAML_MAPPING_END_EVENT {
                yaml_event_delete(&event)
                return entries
            }
            let isAlias = event.type == YAML_ALIAS_EVENT
            let key = try node(from: event, &parser, depth: depth + 1)
            let value = try node(&parser, depth: depth + 1)
            guard !isAlias else { continue }
            guard case .scalar(let scalar) = key.content, !scalar.text.isEmpty else {
                refuse(
                    "a key that is \(key.isEmptyScalar ? "empty" : key.shapeWithArticle)", expected: "a name",
                    key.location)
                continue
            }
            if let first = lines[scalar.text] {
                problems.add(
                    "the key \(Quoted.text(scalar.text)) stands here a second time (first on line \(first))",
                    expected: "each key once", at: key.location)
                continue
            }
            lines[scalar.text] = key.location.line
            entries.append(YAMLNode.Entry(key: scalar.text, keyLocation: key.location, value: value))
        }
    }

    private func scalar(_ event: yaml_event_t) -> YAMLNode.Scalar {
        let scalar = event.data.scalar
        let style: YAMLNode.Scalar.Style =
            switch scalar.style {
            case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
            case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
            case YAML_LITERAL_SCALAR_STYLE: .literal
            case YAML_FOLDED_SCALAR_STYLE: .folded
            default: .plain
            }
        let start = offset(event.start_mark)
        return YAMLNode.Scalar(
            text: String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self),
            style: style, byteRange: start..<max(start, offset(event.end_mark)))
    }

    // MARK: - Refusals

    private mutating func checkProperties(
        anchor: UnsafePointer<UInt8>?, tag: UnsafePointer<UInt8>?, _ place: SourceLocation
    ) {
        if let anchor {
            refuse("the anchor &\(String(cString: anchor))", expected: "values written out where they are used", place)
        }
        if let tag {
            refuse("the tag \(String(cString: tag))", expected: "the value alone; its key says its type", place)
        }
    }

    private mutating func refuse(_ what: String, expected: String, _ place: SourceLocation) {
        problems.add("\(what) is not allowed", expected: expected, at: place)
    }

    private mutating func reportDepth(at place: SourceLocation) {
        problems.add("values are nested too deep", expected: "at most \(YAMLDocument.maximumDepth) levels", at: place)
    }

    /// Reports the syntax error at which the parser stopped.
    private mutating func report(_ parser: yaml_parser_t) {
        let message = parser.problem.map { String(cString: $0) } ?? "no memory left"
        if parser.error == YAML_READER_ERROR {
            problems.add(
                "not readable as text: \(message)", at: source.location(atByte: Int(parser.problem_offset)))
            return
        }
        guard !message.hasPrefix("Maximum nesting level") else {
            reportDepth(at: location(parser.problem_mark))
            return
        }
        let context = parser.context.map { " \(String(cString: $0)) on line \(parser.context_mark.line + 1)" } ?? ""
        problems.add(
            "not YAML: \(message)\(context)", expected: Self.hint(message), at: location(parser.problem_mark))
    }

    /// What usually makes the parser say that.
    private static func hint(_ message: String) -> String? {
        switch message {
        case "mapping values are not allowed in this context":
            "one key: value a line, evenly indented; quotes around a text that holds a colon and a space"
        case "did not find expected key", "could not find expected ':'":
            "key: value, indented like the keys above it"
        case "did not find expected '-' indicator": "- before each item, indented like the items above it"
        case "found character that cannot start any token":
            "quotes around a text that begins with @, ` or %"
        case "did not find expected ',' or ']'": "the list's closing ]"
        case "did not find expected ',' or '}'": "the mapping's closing }"
        case "found unexpected end of stream": "the closing quote"
        case "found undefined alias": "the value itself, written out"
        default: nil
        }
    }

    private func offset(_ mark: yaml_mark_t) -> Int {
        source.offset(line: Int(mark.line) + 1, scalar: Int(mark.column))
    }

    private func location(_ mark: yaml_mark_t) -> SourceLocation {
        source.location(atByte: offset(mark))
    }
}

extension YAMLNode {
    fileprivate var isEmptyScalar: Bool {
        if case .scalar(let scalar) = content { scalar.text.isEmpty } else { false }
    }
}
