import Glibc
import Synchronization

/// The process group of a process that leads it, with nobody in it but what it started and what those started.
///
/// What a program prints is often written by a helper that ends a moment after it: `exec > >(tee file)` in a script. Where
/// the group is ended together with its leader, the leader has to give such helpers their moment.
package enum OwnProcessGroup {
    private static let isDeclared = Atomic<Bool>(false)

    /// How long the others may take to end by themselves.
    package static let maximumWaitSeconds: Double = 5

    /// Says that this process leads a group of its own, as a worker does. A command in a terminal may lead one too, but
    /// shares it with the rest of its pipeline.
    package static func declare() { isDeclared.store(getpgrp() == getpid(), ordering: .relaxed) }

    /// Waits until nobody else is in the group, for a while at most; at once where the group is not declared.
    ///
    /// - Parameter look: called between two looks; what it throws ends the wait.
    /// - Returns: how many are left.
    package static func waitForOthers(
        maximumSeconds: Double = maximumWaitSeconds, whileWaiting look: () throws -> Void = {}
    ) rethrows -> Int {
        guard isDeclared.load(ordering: .relaxed) else { return 0 }
        let limit = ContinuousClock.now + .seconds(maximumSeconds)
        var pauseMicroseconds: UInt32 = 1_000
        while true {
            let count = others(in: getpgrp())
            guard count > 0, ContinuousClock.now < limit else { return count }
            try look()
            usleep(pauseMicroseconds)
            pauseMicroseconds = min(2 * pauseMicroseconds, 100_000)
        }
    }

    /// The processes of a group that have not ended, but for this one.
    static func others(in group: pid_t) -> Int {
        guard let folder = opendir("/proc") else { return 0 }
        defer { closedir(folder) }
        var count = 0
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard let process = pid_t(name), process != getpid() else { continue }
            if isRunning(process, in: group) { count += 1 }
        }
        return count
    }

    /// From `/proc/PID/stat` (proc(5)): the id, the name in parentheses, which may hold anything, the state, the parent,
    /// the group.
    private static func isRunning(_ process: pid_t, in group: pid_t) -> Bool {
        let file = open("/proc/\(process)/stat", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: 512)
        let count = read(file, &buffer, buffer.count)
        guard count > 0, let name = buffer[..<count].lastIndex(of: UInt8(ascii: ")")) else { return false }
        let fields = buffer[(name + 1)..<count].split(separator: UInt8(ascii: " "))
        guard fields.count > 2, let state = fields[0].first else { return false }
        let hasEnded = state == UInt8(ascii: "Z") || state == UInt8(ascii: "X")
        return !hasEnded && pid_t(String(decoding: fields[2], as: UTF8.self)) == group
    }
}
