import Configuration
import Diagnostics

extension ScalarReader<String> {
    /// The number under which a party is kept: `C-1042`.
    package static let partyID = ScalarReader<String>.text.satisfying(
        "is too long for the number of a party", expected: "at most \(Party.maximumIDBytes) bytes"
    ) { $0.utf8.count <= Party.maximumIDBytes }
}

extension ScalarReader<Party> {
    /// A party with its kind: `customer:C-1042`.
    package static let party = ScalarReader<Party>(
        expected: "a kind and a number, e.g. customer:C-1042", placeholder: Party(.customer, "")
    ) { text throws(ScalarRejection) in
        guard let colon = text.firstIndex(of: ":") else {
            throw ScalarRejection("is not a party", expected: "a kind and a number, e.g. customer:C-1042")
        }
        let kinds = Party.Kind.allCases.map(\.rawValue)
        guard let kind = Party.Kind(rawValue: String(text[..<colon])) else {
            throw ScalarRejection("is of no kind of party", expected: "one of: \(kinds.joined(separator: ", "))")
        }
        return Party(kind, try ScalarReader<String>.partyID.read(String(text[text.index(after: colon)...])))
    }
}
