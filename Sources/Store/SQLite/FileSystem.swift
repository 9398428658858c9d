import Foundation

/// What a SQLite store asks of the file system it lies on.
enum FileSystem {
    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    static func isWritable(_ path: String) -> Bool { access(path, W_OK) == 0 }

    static func isDirectory(_ path: String) -> Bool {
        var info = stat()
        return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
    }

    /// `/var/lib` of `/var/lib/steward.db`.
    static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Makes an empty file that its owner alone may read and write. Does nothing when it is there already.
    ///
    /// - Returns: why it could not be made; nil when it was.
    static func createPrivateFile(_ path: String) -> String? {
        let file = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard file >= 0 else { return errno == EEXIST ? nil : String(cString: strerror(errno)) }
        close(file)
        return nil
    }

    /// The network file system that holds the file or folder: `nfs4`; nil on a local one.
    static func networkKind(of path: String) -> String? {
        guard let mounts = try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8),
            let resolved = realpath(path, nil)
        else { return nil }
        defer { free(resolved) }
        return networkKind(of: String(cString: resolved), mounts: mounts)
    }

    /// - Parameters:
    ///   - path: absolute, without links.
    ///   - mounts: in the form of `/proc/self/mountinfo`.
    static func networkKind(of path: String, mounts: String) -> String? {
        var longest = -1
        var kind: Substring = ""
        for line in mounts.split(separator: "\n") {
            // 36 35 98:0 /root /mount/point rw,noatime master:1 - ext4 /dev/sda1 rw
            let fields = line.split(separator: " ")
            guard fields.count > 4, let dash = fields.firstIndex(of: "-"), dash + 1 < fields.count else { continue }
            let point = fields[4].replacing("\\040", with: " ")
            // The last of several mounts on one point hides the others.
            guard point.utf8.count >= longest, point == "/" || path == point || path.hasPrefix(point + "/") else {
                continue
            }
            longest = point.utf8.count
            kind = fields[dash + 1]
        }
        return networkKinds.contains(String(kind)) ? String(kind) : nil
    }

    /// File systems whose locks or shared memory do not reach from one machine to another.
    private static let networkKinds: Set<String> = [
        "nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "coda", "ceph", "fuse.sshfs", "fuse.glusterfs",
    ]
}
