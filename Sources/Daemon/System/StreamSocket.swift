import CLinux
import Glibc

/// Where a server listens.
package enum ServerAddress: Hashable, Sendable, CustomStringConvertible {
    /// 127.0.0.1, which nobody reaches from another machine. Port 0 asks for any that is free.
    case loopback(port: UInt16)
    /// A Unix-domain socket in the file system, for the account of the daemon alone.
    case socket(path: String)

    package var description: String {
        switch self {
        case .loopback(let port): "127.0.0.1:\(port)"
        case .socket(let path): path
        }
    }
}

/// Sockets of the stream type, on loopback and in the file system.
enum StreamSocket {
    static let backlogConnections: Int32 = 64

    /// A socket that listens and never waits.
    ///
    /// - Returns: also the address in use, in which port 0 has become the port chosen.
    static func listen(at address: ServerAddress) throws(SystemError) -> (OwnedDescriptor, ServerAddress) {
        switch address {
        case .loopback(let port): try listen(port: port)
        case .socket(let path): (try listen(path: path), address)
        }
    }

    private static func listen(port: UInt16) throws(SystemError) -> (OwnedDescriptor, ServerAddress) {
        let name = ServerAddress.loopback(port: port).description
        let descriptor = try make(AF_INET)
        var yes: Int32 = 1
        // The port of a daemon that ended a moment ago may be used again.
        setsockopt(descriptor.number, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor.number, $0, size) == 0 && Glibc.listen(descriptor.number, backlogConnections) == 0
                    && getsockname(descriptor.number, $0, &size) == 0
            }
        }
        guard bound else { throw SystemError("bind", about: name) }
        return (descriptor, .loopback(port: UInt16(bigEndian: address.sin_port)))
    }

    private static func listen(path: String) throws(SystemError) -> OwnedDescriptor {
        let descriptor = try make(AF_UNIX)
        // The file takes its mode from the socket, so that it is never open to others, not even for a moment.
        guard fchmod(descriptor.number, 0o600) == 0 else { throw SystemError("fchmod", about: path) }
        let result = try withAddress(of: path) { linux_bind_unix(descriptor.number, $0, $1) }
        guard result == 0, Glibc.listen(descriptor.number, backlogConnections) == 0 else {
            throw SystemError("bind", about: path)
        }
        return descriptor
    }

    /// A socket that is connected to the one at `path` and waits.
    static func connect(to path: String) throws(SystemError) -> OwnedDescriptor {
        let number = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { throw SystemError("socket") }
        let descriptor = OwnedDescriptor(number)
        guard try withAddress(of: path, { linux_connect_unix(number, $0, $1) }) == 0 else {
            throw SystemError("connect", about: path)
        }
        return descriptor
    }

    private static func make(_ family: Int32) throws(SystemError) -> OwnedDescriptor {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let number = socket(family, kind, 0)
        guard number >= 0 else { throw SystemError("socket") }
        return OwnedDescriptor(number)
    }

    /// An address of a socket holds 107 bytes (unix(7)). A longer path is named by its directory's descriptor,
    /// `/proc/self/fd/7/daemon.sock`, which means the same file.
    private static func withAddress(
        of path: String, _ body: (UnsafePointer<sockaddr_un>, socklen_t) -> Int32
    ) throws(SystemError) -> Int32 {
        var address = sockaddr_un()
        var length = linux_unix_address(&address, Array(path.utf8), path.utf8.count)
        guard length == 0 else { return body(&address, length) }
        let end = path.lastIndex(of: "/")
        let directory = end.map { String(path[..<$0]) } ?? "."
        let name = end.map { String(path[path.index(after: $0)...]) } ?? path
        let number = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard number >= 0 else { throw SystemError("open", about: directory) }
        let held = OwnedDescriptor(number)
        let short = Array("/proc/self/fd/\(held.number)/\(name)".utf8)
        length = linux_unix_address(&address, short, short.count)
        guard length > 0 else { throw SystemError("bind", code: ENAMETOOLONG, about: path) }
        return withExtendedLifetime(held) { body(&address, length) }
    }
}
