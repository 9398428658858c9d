import Diagnostics
import Jobs

/// Who may see which rows of a report.
extension ReportDeclaration {
    /// What a person sees of it, by the account of the operating system.
    ///
    /// - Throws: a refusal where it is nothing.
    package func reader(account: String, in users: UserDirectory) throws(Failure) -> ReportReader {
        guard let user = users.user(account: account) else {
            guard roles.isEmpty || !users.isDeclared else {
                throw refusal("\(account) is not in \(UserDirectory.file)")
            }
            return .all
        }
        return try reader(user)
    }

    /// What a person of `config/users.yaml` sees of it.
    package func reader(_ user: User) throws(Failure) -> ReportReader {
        if roles.contains(where: user.roles.contains) { return .all }
        if isByCostCentre, !user.costCentres.isEmpty { return ReportReader(costCentres: user.costCentres) }
        guard roles.isEmpty else { throw refusal("\(user.name) has the roles \(user.roles.joined(separator: ", "))") }
        return .all
    }

    private func refusal(_ reason: String) -> Failure {
        Failure(
            .refused, "The report \(name) is for the roles \(roles.joined(separator: ", ")), and \(reason).",
            advice: "Ask somebody with one of these roles, or have \(UserDirectory.file) changed.")
    }
}
