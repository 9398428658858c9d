import Diagnostics

/// One YAML file, read strictly: the part of YAML that means the same to everybody.
///
/// ```swift
/// let document = try YAMLDocument(contentsOf: path, shownAs: "jobs/payroll.yaml")
/// var problems = ProblemList()
/// let job = document.mapping(&problems) { map in
///     JobFile(
///         name: map.required("job", .identifier),
///         period: map.required("period", .granularity),
///         timeoutSeconds: map.optional("timeout_seconds", .integer(1...86_400), default: 3_600),
///         notify: map.optionalList("notify", .text),
///         steps: map.list("steps") { step in step.mapping { Step(run: $0.required("run", .dottedName)) } },
///         parameters: map.optionalEntries("parameters") { name, value in value.scalar(.text) })
/// }
/// try problems.throwIfAny(consequence: "nothing was loaded")
/// ```
///
/// Every value is the text that was written; the reader that asks for it says what it must be, so `yes`, `1_000`, `1e3`
/// and `010` never turn into something else. Unknown, missing and repeated keys are problems. Anchors, aliases, tags,
/// directives, several documents and tabs as indentation are refused. All problems are reported at their place; only
/// what breaks the syntax ends the reading of a file.
package struct YAMLDocument: Sendable {
    /// Larger files are refused.
    package static let maximumFileBytes = 4_000_000
    /// Values nested deeper are refused.
    package static let maximumDepth = 32

    package let source: SourceText
    package let root: YAMLNode

    /// Reads the file at `path`.
    ///
    /// - Parameter name: how messages call the file, e.g. its path within the company directory.
    /// - Throws: `Failure` that names everything that is wrong with the file as a file and as YAML.
    package init(
        contentsOf path: String, shownAs name: String, maximumFileBytes: Int = Self.maximumFileBytes
    ) throws(Failure) {
        let bytes = try SourceFile.bytes(of: path, shownAs: name, maximumFileBytes: maximumFileBytes)
        try self.init(bytes: bytes, shownAs: name, maximumFileBytes: maximumFileBytes)
    }

    /// Reads the file at `path`; reports what is wrong with it and is nil where it cannot be read.
    ///
    /// For the reading of many files, so that the problems of all of them are told at once.
    package init?(contentsOf path: String, shownAs name: String, problems: inout ProblemList) {
        do {
            try self.init(contentsOf: path, shownAs: name)
        } catch {
            if error.problems.isEmpty {
                problems.add(error.summary, at: SourceLocation(file: name, line: 0))
            } else {
                problems.add(contentsOf: error.problems)
            }
            return nil
        }
    }

    package init(text: String, shownAs name: String) throws(Failure) {
        try self.init(bytes: Array(text.utf8), shownAs: name)
    }

    package init(
        bytes: [UInt8], shownAs name: String, maximumFileBytes: Int = Self.maximumFileBytes
    ) throws(Failure) {
        guard bytes.count <= maximumFileBytes else {
            throw SourceFile.tooLarge(name, bytes.count, maximumFileBytes)
        }
        var problems = ProblemList()
        let hasMark = bytes.starts(with: TextEncoding.byteOrderMark)
        let source = SourceText(file: name, bytes: hasMark ? Array(bytes.dropFirst(3)) : bytes)
        YAMLCharacterCheck.check(source, &problems)
        try problems.throwIfAny(consequence: "\(name) was not read")
        var composer = YAMLComposer(source: source)
        let root = composer.compose()
        try composer.problems.throwIfAny(consequence: "\(name) was not read")
        guard let root else { preconditionFailure("a document without problems has a root") }
        self.source = source
        self.root = root
    }

    /// Reads the file as a mapping, which nearly every file is; nil when anything in it was reported.
    package func mapping<Value>(_ problems: inout ProblemList, _ body: (YAMLMapping) -> Value?) -> Value? {
        read(&problems) { $0.mapping(body) }
    }

    /// Reads the file, whatever it is; nil when anything in it was reported.
    package func read<Value>(_ problems: inout ProblemList, _ body: (YAMLValue) -> Value?) -> Value? {
        ProblemCollector.reading(into: &problems) { collector in
            body(YAMLValue(node: root, name: "the file", source: source, collector: collector))
        }
    }
}
