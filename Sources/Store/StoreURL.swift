/// Where a store is: `sqlite:var/steward.db` or `postgresql://user:password@host:5432/database?schema=steward`.
///
/// A SQLite path may be relative; `Store.open` resolves it. The PostgreSQL form is libpq's connection URI, with
/// parameters of our own: `schema`, the schema that holds our tables (default `steward`); `direct`, the host and port of
/// the server behind a pooler, as they would stand in the address; and `statement_timeout_seconds`,
/// `lock_timeout_seconds`, `idle_timeout_seconds` (`PostgresLimits`).
package struct StoreURL: Hashable, Sendable, CustomStringConvertible {
    enum Location: Hashable, Sendable {
        case sqlite(path: String)
        case postgresql(PostgresAddress)
    }

    let location: Location
    /// Texts that must not be shown: the passwords, as written.
    let secrets: [String]
    /// The URL as it may be shown: passwords are `***`.
    package let description: String

    static let defaultSchema = "steward"

    /// Nil when the text is neither form, has no path, names a schema that is not a plain lower-case identifier, or
    /// limits that are not whole seconds up to a day.
    package init?(_ text: String) {
        guard !text.utf8.contains(0) else { return nil }
        if let path = text.dropping(prefix: "sqlite:") {
            guard !path.isEmpty, path != ":memory:", !path.hasPrefix("//") else { return nil }
            location = .sqlite(path: path)
            secrets = []
            description = text
            return
        }
        guard let rest = text.dropping(prefix: "postgresql://") ?? text.dropping(prefix: "postgres://") else {
            return nil
        }
        let halves = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var address = PostgresAddress(uri: "", directURI: nil, schema: Self.defaultSchema)
        var direct: String?
        var parameters: [Substring] = []
        var ours: [Substring] = []
        for parameter in halves.count > 1 ? halves[1].split(separator: "&") : [] {
            let text = String(parameter)
            if let name = text.dropping(prefix: "schema=") {
                guard Identifier.isPlain(name) else { return nil }
                address.schema = name
            } else if let host = text.dropping(prefix: "direct=") {
                guard !host.isEmpty, !host.contains("@"), !host.contains("/") else { return nil }
                direct = host
                ours.append(parameter)
            } else if let (name, limit) = PostgresLimits.parameters.first(where: { text.hasPrefix($0.name + "=") }) {
                guard let seconds = Int(text.dropFirst(name.count + 1)), PostgresLimits.range.contains(seconds) else {
                    return nil
                }
                address.limits[keyPath: limit] = seconds
                ours.append(parameter)
            } else {
                parameters.append(parameter)
            }
        }
        let authority = String(halves[0])
        let inQuery = parameters.compactMap { parameter in
            Self.secretParameters.first { parameter.hasPrefix($0) }.map { parameter.dropFirst($0.count) }
        }
        secrets = ([Self.password(in: authority)].compactMap(\.self) + inQuery).filter { !$0.isEmpty }.map(String.init)
        let query = parameters.isEmpty ? "" : "?" + parameters.joined(separator: "&")
        address.uri = "postgresql://" + authority + query
        address.directURI = direct.map { host in
            let rest = parameters.filter { parameter in !Self.hostParameters.contains { parameter.hasPrefix($0) } }
            return "postgresql://" + Self.authority(authority, at: host)
                + (rest.isEmpty ? "" : "?" + rest.joined(separator: "&"))
        }
        location = .postgresql(address)
        description =
            "postgresql://" + Self.masked(authority: authority)
            + Self.masked(parameters: parameters + ours, schema: address.schema)
    }

    /// Where they stand they hold, and not what stands before the question mark.
    private static let hostParameters = ["host=", "hostaddr=", "port="]

    /// `user:password@host:port/db` with another host and port.
    private static func authority(_ authority: String, at host: String) -> String {
        let start = authority.lastIndex(of: "@").map { authority.index(after: $0) } ?? authority.startIndex
        let end = authority[start...].firstIndex(of: "/") ?? authority.endIndex
        return authority[..<start] + host + authority[end...]
    }

    /// The password in `user:password@host/db`; rather too much than too little of a text that is mistaken.
    private static func password(in authority: String) -> Substring? {
        guard let at = authority.lastIndex(of: "@"), let colon = authority[..<at].firstIndex(of: ":") else {
            return nil
        }
        return authority[authority.index(after: colon)..<at]
    }

    private static func masked(authority: String) -> String {
        guard let password = password(in: authority) else { return authority }
        return authority[..<password.startIndex] + "***" + authority[password.endIndex...]
    }

    private static let secretParameters: [Substring] = ["password=", "sslpassword="]

    private static func masked(parameters: [Substring], schema: String) -> String {
        var shown = parameters.map { parameter in
            secretParameters.first { parameter.hasPrefix($0) }.map { $0 + "***" } ?? parameter
        }
        if schema != defaultSchema { shown.append("schema=\(schema)") }
        return shown.isEmpty ? "" : "?" + shown.joined(separator: "&")
    }

    /// The file of a SQLite store; nil for a server.
    package func sqlitePath(relativeTo directory: String) -> String? {
        guard case .sqlite(let path) = location else { return nil }
        return path.hasPrefix("/") ? path : directory + "/" + path
    }
}

extension String {
    /// The text after `prefix`; nil when it does not begin with it.
    fileprivate func dropping(prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }
}

/// Names of tables, columns and schemas that need no quotes in either database.
enum Identifier {
    static let maximumLength = 63  // PostgreSQL's NAMEDATALEN − 1; longer names would be cut silently

    /// True for a lower-case letter or underscore, then lower-case letters, digits, underscores.
    static func isPlain(_ name: String) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= maximumLength else { return false }
        let isLetter = { (byte: UInt8) in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte == UInt8(ascii: "_")
        }
        return isLetter(first)
            && name.utf8.allSatisfy { isLetter($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
