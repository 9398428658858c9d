import Configuration
import Diagnostics

extension GBPacks {
    /// Larger pack files are refused; the ones of this project have about 7,000 bytes.
    package static let maximumPackFileBytes = 1_000_000
    /// A folder with more packs is refused: one is enough for a year.
    package static let maximumPackCount = 100

    /// Reads every `.yaml` file of a folder.
    ///
    /// - Parameter name: how messages call the folder: `config/packs/gb`.
    /// - Throws: `Failure` with everything that is wrong, of all files; `notFound` when there is no such folder.
    package static func load(folder path: String, shownAs name: String) throws(Failure) -> GBPacks {
        guard SourceFile.exists(path) else {
            throw Failure(
                .notFound, "There is no folder \(name).",
                advice: "Create it with steward init, or check who may read it.")
        }
        let files = SourceFile.names(in: path, withExtension: "yaml")
        guard files.count <= maximumPackCount else {
            throw Failure(.usage, "\(name) has more than \(maximumPackCount) packs.")
        }
        var problems = ProblemList()
        let packs = load(files.map { (path: "\(path)/\($0)", name: "\(name)/\($0)") }, problems: &problems)
        try problems.throwIfAny(consequence: "no GB pack was loaded")
        guard let packs, !packs.packs.isEmpty else {
            throw Failure(.usage, "There is no pack in \(name).", advice: "Put a file such as 2026-27.yaml there.")
        }
        return packs
    }

    /// Reads these files; nil when anything is wrong, which is reported.
    package static func load(_ files: [(path: String, name: String)], problems: inout ProblemList) -> GBPacks? {
        var packs: [(pack: GBPack, file: String)] = []
        for file in files {
            if let pack = GBPack(contentsOf: file.path, shownAs: file.name, problems: &problems) {
                packs.append((pack, file.name))
            }
        }
        packs.sort { $0.pack.validity.lowerBound < $1.pack.validity.lowerBound }
        for (earlier, later) in zip(packs, packs.dropFirst())
        where earlier.pack.validity.upperBound >= later.pack.validity.lowerBound {
            problems.add(
                "\(later.pack.name) is valid from \(later.pack.validity.lowerBound), when \(earlier.pack.name) "
                    + "(\(earlier.file)) still is",
                expected: "one pack for each day", at: SourceLocation(file: later.file, line: 1))
        }
        guard problems.isEmpty else { return nil }
        return GBPacks(packs.map(\.pack))
    }
}

extension GBPack {
    /// Reads one pack; nil when anything is wrong with it, which is reported.
    package init?(contentsOf path: String, shownAs name: String, problems: inout ProblemList) {
        do {
            let bytes = try SourceFile.bytes(
                of: path, shownAs: name, maximumFileBytes: GBPacks.maximumPackFileBytes)
            self.init(bytes: bytes, shownAs: name, problems: &problems)
        } catch {
            problems.add(error.summary, at: SourceLocation(file: name, line: 0))
            return nil
        }
    }

    /// Reads a pack from the bytes of its file.
    package init?(bytes: [UInt8], shownAs name: String, problems: inout ProblemList) {
        let document: YAMLDocument
        do {
            document = try YAMLDocument(bytes: bytes, shownAs: name)
        } catch {
            problems.add(contentsOf: error.problems)
            if error.problems.isEmpty { problems.add(error.summary, at: SourceLocation(file: name, line: 0)) }
            return nil
        }
        guard let pack = document.mapping(&problems, { GBPackFile($0).pack(fileBytes: bytes) }) else { return nil }
        self = pack
    }
}
