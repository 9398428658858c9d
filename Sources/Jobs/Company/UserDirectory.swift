import Configuration
import Diagnostics
import Mail

/// A person who works with the company's jobs.
package struct User: Hashable, Sendable {
    package var name: String
    package var email: EmailAddress
    /// The accounts of the operating system that are this person's.
    package var accounts: [String]
    package var roles: [String]
    /// The cost centres whose rows this person sees of reports that are told apart by them; none: see `ReportAccess`.
    package var costCentres: [String]

    package init(
        name: String, email: EmailAddress, accounts: [String], roles: [String], costCentres: [String] = []
    ) {
        self.name = name
        self.email = email
        self.accounts = accounts
        self.roles = roles
        self.costCentres = costCentres
    }
}

/// Who is who: what `config/users.yaml` says.
///
/// ```yaml
/// users:
///   - name: Morag Sinclair
///     email: morag.sinclair@thistle-tide.example
///     accounts: [morag]
///     roles: [finance-lead]
/// ```
package struct UserDirectory: Sendable {
    package let users: [User]
    /// Whether the company has the file.
    package let isDeclared: Bool

    package static let file = "config/users.yaml"

    package init(users: [User]) {
        self.users = users
        isDeclared = true
    }

    private init() {
        users = []
        isDeclared = false
    }

    /// The person whose account it is.
    package func user(account: String) -> User? {
        users.first { $0.accounts.contains(account) }
    }

    package func users(withRole role: String) -> [User] {
        users.filter { $0.roles.contains(role) }
    }

    /// Whether two accounts are one person's.
    package func isSamePerson(_ a: String, _ b: String) -> Bool {
        a == b || user(account: a)?.accounts.contains(b) == true
    }

    // MARK: - Reading

    /// - Throws: a failure with everything that is wrong in the file. A company without the file has nobody in it.
    package static func load(for company: Company) throws(Failure) -> UserDirectory {
        var problems = ProblemList()
        let directory = load(for: company, problems: &problems)
        try problems.throwIfAny(consequence: "nothing was done")
        return directory
    }

    /// Reads the file, where there is one, and reports what is wrong with it.
    package static func load(for company: Company, problems: inout ProblemList) -> UserDirectory {
        guard SourceFile.exists(company.path(file)) else { return UserDirectory() }
        guard let document = YAMLDocument(contentsOf: company.path(file), shownAs: file, problems: &problems) else {
            return UserDirectory(users: [])
        }
        var owners: [String: String] = [:]
        let users: [User]? = document.mapping(&problems) { map in
            map.list("users") { value in value.mapping { user($0, owners: &owners) } }
        }
        return UserDirectory(users: users ?? [])
    }

    /// - Parameter owners: whose the accounts are that were read so far.
    private static func user(_ map: YAMLMapping, owners: inout [String: String]) -> User? {
        let name = map.required("name", .text)
        let email = map.required("email", .emailAddress)
        let accounts = map.list("accounts", .accountName, minimumCount: 1)
        let roles = map.optionalList("roles", .identifier)
        let costCentres = map.optionalList("cost_centres", .text)
        for account in accounts where !account.isEmpty {
            if let other = owners[account] {
                map.report(
                    "the account \(account) is given a second time; it is \(other)'s", expected: "one person for each",
                    at: "accounts")
            }
            owners[account] = name
        }
        if Set(roles).count < roles.count {
            map.report("a role of \(name) is given twice", expected: "each once", at: "roles")
        }
        guard !map.hasProblems, let email = try? EmailAddress.parse(email) else { return nil }
        return User(name: name, email: email, accounts: accounts, roles: roles, costCentres: costCentres)
    }

    // MARK: - Checking

    /// Reports jobs whose approval not enough people can give. A company without the file has none to compare with.
    package func check(_ jobs: [JobDeclaration], problems: inout ProblemList) {
        guard isDeclared else { return }
        let known = Set(users.flatMap(\.roles)).sorted()
        for job in jobs {
            guard let rule = job.approval else { continue }
            let holders = users(withRole: rule.role).count
            if holders < rule.people {
                let who = holders == 0 ? "nobody in \(Self.file) has" : "only \(holders) in \(Self.file) have"
                problems.add(
                    "the approval of \(job.name) takes \(rule.people) with the role \"\(rule.role)\", which \(who)"
                        + Suggestion.hint(for: rule.role, among: known.filter { $0 != rule.role }),
                    expected: "a role that at least \(rule.people) have", at: job.locations["approval"])
            }
        }
    }
}

extension ScalarReader<String> {
    /// The name of an account of the operating system: `ann`, `ann.lee`, `CORP\ann`.
    package static let accountName = ScalarReader(
        "the name of an account", expected: "as `id -un` prints it, e.g. ann", placeholder: ""
    ) { text in
        let isName = text.unicodeScalars.allSatisfy { !$0.properties.isWhitespace && $0.value > 0x20 && $0 != ":" }
        // The daemon acts under this name, and what it started anybody with the role may approve.
        guard text != StewardActor.daemon else { return nil }
        return isName && !text.isEmpty && text.utf8.count <= 256 && !text.hasPrefix("-")
            ? text : nil
    }
}
