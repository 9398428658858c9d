import Calendars

/// As much of HTTP/1.1 (RFC 9112) as pages that are only read need.
struct HTTPRequestHead: Hashable {
    var method: String
    /// Without the query.
    var path: String

    /// Why a request is refused, with the status that says so (RFC 9110, section 15).
    enum Refusal: Int, Error, Hashable {
        case badRequest = 400
        case requestTimeout = 408
        case headerTooLarge = 431
        case versionNotSupported = 505
    }

    /// Where the head ends, behind its empty line; nil when it has not come yet. A lone line feed ends a line too
    /// (RFC 9112, section 2.2).
    static func length(in bytes: [UInt8]) -> Int? {
        // The empty lines that may stand before a request belong to it.
        var start = 0
        while start < bytes.count, bytes[start] == 13 || bytes[start] == 10 { start += 1 }
        var previous: Int?
        for index in start..<bytes.count where bytes[index] == 10 {
            if let previous, index == previous + 1 || (index == previous + 2 && bytes[previous + 1] == 13) {
                return index + 1
            }
            previous = index
        }
        return nil
    }

    init(_ bytes: [UInt8]) throws(Refusal) {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .badRequest }
        // A CR and an LF are one character to Swift.
        let lines = text.split(omittingEmptySubsequences: true, whereSeparator: { $0 == "\r\n" || $0 == "\n" })
        guard let first = lines.first else { throw .badRequest }
        let words = first.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3, words[0].allSatisfy(Self.isToken), !words[0].isEmpty else { throw .badRequest }
        let version = words[2]
        guard version.hasPrefix("HTTP/"), version.utf8.count == 8 else { throw .badRequest }
        guard version.hasPrefix("HTTP/1.") else { throw .versionNotSupported }
        var hosts = 0
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":"), colon != line.startIndex,
                line[..<colon].allSatisfy(Self.isToken)
            else { throw .badRequest }
            if line[..<colon].lowercased() == "host" { hosts += 1 }
        }
        // RFC 9112, section 3.2.
        guard hosts == 1 || (hosts == 0 && version == "HTTP/1.0") else { throw .badRequest }
        method = String(words[0])
        path = try Self.path(of: words[1])
    }

    private static func path(of target: Substring) throws(Refusal) -> String {
        var rest = target
        if rest.lowercased().hasPrefix("http://") {
            rest = rest.dropFirst(7).drop { $0 != "/" && $0 != "?" }
            if rest.first != "/" { return "/" }
        }
        guard rest.first == "/" else { throw .badRequest }
        return String(rest.prefix { $0 != "?" && $0 != "#" })
    }

    /// RFC 9110, section 5.6.2.
    private static func isToken(_ character: Character) -> Bool {
        guard let byte = character.asciiValue else { return false }
        return character.isLetter || character.isNumber || "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
}

/// An answer that ends its connection.
struct HTTPResponseText {
    var status: Int
    var contentType = "text/plain; charset=utf-8"
    var body: String
    /// For 405.
    var allowed: String?

    static let reasons = [
        200: "OK", 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed", 408: "Request Timeout",
        431: "Request Header Fields Too Large", 500: "Internal Server Error", 503: "Service Unavailable",
        505: "HTTP Version Not Supported",
    ]

    /// - Parameter isHead: whether only the head was asked for: the same one, without the body.
    func bytes(at: Instant, isHead: Bool) -> [UInt8] {
        var lines = [
            "HTTP/1.1 \(status) \(Self.reasons[status] ?? "")",
            "Date: \(Self.date(at))",
            "Content-Type: \(contentType)",
            "Content-Length: \(body.utf8.count)",
            "Cache-Control: no-store",
            "X-Content-Type-Options: nosniff",
            "Connection: close",
        ]
        if let allowed { lines.append("Allow: \(allowed)") }
        let head = lines.joined(separator: "\r\n") + "\r\n\r\n"
        return Array((isHead ? head : head + body).utf8)
    }

    /// `Sat, 21 Nov 2026 06:00:00 GMT` (RFC 9110, section 5.6.7).
    static func date(_ at: Instant) -> String {
        let date = at.utc.date
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let weekday = date.weekday.name.prefix(3)
        // 2026-11-21T06:00:00Z
        let text = "\(at)"
        let day = text.split(separator: "T")[0].suffix(2)
        let time = text.split(separator: "T")[1].dropLast()
        let year = date.year
        let name = weekday.prefix(1).uppercased() + weekday.dropFirst()
        return "\(name), \(day) \(months[date.month - 1]) \(year) \(time) GMT"
    }
}
