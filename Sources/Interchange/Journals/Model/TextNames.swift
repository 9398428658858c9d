import Configuration
import Diagnostics

/// The names of a journal's accounts, commodities and files, by their numbers.
///
/// It grows while the journal is read; what was once named keeps its number.
package final class TextNames {
    var accountTable = NameTable()
    var commodityTable = NameTable()
    private(set) var files: [String] = []
    /// By account, what the journal declares its type to be.
    var declaredTypes: [TextAccountID: TextAccountType] = [:]

    package init() {
        _ = commodityTable.number("")
    }

    package var accountCount: Int { accountTable.count }
    package var commodityCount: Int { commodityTable.count }

    package var accounts: [TextAccountID] { (0..<Int32(accountCount)).map { TextAccountID(index: $0) } }
    package var commodities: [TextCommodityID] { (0..<Int32(commodityCount)).map { TextCommodityID(index: $0) } }

    /// The full name, its parts joined by colons: `expenses:food`.
    package func name(_ account: TextAccountID) -> String { accountTable.names[Int(account.index)] }
    /// The symbol as written, without quotes: `$`, `EUR`, `green apples`; empty for plain numbers.
    package func name(_ commodity: TextCommodityID) -> String { commodityTable.names[Int(commodity.index)] }

    package func account(_ name: String) -> TextAccountID {
        TextAccountID(index: accountTable.number(name))
    }

    package func commodity(_ name: String) -> TextCommodityID {
        TextCommodityID(index: commodityTable.number(name))
    }

    package func location(of transaction: TextTransaction) -> SourceLocation {
        location(file: transaction.file, line: transaction.line)
    }

    package func location(file: Int32, line: Int32) -> SourceLocation {
        let name = files.indices.contains(Int(file)) ? files[Int(file)] : ""
        return SourceLocation(file: name, line: Int(line), column: line > 0 ? 1 : nil)
    }

    func add(file: String) -> Int32 {
        files.append(file)
        return Int32(files.count - 1)
    }

    /// What the account's own declaration, that of an account above it, or its first part says of its type.
    package func type(of account: TextAccountID) -> TextAccountType? {
        if let declared = declaredTypes[account] { return declared }
        let name = name(account)
        if !declaredTypes.isEmpty {
            var parent = name[...]
            while let colon = parent.lastIndex(of: ":") {
                parent = parent[..<colon]
                if let number = accountTable.find(String(parent)),
                    let declared = declaredTypes[TextAccountID(index: number)]
                {
                    return declared
                }
            }
        }
        return TextAccountType(root: name.prefix { $0 != ":" })
    }
}
