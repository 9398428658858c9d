import Foundation

/// The processes of a site: those that have its directory in their environment (proc(5)), whoever started them. They are
/// the daemon, its workers, and the programs that these run.
struct SiteProcesses {
    let site: Site

    struct Entry {
        var id: pid_t
        var arguments: [String]

        /// Whether it works on an attempt.
        var isWorker: Bool { arguments.count > 1 && arguments[1] == "worker" }
    }

    /// Those that live; one that has ended and was not waited for has no environment any more.
    var all: [Entry] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        let sign = Data("STEWARD_COMPANY=\(site.directory.path)\0".utf8)
        return names.compactMap { pid_t($0) }.compactMap { id in
            guard let environment = Self.read("/proc/\(id)/environ"), environment.range(of: sign) != nil,
                let line = Self.read("/proc/\(id)/cmdline")
            else { return nil }
            return Entry(
                id: id, arguments: line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) })
        }
    }

    var workers: [Entry] { all.filter(\.isWorker) }

    /// Waits until none is left; those that are after `seconds`.
    func remaining(after seconds: Double) -> [Entry] {
        let end = Date().addingTimeInterval(seconds)
        while true {
            let left = all
            guard !left.isEmpty, Date() < end else { return left }
            Thread.sleep(forTimeInterval: 0.02)
        }
    }

    /// The letter of a process's state, field 3 of `/proc/PID/stat`: T where it is stopped.
    static func state(of id: pid_t) -> Character? {
        guard let stat = read("/proc/\(id)/stat") else { return nil }
        let text = String(decoding: stat, as: UTF8.self)
        guard let end = text.lastIndex(of: ")") else { return nil }
        return text[text.index(after: end)...].first { $0 != " " }
    }

    /// A file of `/proc`, whose size nobody knows beforehand.
    private static func read(_ path: String) -> Data? {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        return try? file.readToEnd()
    }
}
