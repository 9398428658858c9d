import Foundation

/// A file that comes into being whole, on disk and for its owner alone, or not at all.
enum NewFile {
    /// Makes the file at `path` out of the one that `write` makes at the temporary path it is given.
    ///
    /// - Throws: `BackupError.exists` where there is one already; what `write` throws. Nothing is left then.
    static func make<T>(at path: String, _ write: (String) throws -> T) throws -> T {
        guard !FileSystem.exists(path) else { throw BackupError.exists(path: path) }
        let folder = FileSystem.directory(of: path)
        guard FileSystem.isDirectory(folder) else {
            throw BackupError.cannotWrite(path: path, reason: "there is no folder \(folder)")
        }
        removeLeftovers(of: path)
        let partial = "\(path)\(partialMark)\(getpid())"
        if let reason = FileSystem.createPrivateFile(partial) {
            throw BackupError.cannotWrite(path: path, reason: reason)
        }
        defer { for suffix in ["", "-journal", "-wal", "-shm"] { unlink(partial + suffix) } }
        let result = try write(partial)
        try sync(partial, for: path)
        // A link and no rename: it does not take the place of a file that has come there meanwhile.
        if link(partial, path) != 0 {
            switch errno {
            case EEXIST: throw BackupError.exists(path: path)
            case EPERM, ENOTSUP, EMLINK:
                // A file system without links.
                guard rename(partial, path) == 0 else { throw unwritable(path) }
            default: throw unwritable(path)
            }
        }
        unlink(partial)
        try sync(folder, for: path)
        return result
    }

    /// Before the number of the process that writes a file.
    static let partialMark = ".partial-"

    /// Takes away what processes that have ended left of this file.
    private static func removeLeftovers(of path: String) {
        let folder = FileSystem.directory(of: path)
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return }
        let prefix = (path.split(separator: "/").last.map(String.init) ?? path) + partialMark
        for name in names where name.hasPrefix(prefix) {
            let process = name.dropFirst(prefix.count).prefix { $0.isNumber }
            if let number = pid_t(process), kill(number, 0) != 0, errno == ESRCH { unlink("\(folder)/\(name)") }
        }
    }

    /// Has a file or folder written to disk (fsync(2)).
    static func sync(_ path: String, for shown: String) throws {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw unwritable(shown) }
        defer { close(file) }
        // Folders of some file systems cannot be synchronised.
        guard fsync(file) == 0 || errno == EINVAL else { throw unwritable(shown) }
    }

    private static func unwritable(_ path: String) -> BackupError {
        .cannotWrite(path: path, reason: FileSystem.reason(errno))
    }

    /// Copies the bytes of a file.
    static func copy(_ source: String, to destination: String, progress: (Int, Int) throws -> Void) throws {
        let input = open(source, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw BackupError.cannotRead(path: source, reason: FileSystem.reason(errno)) }
        defer { close(input) }
        let output = open(destination, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard output >= 0 else { throw unwritable(destination) }
        defer { close(output) }
        let total = Int(FileSystem.size(of: source))
        var done = 0
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = read(input, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw BackupError.cannotRead(path: source, reason: FileSystem.reason(errno)) }
            guard count > 0 else { return }
            var rest = buffer[..<count]
            while !rest.isEmpty {
                let written = rest.withUnsafeBytes { write(output, $0.baseAddress, $0.count) }
                if written < 0, errno == EINTR { continue }
                guard written > 0 else { throw unwritable(destination) }
                rest = rest.dropFirst(written)
            }
            done += count
            try progress(done, total)
        }
    }
}

extension FileSystem {
    /// 0 where there is no such file.
    static func size(of path: String) -> Int64 {
        var info = stat()
        return stat(path, &info) == 0 ? Int64(info.st_size) : 0
    }

    static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }

    /// Whether both paths lead to one file.
    static func isSame(_ a: String, _ b: String) -> Bool {
        var first = stat()
        var second = stat()
        return stat(a, &first) == 0 && stat(b, &second) == 0 && first.st_dev == second.st_dev
            && first.st_ino == second.st_ino
    }
}

extension FileSystem {
    /// Whether the file's first bytes are these.
    static func begins(_ path: String, with bytes: [UInt8]) throws -> Bool {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw BackupError.cannotRead(path: path, reason: reason(errno)) }
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: bytes.count)
        return read(file, &buffer, buffer.count) == bytes.count && buffer == bytes
    }
}
