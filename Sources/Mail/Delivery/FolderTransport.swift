#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Delivers into a folder: each message becomes a file `20261121T201404Z-<message id>.eml` that mail programs open.
///
/// A file appears whole or not at all, also after a crash. A message whose id is in the folder already is left as it is.
/// The files can be read by their owner only, for what they carry may be anyone's pay.
package final class FolderTransport: MailTransport {
    package let path: String
    /// The files in the folder by message id; read once, for a folder of many messages is slow to list for each of them.
    private var fileNames: [String: String]?

    /// Messages that stand at the barrier: nothing of them has been written.
    private var standing: [DeliveryTicket: RenderedMessage] = [:]
    private var events: [DeliveryEvent] = []

    private static let ending = ".eml"
    /// Messages that are completed together at most.
    private static let maximumStanding = 64

    /// - Parameter path: the folder; it is made when the first message comes.
    package init(path: String) {
        self.path = path.utf8.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    package var takesRepeats: Bool { true }
    package var capacity: Int { Self.maximumStanding - standing.count }
    package var isReachable: Bool { true }

    package func begin(_ message: RenderedMessage, as ticket: DeliveryTicket) {
        precondition(capacity > 0, "more messages were begun than there is room for")
        precondition(standing.updateValue(message, forKey: ticket) == nil, "a message was begun twice")
        events.append(.standing(ticket))
    }

    package func complete(_ tickets: [DeliveryTicket]) {
        for ticket in tickets {
            guard let message = standing.removeValue(forKey: ticket) else { continue }
            events.append(.ended(ticket, Result { () throws(MailError) in try deliver(message) }))
        }
    }

    package func breakOff(_ tickets: [DeliveryTicket]) {
        for ticket in tickets { standing[ticket] = nil }
        events.removeAll { event in
            if case .standing(let ticket) = event { tickets.contains(ticket) } else { false }
        }
    }

    package func events(waitingMilliseconds: Int) -> [DeliveryEvent] {
        defer { events = [] }
        return events
    }

    private func deliver(_ message: RenderedMessage) throws(MailError) -> DeliveryReceipt {
        if access(path, F_OK) != 0 { try makeFolder() }
        let known: [String: String]
        if let fileNames { known = fileNames } else { known = try listFolder() }
        fileNames = known
        let id = message.id.identifier
        if let name = known[id], access("\(path)/\(name)", F_OK) == 0 {
            return DeliveryReceipt(id: message.id, place: .file(path: "\(path)/\(name)"), reply: nil, wasThere: true)
        }
        let name = Self.stamp(message) + "-" + id + Self.ending
        let isNew = try write(message.bytes, to: name)
        fileNames?[id] = name
        return DeliveryReceipt(id: message.id, place: .file(path: "\(path)/\(name)"), reply: nil, wasThere: !isNew)
    }

    /// `20261121T201404Z`, so that the names sort by time.
    private static func stamp(_ message: RenderedMessage) -> String {
        String(decoding: message.date.description.utf8.filter { $0.isASCIILetterOrDigit }, as: UTF8.self)
    }

    private func listFolder() throws(MailError) -> [String: String] {
        guard let directory = opendir(path) else { throw fault(path, errno) }
        defer { closedir(directory) }
        var names: [String: String] = [:]
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name.hasSuffix(Self.ending), !name.hasPrefix("."), let dash = name.firstIndex(of: "-") else {
                continue
            }
            names[String(name[name.index(after: dash)...].dropLast(Self.ending.count))] = name
        }
        return names
    }

    private func makeFolder() throws(MailError) {
        var made = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/") {
            made += "/" + part
            if mkdir(made, 0o700) != 0, errno != EEXIST { throw fault(made, errno) }
        }
    }

    /// Writes a file beside its place, makes it last, and moves it there.
    ///
    /// - Returns: false where another process was first.
    private func write(_ bytes: [UInt8], to name: String) throws(MailError) -> Bool {
        let target = "\(path)/\(name)"
        let temporary = "\(path)/.\(getpid())-\(UInt64.random(in: 0...UInt64.max)).tmp"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw fault(target, errno) }
        var number = Self.writeAll(bytes, to: descriptor)
        if number == 0, fsync(descriptor) != 0 { number = errno }
        if close(descriptor) != 0, number == 0 { number = errno }
        defer { unlink(temporary) }
        guard number == 0 else { throw fault(target, number) }
        // A link, unlike a rename, does not replace what another process wrote a moment ago.
        if link(temporary, target) != 0 {
            let number = errno
            if number == EEXIST { return false }
            // File systems without links (FAT, some network drives).
            guard rename(temporary, target) == 0 else { throw fault(target, errno) }
        }
        try syncFolder()
        return true
    }

    private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
        bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let chunk = UnsafeRawBufferPointer(rebasing: rest)
                let count = Glibc.write(descriptor, chunk.baseAddress, chunk.count)
                if count < 0 {
                    if errno == EINTR { continue }
                    return errno
                }
                rest = rest.dropFirst(count)
            }
            return 0
        }
    }

    private func syncFolder() throws(MailError) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw fault(path, errno) }
        defer { close(descriptor) }
        // Some file systems cannot sync a folder and say EINVAL; they have nothing to make last.
        if fsync(descriptor) != 0, errno != EINVAL { throw fault(path, errno) }
    }

    private func fault(_ path: String, _ number: Int32) -> MailError {
        .notWritten(path: path, reason: FileFault.text(number))
    }
}
