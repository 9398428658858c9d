#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension SourceFile {
    /// Whether there is something at `path` that we may look at.
    package static func exists(_ path: String) -> Bool {
        access(path, F_OK) == 0
    }

    /// The names of the files in a folder that end in `.fileExtension`, in the order of their bytes; none where there is
    /// no folder. Hidden files are passed over.
    package static func names(in folder: String, withExtension fileExtension: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: entry.pointee.d_name)) {
                    String(cString: $0)
                }
            }
            if name.hasSuffix("." + fileExtension), !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
