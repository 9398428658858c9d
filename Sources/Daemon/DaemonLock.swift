import Calendars
import Diagnostics
import Glibc
import Jobs

/// One daemon for each company directory: a lock on a file that says who holds it.
///
/// The lock is flock(2), which the kernel lets go of when its holder ends, however that happens; what the file says is
/// only for people. The file stays.
package final class DaemonLock: Sendable {
    package struct Holder: Hashable, Sendable, CustomStringConvertible {
        package var process: Int32
        package var host: String
        package var since: Instant

        package var description: String { "process \(process) on \(host), since \(since)" }
    }

    private let descriptor: OwnedDescriptor
    package let holder: Holder

    static let maximumFileBytes = 4_096
    /// A daemon that has the lock and has not written its name yet is given this long.
    static let maximumTries = 50
    static let tryMicroseconds: UInt32 = 10_000

    /// Takes the lock on the file at `path`, which is made where there is none.
    ///
    /// - Throws: a failure that names the other daemon, when there is one.
    package init(at path: String, clock: any Clock) throws {
        let number = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard number >= 0 else { throw SystemError("open", about: path) }
        let descriptor = OwnedDescriptor(number)
        let holder = Holder(process: getpid(), host: WorkerProcess.hostName, since: clock.now())
        while flock(number, LOCK_EX | LOCK_NB) != 0 {
            switch errno {
            case EINTR: continue
            case EWOULDBLOCK: throw Self.refusal(at: path)
            default: throw SystemError("flock", about: path)
            }
        }
        let text = Array("process: \(holder.process)\nhost: \(holder.host)\nsince: \(holder.since)\n".utf8)
        guard ftruncate(number, 0) == 0, pwrite(number, text, text.count, 0) == text.count else {
            throw SystemError("write", about: path)
        }
        // Not before: one that was refused must not take the name of the other away when it is let go of.
        self.descriptor = descriptor
        self.holder = holder
    }

    deinit {
        // What is let go of must not name anybody.
        _ = ftruncate(descriptor.number, 0)
    }

    private static func refusal(at path: String) -> Failure {
        for _ in 0..<maximumTries {
            guard let holder = readHolder(at: path) else {
                usleep(tryMicroseconds)
                continue
            }
            return Failure(
                .alreadyRunning, "A daemon works for this company already: \(holder).",
                advice: "`steward daemon status` asks it how it does; `steward daemon stop` ends it.")
        }
        return Failure(
            .alreadyRunning, "A daemon works for this company already; it has not said who it is in \(path).",
            advice: "`steward daemon status` asks it how it does.")
    }

    /// Who is named in the file; nil when nobody is. It does not say whether they hold the lock.
    package static func readHolder(at path: String) -> Holder? {
        let number = open(path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { return nil }
        let file = OwnedDescriptor(number)
        var buffer = [UInt8](repeating: 0, count: maximumFileBytes)
        guard let bytes = try? file.read(into: &buffer, maximumBytes: buffer.count) else { return nil }
        var values: [String: String] = [:]
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { return nil }
            values[String(parts[0])] = String(parts[1].drop { $0 == " " })
        }
        guard let process = values["process"].flatMap({ Int32($0) }), let host = values["host"],
            let since = values["since"].flatMap({ Instant($0) })
        else { return nil }
        return Holder(process: process, host: host, since: since)
    }
}
