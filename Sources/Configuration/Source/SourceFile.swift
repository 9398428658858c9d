import Diagnostics

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Reads whole files that people wrote, within a bound, with a clear sentence where that fails.
package enum SourceFile {
    /// The bytes of a regular file.
    ///
    /// - Parameters:
    ///   - name: how messages call the file.
    ///   - maximumFileBytes: a larger file is refused before it is read.
    /// - Throws: `Failure`: `notFound` where there is no such file, `usage` where it cannot be read or is too large.
    package static func bytes(
        of path: String, shownAs name: String, maximumFileBytes: Int
    ) throws(Failure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw cannotOpen(name, errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw cannotOpen(name, errno) }
        switch status.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFDIR: throw Failure(.usage, "\(name) is a folder, not a file.", advice: "Name a file in it.")
        default: throw Failure(.usage, "\(name) is not a regular file.", advice: "Write it to a file first.")
        }
        guard status.st_size <= maximumFileBytes else { throw tooLarge(name, Int(status.st_size), maximumFileBytes) }
        let count = Int(status.st_size)
        var failure: Failure?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            while initialized < count, let base = buffer.baseAddress {
                let got = read(descriptor, base + initialized, count - initialized)
                if got < 0 {
                    if errno == EINTR { continue }
                    failure = Failure(.usage, "\(name) cannot be read: \(String(cString: strerror(errno))).")
                    return
                }
                guard got > 0 else { return }  // It was cut short meanwhile: what is there is what we read.
                initialized += got
            }
        }
        if let failure { throw failure }
        return bytes
    }

    private static func cannotOpen(_ name: String, _ code: Int32) -> Failure {
        switch code {
        case ENOENT, ENOTDIR:
            Failure(.notFound, "There is no file \(name).", advice: "Check the name and the folder.")
        case EACCES, EPERM:
            Failure(.usage, "\(name) cannot be opened: permission denied.", advice: "Check who may read it: ls -l.")
        default:
            Failure(.usage, "\(name) cannot be opened: \(String(cString: strerror(code))).")
        }
    }

    package static func tooLarge(_ name: String, _ bytes: Int, _ maximumFileBytes: Int) -> Failure {
        Failure(
            .usage, "\(name) has \(bytes) bytes, more than the \(maximumFileBytes) that are read.",
            advice: "Split it into smaller files.")
    }
}
