import Glibc

/// The table of contents of a zip file: the names and the unpacked sizes of its members.
///
/// The library does not notice when its own temporary files could not be written. The sizes show it.
/// Source: PKWARE, "APPNOTE.TXT", 6.3.10, sections 4.3.12 and 4.3.16.
enum ZipDirectory {
    /// Unpacked bytes by name; nil when the file has no whole directory. Sizes of 4 GiB and more are left out.
    static func sizes(of path: String) -> [String: Int64]? {
        guard let file = fopen(path, "rb") else { return nil }
        defer { fclose(file) }
        guard fseeko(file, 0, SEEK_END) == 0 else { return nil }
        let length = ftello(file)
        let tail = read(file, from: max(0, length - 65_557), to: length)
        guard
            let end = (0...max(0, tail.count - 22)).last(where: { number(tail, $0, 4) == 0x0605_4b50 }),
            let count = number(tail, end + 10, 2), let size = number(tail, end + 12, 4),
            let start = number(tail, end + 16, 4), start + size <= length
        else { return nil }
        let directory = read(file, from: off_t(start), to: off_t(start + size))
        var sizes: [String: Int64] = [:]
        var offset = 0
        for _ in 0..<count {
            guard number(directory, offset, 4) == 0x0201_4b50, let unpacked = number(directory, offset + 24, 4),
                let name = number(directory, offset + 28, 2), let extra = number(directory, offset + 30, 2),
                let comment = number(directory, offset + 32, 2), offset + 46 + name <= directory.count
            else { return nil }
            let bytes = directory[(offset + 46)..<(offset + 46 + name)]
            if unpacked < 0xFFFF_FFFF { sizes[String(decoding: bytes, as: UTF8.self)] = Int64(unpacked) }
            offset += 46 + name + extra + comment
        }
        return sizes
    }

    private static func read(_ file: UnsafeMutablePointer<FILE>, from start: off_t, to end: off_t) -> [UInt8] {
        guard end > start, fseeko(file, start, SEEK_SET) == 0 else { return [] }
        return [UInt8](unsafeUninitializedCapacity: Int(end - start)) { buffer, count in
            count = fread(buffer.baseAddress, 1, buffer.count, file)
        }
    }

    private static func number(_ bytes: [UInt8], _ offset: Int, _ count: Int) -> Int? {
        guard offset >= 0, offset + count <= bytes.count else { return nil }
        return (0..<count).reversed().reduce(0) { $0 << 8 | Int(bytes[offset + $1]) }
    }
}
