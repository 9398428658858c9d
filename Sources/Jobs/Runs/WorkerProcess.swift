#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The process that works on an attempt, so that another one can tell whether it still lives.
package struct WorkerProcess: Hashable, Sendable {
    package var host: String
    package var id: Int64
    /// When it started, in clock ticks since boot: a later process with the same id has another.
    package var started: String

    package init(host: String, id: Int64, started: String) {
        self.host = host
        self.id = id
        self.started = started
    }

    /// This process.
    package static var current: WorkerProcess {
        let id = Int64(getpid())
        return WorkerProcess(host: hostName, id: id, started: startTime(of: id) ?? "")
    }

    /// Whether it is known to have ended. Nothing is known of a process on another host.
    package var hasEnded: Bool {
        guard host == Self.hostName else { return false }
        return Self.startTime(of: id) != started
    }

    /// What this machine calls itself.
    package static var hostName: String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Field 22 of `/proc/PID/stat` (proc(5)); nil when there is no such process.
    private static func startTime(of id: Int64) -> String? {
        guard let file = fopen("/proc/\(id)/stat", "r") else { return nil }
        defer { fclose(file) }
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = fread(&buffer, 1, buffer.count, file)
        // The second field, the name, stands in parentheses and may hold spaces and parentheses itself.
        let text = buffer[..<count]
        guard let end = text.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = text[(end + 1)...].split(separator: UInt8(ascii: " "))
        // The first field after the name is number 3.
        guard fields.count > 19, fields[0] != [UInt8(ascii: "Z")] else { return nil }
        return String(decoding: fields[19], as: UTF8.self)
    }
}
