import CompanyFixtures
import Diagnostics
import Foundation
import Testing

@testable import Jobs

@Suite struct UserDirectoryTests {
    private func load(_ text: String?) throws -> (UserDirectory, [String]) {
        try Workshop.withCompany { company throws in
            if let text {
                try text.write(toFile: company.path(UserDirectory.file), atomically: true, encoding: .utf8)
            }
            var problems = ProblemList()
            let users = UserDirectory.load(for: company, problems: &problems)
            return (users, problems.problems.map(\.description))
        }
    }

    @Test func `accounts lead to people and roles`() throws {
        let (users, problems) = try load(ApprovalOffice.users)
        #expect(problems.isEmpty)
        #expect(users.user(account: "bobby")?.name == "Bob Ray")
        #expect(users.user(account: "Bob") == nil)
        #expect(users.users(withRole: "lead").map(\.name) == ["Ann Lee", "Bob Ray", "Cat Moe"])
        #expect(users.isSamePerson("ann", "ann.lee") && !users.isSamePerson("ann", "bob"))
        #expect(users.isSamePerson("nobody", "nobody") && !users.isSamePerson("nobody", "ann"))
    }

    @Test func `a company without the file has nobody`() throws {
        let (users, problems) = try load(nil)
        #expect(problems.isEmpty && users.users.isEmpty && !users.isDeclared)
    }

    @Test(arguments: [
        (
            "users:\n  - {name: A, email: nonsense, accounts: [a]}",
            "users.yaml:2:22: email \"nonsense\" is not an e-mail"
        ),
        ("users:\n  - {name: A, email: a@b.example, accounts: []}", "accounts"),
        ("users:\n  - {name: A, email: a@b.example}", "accounts is missing"),
        ("users:\n  - {name: A, email: a@b.example, accounts: [daemon]}", "account"),
        ("users:\n  - {name: A, email: a@b.example, accounts: [\"a b\"]}", "is not the name of an account"),
        ("users:\n  - {name: A, email: a@b.example, accounts: [a], role: [x]}", "the key \"role\" is unknown"),
        ("users:\n  - {name: A, email: a@b.example, accounts: [a], roles: [X Y]}", "roles"),
        ("users:\n  - {name: A, email: a@b.example, accounts: [a], roles: [x, x]}", "a role of A is given twice"),
        (
            "users:\n  - {name: A, email: a@b.example, accounts: [a]}\n  - {name: B, email: b@b.example, accounts: [b, a]}",
            "users.yaml:3:45: the account a is given a second time; it is A's"
        ),
        ("people: []", "users is missing"),
        ("users: [", "not YAML"),
    ])
    func `what is wrong in the file is told with its place`(text: String, problem: String) throws {
        let (users, problems) = try load(text)
        #expect(problems.contains { $0.contains(problem) }, "\(problems)")
        #expect(users.isDeclared && users.users.isEmpty)
    }

    @Test func `an approval that not enough people can give is an error`() throws {
        try ApprovalOffice.with(.sqlite, job: "approval: {people: 4, role: lead}") { office throws in
            let users = try UserDirectory.load(for: office.company)
            var problems = ProblemList()
            users.check([office.declaration], problems: &problems)
            #expect(
                problems.problems.map(\.description) == [
                    "jobs/gated.yaml:5:11: the approval of gated takes 4 with the role \"lead\", which only 3 in "
                        + "config/users.yaml have (expected a role that at least 4 have)"
                ])
        }
    }

    @Test func `approval of a kind that has no gate is an error with its place`() throws {
        let job = """
            job: tally
            kind: test.tally
            description: Counts
            period: month
            parameters: {count: 3}
            approval: {role: lead}

            """
        try Workshop.withCompany(jobs: ["tally.yaml": job]) { company throws in
            var problems = ProblemList()
            _ = JobCatalog.load(
                for: company, kinds: KindRegistry([TallyKind.self, GatedKind.self]), problems: &problems)
            #expect(
                problems.problems.map(\.description) == [
                    "jobs/tally.yaml:6:11: the kind test.tally does not wait for an approval "
                        + "(expected a job of the kind test.gated)"
                ])
        }
    }

    @Test func `notifications of a company without mail are an error with their place`() throws {
        let job = """
            job: tally
            kind: test.tally
            description: Counts
            period: month
            parameters: {count: 3}
            notify: {failed: [ops@example.com]}

            """
        try Workshop.withCompany(jobs: ["tally.yaml": job]) { company throws in
            var problems = ProblemList()
            _ = JobCatalog.load(for: company, kinds: Workshop.kinds, problems: &problems)
            #expect(problems.problems.count == 1)
            #expect(problems.problems.first?.location?.description == "jobs/tally.yaml:6:9")
        }
    }
}
