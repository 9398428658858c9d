/// The plain-text accounting formats that journals come and go in.
package enum TextJournalFormat: String, Hashable, Sendable, CaseIterable {
    /// hledger's journal format. Source: hledger 1.25, hledger(1), "JOURNAL FORMAT".
    case hledger
    /// Ledger's journal format. Source: Ledger 3.3, "Ledger: Command-Line Accounting", chapters 4 and 5.
    case ledger
    /// Beancount's input. Source: "Beancount Language Syntax", version 2 and 3.
    case beancount
}
