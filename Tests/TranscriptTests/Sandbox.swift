import Foundation
import TestSupport

/// A home of its own in which commands are given: the built `steward` on the path, the clock stopped.
///
/// What differs from machine to machine is shown as if it all happened at Ann's: her name is `ann`, her home
/// `/home/ann`, and steward's working set is in `/usr/share/steward`.
struct Sandbox {
    let home: URL
    private var folder: URL
    private let files: URL
    /// The hashes shown so far: they depend on every byte of the configuration, and only which are equal matters.
    private var hashes: [String] = []

    /// What the clock says, unless a command says otherwise: the day on which April's salaries are paid.
    static let now = "2026-04-28T06:00:00Z"

    /// Makes the sandbox in an empty directory.
    init(in directory: URL) throws {
        // The program resolves links; so do we, to recognise its paths.
        let directory = directory.resolvingSymlinksInPath()
        home = directory.appending(path: "home", directoryHint: .isDirectory)
        files = directory.appending(path: "files", directoryHint: .isDirectory)
        folder = home
        for made in [home, files] {
            try FileManager.default.createDirectory(at: made, withIntermediateDirectories: true)
        }
        try FileManager.default.createSymbolicLink(
            at: home.appending(path: "fixtures"), withDestinationURL: repositoryRoot.appending(path: "fixtures"))
    }

    /// The folder with the program under test: beside the test bundle.
    static let programs = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()

    private static let person: String = {
        guard let entry = getpwuid(getuid()), let name = entry.pointee.pw_name else { return "uid \(getuid())" }
        return String(cString: name)
    }()

    // MARK: - Beginnings

    /// Brings about what is there before the first command.
    mutating func begin(_ beginning: Transcript.Beginning) throws {
        guard beginning != .nothing else { return }
        let original = try Self.originals[beginning].unwrapped().get()
        try FileManager.default.copyItem(
            at: original.appending(path: "acme"), to: home.appending(path: "acme"))
        folder = home.appending(path: "acme")
    }

    /// Each beginning is made once; transcripts get copies.
    private static let originals: [Transcript.Beginning: Result<URL, any Error>] = {
        let root = FileManager.default.temporaryDirectory.appending(path: "steward-transcripts-\(getpid())")
        try? FileManager.default.removeItem(at: root)
        originalsFolder = root.path
        // The process ends without running anything of ours but this.
        atexit { try? FileManager.default.removeItem(atPath: originalsFolder) }
        var made: [Transcript.Beginning: Result<URL, any Error>] = [:]
        var commands: [String] = []
        for beginning in Transcript.Beginning.allCases.dropFirst() {
            commands += beginning.commands
            made[beginning] = Result { try original(commands, in: root.appending(path: beginning.rawValue)) }
        }
        return made
    }()

    nonisolated(unsafe) private static var originalsFolder = ""

    private static func original(_ commands: [String], in directory: URL) throws -> URL {
        var sandbox = try Sandbox(in: directory)
        for command in commands {
            let result = try sandbox.run(command)
            // The demo's payroll sets an employee aside, which is code 3.
            guard [0, 3].contains(result.exitCode) else {
                throw Transcript.Unreadable(
                    description: "\(command): " + result.lines.joined(separator: "\n"))
            }
        }
        return sandbox.home
    }

    // MARK: - Commands

    /// Gives one command to a shell, in the folder in which the one before ended.
    mutating func run(_ command: String) throws -> Transcript.Result {
        let output = files.appending(path: "output")
        let errors = files.appending(path: "errors")
        let ending = files.appending(path: "folder")
        try Data().write(to: ending)
        let exitCode = try ShellCommand.run(
            command, in: folder.path,
            environment: [
                "PATH": Self.programs.path + ":/usr/bin:/bin:/usr/sbin:/sbin", "HOME": home.path, "LC_ALL": "C.UTF-8",
                "STEWARD_NOW": Self.now, "STEWARD_SHARE": repositoryRoot.path,
            ], output: output.path, errors: errors.path, ending: ending.path)
        let ended = try String(contentsOf: ending, encoding: .utf8).trimmingCharacters(in: .newlines)
        if !ended.isEmpty { folder = URL(filePath: ended, directoryHint: .isDirectory) }
        return Transcript.Result(
            output: masked(try Data(contentsOf: output)), errors: masked(try Data(contentsOf: errors)),
            exitCode: exitCode)
    }

    private mutating func masked(_ data: Data) -> [String] {
        let home = home.path.hasSuffix("/") ? String(home.path.dropLast()) : home.path
        let text = String(decoding: data, as: UTF8.self)
            .replacing(home, with: "/home/ann")
            .replacing(
                repositoryRoot.path.hasSuffix("/") ? String(repositoryRoot.path.dropLast()) : repositoryRoot.path,
                with: "/usr/share/steward"
            )
            .replacing(#/process \d+ on [^\s.]+/#, with: "process 4711 on ledger-1")
            .replacing(#/"host": "[^"]*"/#, with: "\"host\": \"ledger-1\"")
            .replacing(#/"process": \d+/#, with: "\"process\": 4711")
            .replacing(#/"processor_milliseconds": \d+/#, with: "\"processor_milliseconds\": 250")
            .replacing(#/"memory_peak_bytes": \d+/#, with: "\"memory_peak_bytes\": 50000000")
            .replacing(#/\b[0-9a-f]{64}\b/#) { match in
                let hash = String(match.output)
                if !hashes.contains(hash) { hashes.append(hash) }
                return "<hash \((hashes.firstIndex(of: hash) ?? 0) + 1)>"
            }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(withoutPerson)
        if lines.last == "" { lines.removeLast() }
        return lines
    }

    /// Whoever runs the tests is called Ann. A name stands at the end of a line: `by NAME`, `"by": "NAME"`, a last column;
    /// or, within a text that no column follows, as `by NAME: why`, `by NAME since when`.
    private func withoutPerson(_ line: Substring) -> String {
        var line = line[...]
        for ending in [":", " since ", " at ", "."] {
            line = line.replacing("by \(Self.person)\(ending)", with: "by ann\(ending)")[...]
        }
        for (before, after) in [(" ", ""), ("\"", "\""), ("\"", "\","), (",", "")] {
            let ending = before + Self.person + after
            if line.hasSuffix(ending) { return line.dropLast(ending.count) + before + "ann" + after }
        }
        return String(line)
    }
}

extension Transcript.Beginning {
    /// What makes this beginning out of the one before it.
    fileprivate var commands: [String] {
        switch self {
        case .nothing: []
        case .company: ["steward init acme && cp fixtures/demo/*.csv acme/"]
        case .imported: ["cd acme", "steward import employees employees.csv", "steward import facts facts.csv"]
        case .paid: ["steward run payroll-monthly --period 2026-04"]
        }
    }
}

extension Optional {
    struct Missing: Error {}

    fileprivate func unwrapped() throws -> Wrapped {
        guard let self else { throw Missing() }
        return self
    }
}
