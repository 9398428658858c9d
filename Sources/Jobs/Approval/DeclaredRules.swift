import Configuration
import Diagnostics
import Store

/// What the declaration that a run runs says of approval and notifications: the rules stay with the run, also where the
/// file is edited meanwhile.
struct DeclaredRules: Sendable {
    var approval: ApprovalRule?
    var notifications = NotificationRules()

    /// - Throws: when the declaration asks for an approval that cannot be read: it must not pass for none.
    static func load(ofVersion hash: String, in connection: Connection) throws -> DeclaredRules {
        guard let text = try ScheduleRecords.declarationText(hash, in: connection) else { return DeclaredRules() }
        return try DeclaredRules(declaration: text)
    }

    init() {}

    init(declaration text: String) throws {
        // The file was sound when the run was made. Other keys than these are none of our business.
        guard let document = try? YAMLDocument(text: text, shownAs: "the job's declaration") else { return }
        var problems = ProblemList()
        var rules = DeclaredRules()
        var isReadable = true
        let _: Bool? = document.mapping(&problems) { map in
            if map.contains("approval") {
                rules.approval = map.optionalMapping("approval") { ApprovalRule($0) }
                isReadable = rules.approval != nil
            }
            rules.notifications = map.optionalMapping("notify") { NotificationRules($0) } ?? NotificationRules()
            return true
        }
        guard isReadable else {
            throw Failure(
                .refused, "The declaration of the run asks for an approval that this program cannot read.",
                advice: "Cancel the run, correct the job's file and run it again with --again and a --reason.")
        }
        self = rules
    }
}
