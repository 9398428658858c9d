import CMinizip
import Calendars
import Diagnostics

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Several files as one zip. The same files, names and time give the same bytes on every machine.
package enum ZipFile {
    /// A file that goes into it, under a name without folders.
    package struct Member: Hashable, Sendable {
        package var name: String
        package var path: String

        package init(name: String, path: String) {
            self.name = name
            self.path = path
        }
    }

    /// Why minizip cannot be used, in the loader's words; nil once it is loaded.
    private static let failureToLoad: String? = steward_minizip_load().map { String(cString: $0) }

    private static let chunkBytes = 1 << 18
    /// From here on a member takes the larger form of the format.
    private static let largeBytes: Int64 = 0xFFFF_FFFF

    /// Writes the zip; it appears at its path when it is whole.
    ///
    /// - Parameter time: the time of all members, in UTC.
    package static func write(_ members: [Member], to path: String, at time: Instant) throws {
        if let reason = failureToLoad {
            throw Failure(
                .failed, "Zip files cannot be made: \(reason).",
                advice: "Install the library minizip; on Debian: apt-get install libminizip1.")
        }
        let file = try WholeFile(path: path)
        do {
            guard let zip = steward_zip_begin(file.partialPath) else {
                throw FileError.cannotWrite(path: path, reason: FileError.systemReason)
            }
            // The directory is written, and the file closed, whatever happens before.
            var error: (any Error)?
            do {
                for member in members { try add(member, to: zip, at: dosTime(time), path) }
            } catch let found {
                error = found
            }
            let status = steward_zip_end(zip)
            if let error { throw error }
            guard status == 0 else { throw FileError.cannotWrite(path: path, reason: FileError.systemReason) }
            try file.publish()
        } catch {
            file.discard()
            throw error
        }
    }

    private static func add(
        _ member: Member, to zip: UnsafeMutableRawPointer, at dosTime: UInt32, _ path: String
    ) throws {
        let source = open(member.path, O_RDONLY | O_CLOEXEC)
        guard source >= 0 else { throw unreadable(member) }
        defer { close(source) }
        var status = stat()
        guard fstat(source, &status) == 0 else { throw unreadable(member) }
        let isLarge: Int32 = Int64(status.st_size) >= largeBytes ? 1 : 0
        func check(_ status: Int32) throws(FileError) {
            guard status == 0 else { throw .cannotWrite(path: path, reason: FileError.systemReason) }
        }
        errno = 0
        try check(steward_zip_begin_member(zip, member.name, dosTime, isLarge))
        var buffer = [UInt8](repeating: 0, count: chunkBytes)
        while true {
            let count = read(source, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw unreadable(member) }
            if count == 0 { break }
            try check(steward_zip_write(zip, buffer, UInt32(count)))
        }
        try check(steward_zip_end_member(zip))
    }

    private static func unreadable(_ member: Member) -> Failure {
        Failure(.failed, "\(member.path) cannot be read: \(FileError.systemReason).", advice: "Check who may read it.")
    }

    /// Source: PKWARE, "APPNOTE.TXT", 6.3.10, section 4.4.6: years from 1980, two seconds each.
    private static func dosTime(_ time: Instant) -> UInt32 {
        let (day, microsecond) = time.utc
        let second = UInt32(microsecond / 1_000_000)
        let (year, month, dayOfMonth) = day.parts
        guard (1980...2107).contains(year) else { return 1 << 21 | 1 << 16 }
        let date = UInt32(year - 1980) << 9 | UInt32(month) << 5 | UInt32(dayOfMonth)
        return date << 16 | (second / 3_600) << 11 | (second / 60 % 60) << 5 | second % 60 / 2
    }
}
