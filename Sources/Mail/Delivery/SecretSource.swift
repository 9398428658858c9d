import Diagnostics

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where a password is read from. There is no case for the password itself, so that none is ever written in YAML.
package enum SecretSource: Hashable, Sendable {
    case environment(name: String)
    /// A file of one line that nobody but its owner may read.
    case file(path: String)

    package static let maximumSecretBytes = 4_096

    /// Reads the password.
    ///
    /// - Parameters:
    ///   - what: what it is, for messages: "mail password".
    ///   - environment: gives a variable of the environment; the process's own unless a test hands in another.
    /// - Throws: a failure that names the variable or the file, never what stood in it.
    package func resolve(
        as what: String = "mail password",
        environment: (String) -> String? = { getenv($0).map { String(cString: $0) } }
    ) throws(Failure) -> Secret {
        switch self {
        case .environment(let name):
            guard let value = environment(name), !value.isEmpty else {
                throw Failure(
                    .usage, "The environment variable \(name), which should hold the \(what), is not set.",
                    advice: "Set it for the process that sends mail, or name a file with the password instead.")
            }
            return try checked(value, what, place: "The environment variable \(name)")
        case .file(let path):
            return try checked(try Self.read(path, what), what, place: path)
        }
    }

    private func checked(_ value: String, _ what: String, place: String) throws(Failure) -> Secret {
        if value.isEmpty {
            throw Failure(.usage, "\(place) is empty; it should hold the \(what).")
        }
        if let control = HeaderText.firstControl(in: value) {
            throw Failure(
                .usage,
                "\(place) holds \(HeaderText.name(of: control)); it should hold the \(what) and nothing else.",
                advice: "Write the password on one line.")
        }
        return Secret(value)
    }

    private static func read(_ path: String, _ what: String) throws(Failure) -> String {
        // Not blocking: a named pipe must not hang the program before it is refused below.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw Failure(
                .usage, "\(path): the \(what) cannot be read: \(FileFault.text(errno)).",
                advice: "Create the file with the password on one line and run: chmod 600 '\(path)'")
        }
        defer { close(descriptor) }
        // The open file is examined, not the path, which could meanwhile be another file.
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw Failure(.usage, "\(path): the \(what) should be in a regular file, and this is none.")
        }
        let mode = status.st_mode & 0o777
        guard mode & 0o077 == 0 else {
            throw Failure(
                .usage,
                "\(path): the file with the \(what) has the mode \(String(mode, radix: 8)), so others may use it.",
                advice: "Run: chmod 600 '\(path)'")
        }
        guard status.st_size <= maximumSecretBytes else {
            throw Failure(
                .usage,
                "\(path): the file is \(status.st_size) bytes long; a \(what) has at most \(maximumSecretBytes)."
            )
        }
        var buffer = [UInt8](repeating: 0, count: maximumSecretBytes)
        var count = 0
        while count < buffer.count {
            let got = buffer.withUnsafeMutableBytes { bytes in
                Glibc.read(descriptor, bytes.baseAddress.map { $0 + count }, bytes.count - count)
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else {
                throw Failure(.usage, "\(path): the \(what) cannot be read: \(FileFault.text(errno)).")
            }
            if got == 0 { break }
            count += got
        }
        // Editors end a file with a line end that is no part of the password.
        if count > 0, buffer[count - 1] == 0x0A { count -= 1 }
        if count > 0, buffer[count - 1] == 0x0D { count -= 1 }
        guard let text = String(validating: buffer[..<count], as: UTF8.self) else {
            throw Failure(.usage, "\(path): the \(what) is not UTF-8 text.")
        }
        return text
    }
}

enum FileFault {
    /// The system's words for an error number.
    static func text(_ number: Int32) -> String {
        String(cString: strerror(number))
    }
}
