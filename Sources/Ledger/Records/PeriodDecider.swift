import Diagnostics
import Jobs

/// A person who decides about periods and about what a close found.
package struct PeriodDecider: Sendable {
    package let company: Company
    package let account: String
    private let users: UserDirectory
    private let role: String?

    /// - Parameter account: of the operating system: whoever gave the command.
    /// - Throws: what is wrong in `config/users.yaml` or `config/ledger.yaml`.
    package init(account: String, company: Company) throws(Failure) {
        self.account = account
        self.company = company
        users = try UserDirectory.load(for: company)
        role = try LedgerSettings.load(for: company).role
    }

    /// - Throws: unless the account is somebody's who has the role.
    package func requireKnown() throws(Failure) {
        guard users.isDeclared else {
            throw Failure(
                .notPermitted, "There is no \(UserDirectory.file): nobody can decide about periods.",
                advice: "Write it: who has which account, e-mail address and roles; see docs/guide/approvals.md.")
        }
        guard let user = users.user(account: account) else {
            throw Failure(
                .notPermitted, "The account \(account) is nobody's in \(UserDirectory.file).",
                advice: "Add it to the accounts of a person there, or let somebody decide who stands there.")
        }
        guard let role, !user.roles.contains(role) else { return }
        let holders = users.users(withRole: role).map(\.name)
        throw Failure(
            .notPermitted, "\(user.name) does not have the role \(role), which this takes.",
            advice: holders.isEmpty
                ? "Nobody has it: give it to somebody in \(UserDirectory.file)."
                : "These have it: \(holders.joined(separator: ", ")).")
    }

    /// - Throws: unless the account that leave is asked for is somebody's.
    package func requireSomebodys(_ account: String) throws(Failure) {
        guard users.user(account: account) == nil else { return }
        let accounts = users.users.flatMap(\.accounts)
        throw Failure(
            .notFound,
            "The account \"\(account)\" is nobody's in \(UserDirectory.file).\(Suggestion.question(for: account, among: accounts))",
            advice: "Name one of the accounts there; nothing was asked for.")
    }

    /// - Throws: unless it is somebody else than who asked, with the role.
    package func requireSecond(to first: String) throws(Failure) {
        try requireKnown()
        guard users.isSamePerson(first, account) else { return }
        throw Failure(
            .notPermitted, "\(users.user(account: account)?.name ?? account) asked for it and cannot confirm it.",
            advice: "It takes a second person: somebody else gives the command from their own account.")
    }
}
