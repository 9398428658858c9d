import Configuration
import Diagnostics

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The files of a journal: the main one and those that it includes, in the order of their lines.
///
/// Only files in the folder of the main one and below are included: a journal from outside must not name any file of
/// the machine.
final class JournalFiles {
    private let context: JournalContext
    private let parser: any JournalParser
    /// The folder of the main file, without links; nil for bytes in memory, which include nothing.
    private let root: String?
    private var open: [OpenFile] = []
    private var seen: Set<String> = []

    private struct OpenFile {
        var path: String
        var folder: String
        var name: String
        var number: Int32
    }

    init(context: JournalContext, parser: any JournalParser, mainPath: String?) {
        self.context = context
        self.parser = parser
        root = mainPath.flatMap(Self.realPath).map(Self.folder)
    }

    var current: Int32 { open.last?.number ?? 0 }
    var currentName: String { open.last?.name ?? "" }

    func read(path: String, shownAs name: String) throws(Failure) {
        let source = try LineSource(path: path, shownAs: name, maximumLineBytes: context.options.maximumLineBytes)
        read(source, path: Self.realPath(path) ?? path)
        parser.finish()
    }

    func read(bytes: [UInt8], shownAs name: String) {
        let source = LineSource(bytes: bytes, shownAs: name, maximumLineBytes: context.options.maximumLineBytes)
        read(source, path: "")
        parser.finish()
    }

    private func read(_ source: LineSource, path: String) {
        // A second reading meets the same files, which have their numbers.
        let number = context.isRepeated ? Int32(context.fileCount) : context.names.add(file: source.name)
        context.fileCount += 1
        open.append(OpenFile(path: path, folder: Self.folder(path), name: source.name, number: number))
        parser.enter(file: number)
        defer { open.removeLast() }
        let head = source.head()
        if let refusal = TextEncoding.refusalOfWideText(head, file: source.name) {
            context.problems.add(refusal)
            return
        }
        if head.starts(with: TextEncoding.byteOrderMark) { source.skip(3) }
        while !context.isStopped, let line = source.next() {
            context.lineCount += 1
            if source.isCut {
                context.problems.add(
                    "the line is longer than \(source.maximumLineBytes) bytes", expected: "shorter lines",
                    at: SourceLocation(file: source.name, line: source.line, column: 1))
                continue
            }
            if let problem = LineText.problem(in: line, file: source.name, number: source.line) {
                context.problems.add(problem)
                continue
            }
            parser.read(line, number: source.line, in: self)
        }
        if let failure = source.readFailure { context.problems.add(failure) }
        parser.leave(number: source.line)
    }

    // MARK: - Included files

    /// Reads the files that `pattern` names, relative to the folder of the file at hand.
    ///
    /// - Throws: what is wrong with it, placed at the start of the name.
    func include(_ pattern: String, at offset: Int) throws(TextSyntaxError) {
        guard let root, let current = open.last else {
            throw TextSyntaxError("a journal in memory includes no file", expected: "a file of its own", at: offset)
        }
        guard open.count < context.options.maximumIncludeDepth else {
            throw TextSyntaxError(
                "files include files more than \(context.options.maximumIncludeDepth) deep", expected: "fewer",
                at: offset)
        }
        let paths = try matches(of: pattern, in: current.folder, at: offset)
        for path in paths {
            guard let real = Self.realPath(path) else {
                throw TextSyntaxError(
                    "there is no file \(Quoted.text(pattern))", expected: "a file beside \(current.name)", at: offset)
            }
            guard real.hasPrefix(root == "/" ? root : root + "/") else {
                throw TextSyntaxError(
                    "the file \(Quoted.text(pattern)) lies outside the folder of the journal",
                    expected: "a file in that folder or below; copy it there", at: offset)
            }
            guard !open.contains(where: { $0.path == real }) else {
                throw TextSyntaxError(
                    "the file \(Quoted.text(pattern)) includes itself, by way of "
                        + open.map(\.name).joined(separator: ", "), expected: "no circle", at: offset)
            }
            guard context.fileCount < context.options.maximumFiles else {
                throw TextSyntaxError(
                    "the journal has more than \(context.options.maximumFiles) files", expected: "fewer", at: offset)
            }
            let source: LineSource
            do throws(Failure) {
                source = try LineSource(
                    path: real, shownAs: Self.shownName(path, beside: current.folder, current.name),
                    maximumLineBytes: context.options.maximumLineBytes)
            } catch {
                throw TextSyntaxError(error.summary, expected: "a file that can be read", at: offset)
            }
            read(source, path: real)
        }
    }

    /// Whether this file was asked about before; Beancount reads each file once.
    func isFirstMeeting(with pattern: String) -> Bool {
        guard let current = open.last else { return true }
        return seen.insert(current.folder + "/" + pattern).inserted
    }

    private func matches(
        of pattern: String, in folder: String, at offset: Int
    ) throws(TextSyntaxError) -> [String] {
        guard !pattern.isEmpty else {
            throw TextSyntaxError("include names no file", expected: "e.g. include 2026.journal", at: offset)
        }
        let full = pattern.hasPrefix("/") ? pattern : folder + "/" + pattern
        guard pattern.contains(where: { $0 == "*" || $0 == "?" || $0 == "[" }), !SourceFile.exists(full) else {
            return [full]
        }
        guard !pattern.contains("**") else {
            throw TextSyntaxError(
                "** in \(Quoted.text(pattern)) is not read", expected: "e.g. 2026/*.journal", at: offset)
        }
        var found = glob_t()
        defer { globfree(&found) }
        let code = glob(full, 0, nil, &found)
        var paths: [String] = []
        if code == 0 {
            for index in 0..<Int(found.gl_pathc) {
                guard let path = found.gl_pathv[index] else { continue }
                paths.append(String(cString: path))
            }
        }
        paths.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        if let own = open.last?.path { paths.removeAll { Self.realPath($0) == own } }
        guard !paths.isEmpty else {
            throw TextSyntaxError("no file is named \(Quoted.text(pattern))", expected: "at least one", at: offset)
        }
        return paths
    }

    /// How messages call an included file: beside the name of the one that includes it.
    private static func shownName(_ path: String, beside folder: String, _ name: String) -> String {
        guard path.hasPrefix(folder + "/") else { return path }
        let own = String(path.dropFirst(folder.utf8.count + 1))
        guard let slash = name.lastIndex(of: "/") else { return own }
        return name[...slash] + own
    }

    private static func folder(_ path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
