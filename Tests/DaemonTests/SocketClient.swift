import CLinux
import Foundation
import Testing

@testable import Daemon

/// The other end of a server under test: it sends what it is told, as slowly as it is told.
struct SocketClient {
    let socket: OwnedDescriptor
    static let maximumSeconds = 20

    init(_ address: ServerAddress) throws {
        switch address {
        case .socket(let path): socket = try StreamSocket.connect(to: path)
        case .loopback(let port):
            socket = OwnedDescriptor(Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
            var name = sockaddr_in()
            name.sin_family = sa_family_t(AF_INET)
            name.sin_port = port.bigEndian
            name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            let result = withUnsafePointer(to: &name) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(socket.number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            try #require(result == 0)
        }
        var limit = timeval(tv_sec: Self.maximumSeconds, tv_usec: 0)
        setsockopt(socket.number, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    @discardableResult
    func send(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return Foundation.send(socket.number, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
    }

    /// No more comes from here.
    func finish() {
        shutdown(socket.number, Int32(SHUT_WR))
    }

    /// All until the server hangs up.
    func receiveAll() throws -> String {
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while let bytes = try socket.read(into: &buffer, maximumBytes: buffer.count), !bytes.isEmpty { all += bytes }
        return String(decoding: all, as: UTF8.self)
    }

    func receiveLine() throws -> String {
        var line: [UInt8] = []
        var buffer: [UInt8] = [0]
        while let bytes = try socket.read(into: &buffer, maximumBytes: 1), let byte = bytes.first {
            if byte == UInt8(ascii: "\n") { break }
            line.append(byte)
        }
        return String(decoding: line, as: UTF8.self)
    }
}
