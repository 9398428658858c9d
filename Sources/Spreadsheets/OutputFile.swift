import Glibc

/// The file that a workbook becomes: written under another name in the same folder and renamed when it is whole.
///
/// The other name is `.register.xlsx.partial`. It is locked while it is written, so two processes cannot mix in it;
/// one that a killed process left behind is taken over by the next that writes the same file.
final class OutputFile {
    let path: String
    let partialPath: String
    let directory: String
    private var descriptor: Int32

    init(path: String) throws(SpreadsheetError) {
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let name = slash.map { String(path[path.utf8.index(after: $0)...]) } ?? path
        directory = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        self.path = path
        partialPath = "\(directory)/.\(name).partial"
        descriptor = -1
        guard !name.isEmpty, name != ".", name != "..", !path.utf8.contains(0) else {
            throw .cannotWrite(path: path, reason: "it is not the name of a file")
        }
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
            throw .cannotWrite(path: path, reason: "it is not a regular file")
        }
        descriptor = try Self.openLocked(partialPath, for: path)
    }

    deinit { discard() }

    private static func openLocked(_ partialPath: String, for path: String) throws(SpreadsheetError) -> Int32 {
        while true {
            let descriptor = open(partialPath, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666)
            guard descriptor >= 0 else { throw .cannotWrite(path: path, reason: systemReason()) }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                let isBusy = errno == EWOULDBLOCK
                let reason = systemReason()
                Glibc.close(descriptor)
                throw isBusy ? .beingWritten(path: path) : .cannotWrite(path: path, reason: reason)
            }
            // Another process may have finished its file between our open and our lock; then we hold what is no longer
            // the partial file.
            var held = stat()
            var named = stat()
            if fstat(descriptor, &held) == 0, lstat(partialPath, &named) == 0, held.st_ino == named.st_ino,
                held.st_dev == named.st_dev
            {
                return descriptor
            }
            Glibc.close(descriptor)
        }
    }

    /// Bytes that this process may still write in the folder.
    var freeBytes: Int64 {
        var status = statvfs()
        guard statvfs(directory, &status) == 0 else { return .max }
        let (bytes, overflow) = Int64(status.f_bavail).multipliedReportingOverflow(by: Int64(status.f_frsize))
        return overflow ? .max : bytes
    }

    /// Makes the whole file visible under its own name, after its bytes are on the disk.
    func publish() throws(SpreadsheetError) {
        guard fsync(descriptor) == 0, rename(partialPath, path) == 0 else {
            let reason = systemReason()
            discard()
            throw .cannotWrite(path: path, reason: reason)
        }
        Glibc.close(descriptor)
        descriptor = -1
        let folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if folder >= 0 {
            // Some file systems cannot sync a folder; the file itself is safe.
            _ = fsync(folder)
            Glibc.close(folder)
        }
    }

    /// Removes what was written.
    func discard() {
        guard descriptor >= 0 else { return }
        unlink(partialPath)
        Glibc.close(descriptor)
        descriptor = -1
    }
}

/// What the system says of the last error of this thread.
func systemReason() -> String {
    String(cString: strerror(errno))
}
