import Diagnostics
import Jobs
import Mail

/// Who gets declared reports, and which rows of them: one group for each message.
struct ReportRecipients {
    struct Group {
        var addresses: [EmailAddress]
        var reader: ReportReader
        /// What the group is called in the name of its file and in the key of its message; empty: everybody together.
        var name: String
    }

    let groups: [Group]

    static let managers = "cost-centre-managers"
    static let maximumRecipients = 500

    init(groups: [Group]) { self.groups = groups }

    /// Whether a text names one address, and no role and nobody by the data.
    static func isOneAddress(_ text: String) -> Bool {
        let words = words(of: text)
        return words.count <= 1 && !words.contains { $0.hasPrefix("role:") || $0 == managers }
    }

    /// Reads `Ann Lee <ann@example.com>, role:finance-lead, cost-centre-managers`.
    ///
    /// Addresses and roles get one message with all rows; a person of `config/users.yaml` who may not see them all, of
    /// each report, is refused. Each cost-centre manager gets a message with the rows of his own cost centres.
    init(_ text: String, of reports: [ReportDeclaration], in users: UserDirectory) throws(Failure) {
        var problems = ProblemList()
        var together: [EmailAddress] = []
        var groups: [Group] = []
        for word in Self.words(of: text) {
            if word == Self.managers {
                let others = reports.filter { !$0.isByCostCentre }
                guard others.isEmpty else {
                    for report in others {
                        problems.add(
                            "the report \(report.name) has no rows of one's own",
                            expected: "own: cost_centre in its file")
                    }
                    continue
                }
                let managers = users.users.filter { !$0.costCentres.isEmpty }
                if managers.isEmpty {
                    problems.add("nobody in \(UserDirectory.file) has cost_centres", expected: "cost_centres of a user")
                }
                groups += managers.map {
                    Group(
                        addresses: [$0.email], reader: ReportReader(costCentres: $0.costCentres),
                        name: $0.accounts.first ?? $0.name)
                }
            } else if word.hasPrefix("role:") {
                let role = String(word.dropFirst("role:".count))
                let holders = users.users(withRole: role)
                if holders.isEmpty {
                    problems.add(
                        "nobody in \(UserDirectory.file) has the role \"\(role)\""
                            + Suggestion.hint(for: role, among: Set(users.users.flatMap(\.roles)).sorted()))
                }
                for user in holders { Self.add(user, to: &together, reports, &problems) }
            } else {
                do {
                    let address = try EmailAddress.parse(word, field: "to")
                    if let user = users.users.first(where: { $0.email.address == address.address }) {
                        Self.add(user, to: &together, reports, &problems)
                    } else {
                        together.append(address)
                    }
                } catch {
                    problems.add(contentsOf: error.faults.map(\.problem))
                }
            }
        }
        var seen: Set<String> = []
        together = together.filter { seen.insert($0.address).inserted }
        if !together.isEmpty { groups.insert(Group(addresses: together, reader: .all, name: ""), at: 0) }
        if groups.isEmpty, problems.isEmpty { problems.add("nobody is named in to", expected: "an address or a role") }
        let count = groups.map(\.addresses.count).reduce(0, +)
        if count > Self.maximumRecipients {
            problems.add("\(count) recipients", expected: "at most \(Self.maximumRecipients)")
        }
        try problems.throwIfAny(consequence: "nothing was sent")
        self.groups = groups
    }

    private static func add(
        _ user: User, to addresses: inout [EmailAddress], _ reports: [ReportDeclaration], _ problems: inout ProblemList
    ) {
        for report in reports {
            do throws(Failure) {
                guard try report.reader(user).costCentres == nil else {
                    problems.add(
                        "\(user.name) may see the rows of some cost centres only",
                        expected: "\(managers), for own rows")
                    return
                }
            } catch {
                problems.add(Problem(error))
                return
            }
        }
        addresses.append(user.email)
    }

    /// The parts between commas; a comma in quotes belongs to a name.
    static func words(of text: String) -> [String] {
        var words: [String] = []
        var word = ""
        var isQuoted = false
        for character in text {
            if character == "\"" { isQuoted.toggle() }
            if character == ",", !isQuoted {
                words.append(word)
                word = ""
            } else {
                word.append(character)
            }
        }
        return (words + [word]).map(\.trimmingBlanks).filter { !$0.isEmpty }
    }
}
