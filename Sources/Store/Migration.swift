import Crypto

/// One step of the schema, applied once and never changed afterwards.
///
/// `sql` is written once for both databases, in the words that `MigrationText` maps.
package struct Migration: Hashable, Sendable {
    /// 1, 2, 3, … without a hole.
    package var number: Int
    /// What it does, in a few words: `payroll`.
    package var name: String
    package var sql: String

    package init(number: Int, name: String, sql: String) {
        self.number = number
        self.name = name
        self.sql = sql
    }

    /// The migrations of several targets, in the order of their numbers.
    package static func inOrder(_ parts: [Migration]...) -> [Migration] {
        parts.flatMap(\.self).sorted { $0.number < $1.number }
    }

    /// SHA-256 of `sql`, by which a later change is noticed.
    var checksum: String { Hexadecimal.text(SHA256.hash(data: Array(sql.utf8))) }
}

enum Hexadecimal {
    private static let digits = Array("0123456789abcdef".utf8)

    static func text(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
