#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file that appears under its name when it is whole and on the disk: until then, and after any error, what was there
/// before stays. It is for its owner alone. A new one never takes the place of another.
///
/// It is written under another name in the same folder, `.register.xlsx.partial`, and renamed. The other name is locked
/// while it is written, so two processes cannot mix in it; one that a killed process left behind is taken over by the
/// next that writes the same file.
package final class WholeFile {
    package let path: String
    /// Where a library that opens files by their names writes it.
    package let partialPath: String
    package let directory: String
    /// Whether it must not take the place of a file that is there.
    private let isNew: Bool
    private var descriptor: Int32 = -1
    private var buffer: [UInt8] = []
    private static let bufferBytes = 65_536

    /// - Parameter isNew: whether a file that is there already is refused, and not replaced.
    package init(path: String, isNew: Bool = false) throws(FileError) {
        self.isNew = isNew
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let name = slash.map { String(path[path.utf8.index(after: $0)...]) } ?? path
        directory = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        self.path = path
        partialPath = "\(directory)/.\(name).partial"
        guard !name.isEmpty, name != ".", name != "..", !path.utf8.contains(0) else {
            throw .cannotWrite(path: path, reason: "it is not the name of a file")
        }
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
            throw .cannotWrite(path: path, reason: "it is not a regular file")
        }
        if isNew, lstat(path, &status) == 0 { throw .exists(path: path) }
        descriptor = try Self.openLocked(partialPath, for: path)
        // What a killed process left in it is longer, perhaps, than what comes now.
        guard ftruncate(descriptor, 0) == 0, fchmod(descriptor, 0o600) == 0 else {
            let reason = FileError.systemReason
            discard()
            throw .cannotWrite(path: path, reason: reason)
        }
    }

    deinit { discard() }

    private static func openLocked(_ partialPath: String, for path: String) throws(FileError) -> Int32 {
        while true {
            let descriptor = open(partialPath, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard descriptor >= 0 else { throw .cannotWrite(path: path, reason: FileError.systemReason) }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                let isBusy = errno == EWOULDBLOCK
                let reason = FileError.systemReason
                close(descriptor)
                throw isBusy ? .beingWritten(path: path) : .cannotWrite(path: path, reason: reason)
            }
            // Another process may have finished its file between our open and our lock; then we hold what is no longer
            // the partial file.
            var held = stat()
            var named = stat()
            if fstat(descriptor, &held) == 0, lstat(partialPath, &named) == 0, held.st_ino == named.st_ino,
                held.st_dev == named.st_dev
            {
                if held.st_nlink == 1 { return descriptor }
                // A finished file has this name, too: of a process that was killed just when it had named it.
                unlink(partialPath)
            }
            close(descriptor)
        }
    }

    /// Adds bytes at the end; a few at a time cost no call of the system.
    package func write(_ bytes: some Collection<UInt8>) throws(FileError) {
        buffer.append(contentsOf: bytes)
        if buffer.count >= Self.bufferBytes { try flush() }
    }

    private func flush() throws(FileError) {
        do throws(FileError) {
            try Self.write(buffer, to: descriptor, called: path)
        } catch {
            discard()
            throw error
        }
        buffer.removeAll(keepingCapacity: true)
    }

    /// Writes all of the bytes to an open file or pipe.
    package static func write(_ bytes: [UInt8], to descriptor: Int32, called name: String) throws(FileError) {
        var start = 0
        while start < bytes.count {
            let count = bytes[start...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                if errno == EPIPE { throw .noReader(path: name) }
                throw .cannotWrite(path: name, reason: FileError.systemReason)
            }
            start += count
        }
    }

    /// Bytes that this process may still write in the folder.
    package var freeBytes: Int64 {
        var status = statvfs()
        guard statvfs(directory, &status) == 0 else { return .max }
        let (bytes, overflow) = Int64(status.f_bavail).multipliedReportingOverflow(by: Int64(status.f_frsize))
        return overflow ? .max : bytes
    }

    /// Makes the whole file visible under its own name, after its bytes are on the disk.
    package func publish() throws(FileError) {
        try flush()
        guard fsync(descriptor) == 0, giveName() else {
            let error: FileError =
                isNew && errno == EEXIST
                ? .exists(path: path) : .cannotWrite(path: path, reason: FileError.systemReason)
            discard()
            throw error
        }
        close(descriptor)
        descriptor = -1
        let folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if folder >= 0 {
            // Some file systems cannot sync a folder; the file itself is safe.
            _ = fsync(folder)
            close(folder)
        }
    }

    private func giveName() -> Bool {
        guard isNew else { return rename(partialPath, path) == 0 }
        // A link and no rename: it does not take the place of a file that has come there meanwhile.
        if link(partialPath, path) == 0 {
            unlink(partialPath)
            return true
        }
        // A file system without links.
        return [EPERM, ENOTSUP, EMLINK].contains(errno) && rename(partialPath, path) == 0
    }

    /// Removes what was written.
    package func discard() {
        guard descriptor >= 0 else { return }
        unlink(partialPath)
        close(descriptor)
        descriptor = -1
        buffer.removeAll()
    }
}
