import Diagnostics
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The time zones of a machine: the compiled IANA database in a folder, usually the package tzdata.
///
/// A zone is read once and kept, until `forget`: a program that runs for months watches `stamp` for an update.
package final class ZoneDatabase: Sendable {
    /// Where Linux and macOS keep it.
    package static let systemDirectory = "/usr/share/zoneinfo"
    /// The database of the machine.
    package static let system = ZoneDatabase()

    package let directory: String
    private let known = Mutex<[String: ZoneRules]>([:])
    private let knownVersion = Mutex<String?>(nil)

    /// - Parameter directory: instead of the machine's; what some programs take from `TZDIR`.
    package init(directory: String = ZoneDatabase.systemDirectory) {
        self.directory = directory
    }

    /// The rules of a zone. `UTC` and `Etc/UTC` are there on every machine.
    package func rules(named name: String) throws(ZoneError) -> ZoneRules {
        if name == "UTC" { return .utc }
        if let rules = known.withLock({ $0[name] }) { return rules }
        guard Self.isName(name) else { throw .notAName(name, suggestion: placeName(of: name)) }
        let path = "\(directory)/\(name)"
        guard let bytes = Self.bytes(of: path, maximumBytes: ZoneFile.maximumFileBytes) else {
            if name == "Etc/UTC" {
                return ZoneRules(name: name, fingerprint: 0, initialOffset: 0, changes: [])
            }
            throw .unknown(name, directory: directory, suggestion: Suggestion.closest(to: name, among: names()))
        }
        let rules: ZoneRules
        do {
            rules = try ZoneFile.rules(named: name, bytes: bytes)
        } catch {
            throw .damaged(name, path: path, reason: error.reason)
        }
        known.withLock { $0[name] = rules }
        return rules
    }

    /// Reads again from now on what is asked for: the database may have been updated.
    ///
    /// Rules that were handed out stay as they were.
    package func forget() {
        known.withLock { $0.removeAll() }
        knownVersion.withLock { $0 = nil }
    }

    /// What a name without a region stands for, where that is one place: `Japan` is a link to `Asia/Tokyo`, `utc` is `UTC`.
    private func placeName(of text: String) -> String? {
        if ["UTC", "GMT", "Z", "ZULU", "UCT"].contains(text.uppercased()) { return "UTC" }
        // An abbreviation may be a link, too, and means several places.
        guard text.contains(where: \.isLowercase) || text.utf8.count == 2 else { return nil }
        guard Self.isName("Etc/" + text), let target = Self.link(at: "\(directory)/\(text)"), Self.isName(target) else {
            return nil
        }
        return target
    }

    private static func link(at path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: 256)
        let count = readlink(path, &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self) : nil
    }

    /// Whether a text has the form of a zone's name: a region and a place, or `UTC`.
    ///
    /// It is a path within the database and leads nowhere else. `posix/` and `right/` are other forms of the database,
    /// the latter with leap seconds.
    package static func isName(_ text: String) -> Bool {
        if text == "UTC" { return true }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (2...4).contains(parts.count), text.utf8.count <= 64, !["posix", "right"].contains(parts[0]) else {
            return false
        }
        return parts.allSatisfy { part in
            guard let first = part.utf8.first, isLetter(first) else { return false }
            return part.utf8.allSatisfy { isLetter($0) || isDigit($0) || "_+-".utf8.contains($0) }
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}

// MARK: - The database as a whole

extension ZoneDatabase {
    /// Which edition it is: `2025b`; where the database does not say, `fnv-` and a hash of its files.
    package var version: String {
        if let version = knownVersion.withLock({ $0 }) { return version }
        let version = statedVersion ?? "fnv-" + String(hash, radix: 16)
        knownVersion.withLock { $0 = version }
        return version
    }

    /// What `tzdata.zi` or `+VERSION` says.
    private var statedVersion: String? {
        let prefix = "# version "
        if let line = Self.firstLine(of: "\(directory)/tzdata.zi"), line.hasPrefix(prefix) {
            return String(line.dropFirst(prefix.count))
        }
        return Self.firstLine(of: "\(directory)/+VERSION").flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Tells an updated database from the one before, without reading it; 0 where there is none.
    ///
    /// It changes when the file that names the edition is replaced; where no file does, when the folder changes.
    package var stamp: UInt64 {
        var status = stat()
        for path in ["\(directory)/tzdata.zi", "\(directory)/+VERSION", directory] where stat(path, &status) == 0 {
            let parts = [
                UInt64(status.st_ino), UInt64(bitPattern: Int64(status.st_size)),
                UInt64(bitPattern: Int64(status.st_ctim.tv_sec)), UInt64(bitPattern: Int64(status.st_ctim.tv_nsec)),
            ]
            return ZoneFile.fingerprint(
                of: parts.flatMap { part in (0..<8).map { UInt8(truncatingIfNeeded: part >> (8 * $0)) } })
        }
        return 0
    }

    /// Of the names and contents of all files with zones.
    private var hash: UInt64 {
        names().reduce(ZoneFile.fingerprint(of: [])) { hash, name in
            let bytes = Self.bytes(of: "\(directory)/\(name)", maximumBytes: ZoneFile.maximumFileBytes) ?? []
            return ZoneFile.fingerprint(of: bytes, continuing: ZoneFile.fingerprint(of: name.utf8, continuing: hash))
        }
    }

    /// The names of all zones and links that have a region, in order.
    package func names() -> [String] {
        var names: [String] = []
        collect(into: &names, folder: "", depth: 0)
        return names.filter(Self.isName).sorted()
    }

    private func collect(into names: inout [String], folder: String, depth: Int) {
        guard depth <= 3, let stream = opendir(folder.isEmpty ? directory : "\(directory)/\(folder)") else { return }
        defer { closedir(stream) }
        while let entry = readdir(stream), names.count < 10_000 {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard !name.hasPrefix("."), folder != "" || !["posix", "right"].contains(name) else { continue }
            let path = folder.isEmpty ? name : "\(folder)/\(name)"
            var status = stat()
            guard stat("\(directory)/\(path)", &status) == 0 else { continue }
            if status.st_mode & S_IFMT == S_IFDIR {
                collect(into: &names, folder: path, depth: depth + 1)
            } else {
                names.append(path)
            }
        }
    }

    private static func firstLine(of path: String) -> String? {
        guard let bytes = bytes(of: path, maximumBytes: 128, orFewer: true) else { return nil }
        return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }

    /// The contents of a file; nil when it is none or cannot be read. A longer one is cut off at one byte more than
    /// allowed, so that it is seen to be too long.
    private static func bytes(of path: String, maximumBytes: Int, orFewer: Bool = false) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        var bytes = [UInt8](repeating: 0, count: min(Int(status.st_size), maximumBytes) + (orFewer ? 0 : 1))
        var count = 0
        while count < bytes.count {
            let got = bytes.withUnsafeMutableBytes { buffer in
                read(descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count)
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { return nil }
            if got == 0 { break }
            count += got
        }
        return Array(bytes.prefix(count))
    }
}
