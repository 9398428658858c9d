/// A table as a transfer sees it: what is in it, in which order it is read, and what must be there before it.
struct TransferTable: Hashable, Sendable {
    let name: String
    let columns: [Column]
    /// The columns of its primary key, in their order: by them it is read, and a transfer that was cut off goes on.
    let key: [String]
    /// The tables that its rows point to, without itself.
    let references: Set<String>

    struct Column: Hashable, Sendable {
        let name: String
        let kind: Kind
    }

    enum Kind: Hashable, Sendable {
        case integer, text, blob
    }

    var keyColumns: [Column] { key.compactMap { name in columns.first { $0.name == name } } }

    /// `"a", "b"`, in quotes, so that a column may be called `order`.
    static func list(_ names: [String]) -> String { names.map { "\"\($0)\"" }.joined(separator: ", ") }

    var columnList: String { Self.list(columns.map(\.name)) }

    /// The columns in the order of their names, which is the same whichever database made the table.
    func inOrderOfColumns() -> TransferTable {
        TransferTable(name: name, columns: columns.sorted { $0.name < $1.name }, key: key, references: references)
    }
}

extension [TransferTable] {
    /// Those that others point to before those that point to them.
    ///
    /// - Throws: `StoreError.misuse` where tables point to each other in a circle.
    func parentsFirst() throws -> [TransferTable] {
        var ordered: [TransferTable] = []
        var placed: Set<String> = []
        var waiting = sorted { $0.name < $1.name }
        while !waiting.isEmpty {
            let ready = waiting.filter { $0.references.isSubset(of: placed) }
            guard !ready.isEmpty else {
                throw StoreError.misuse(
                    "the tables \(waiting.map(\.name).joined(separator: ", ")) point to each other in a circle")
            }
            ordered += ready
            placed.formUnion(ready.map(\.name))
            waiting.removeAll { placed.contains($0.name) }
        }
        return ordered
    }
}

/// The rows of a table that are read at a time: all, or those of one side of a key.
struct TransferPart: Sendable {
    /// What the key is compared with; nothing for all rows.
    private let comparison: String
    let key: [SQLValue]

    static let all = TransferPart(comparison: "", key: [])
    static func upTo(_ key: [SQLValue]) -> TransferPart { TransferPart(comparison: "<=", key: key) }
    static func after(_ key: [SQLValue]) -> TransferPart { TransferPart(comparison: ">", key: key) }

    /// The rows, in the order of their key.
    ///
    /// - Parameter values: the key as it stands in the statement, `?` or a literal for each of its values.
    func query(_ table: TransferTable, _ values: [String]) -> String {
        let keys = TransferTable.list(table.key)
        let condition = comparison.isEmpty ? "" : "WHERE (\(keys)) \(comparison) (\(values.joined(separator: ", ")))"
        return "SELECT \(table.columnList) FROM \"\(table.name)\" \(condition) ORDER BY \(keys)"
    }
}
