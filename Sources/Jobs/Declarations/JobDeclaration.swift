import Calendars
import Configuration
import Crypto
import Diagnostics

/// A declared job: what one file of `jobs/` says.
///
/// ```yaml
/// job: payroll-monthly
/// kind: payroll.calculate
/// description: Pay of all monthly paid employees
/// period: month
/// parameters:
///   pay_group: monthly
/// schedule: {on: {day: 25, adjust: preceding}, at: "06:00", calendar: england-wales}
/// ```
package struct JobDeclaration: Sendable {
    package var name: String
    package var kind: String
    package var description: String
    package var granularity: Period.Granularity
    /// The values of parameters where a run gives no others.
    package var parameters: ParameterValues
    /// When it runs by itself; nil where only people start it.
    package var schedule: JobSchedule?
    /// The jobs that must be done for the same period before a run starts.
    package var needs: [String] = []
    /// The queue in which its runs wait; a queue may have a limit of its own.
    package var queue = Self.defaultQueue
    /// 0 runs before 9.
    package var priority = Self.defaultPriority
    /// The nodes that may work on its runs.
    package var placement = Placement.anywhere
    package var execution = ExecutionRules()
    /// Who has to agree before results take effect; nil where nobody has to.
    package var approval: ApprovalRule?
    package var notifications = NotificationRules()
    /// What a job of the kind `command` runs; nil for every other kind.
    package var command: ProgramCall?
    /// The text of the file, which each run keeps a reference to.
    package var text: String { didSet { hash = Self.hash(of: text) } }
    /// SHA-256 of the text. Each run asks for it.
    package private(set) var hash: String
    package var file: String
    /// Where the values stand, for errors.
    package var locations: [String: SourceLocation]

    package static let defaultQueue = "default"
    package static let defaultPriority = 5

    package init(
        name: String, kind: String, description: String, granularity: Period.Granularity, parameters: ParameterValues,
        text: String, file: String, locations: [String: SourceLocation]
    ) {
        self.name = name
        self.kind = kind
        self.description = description
        self.granularity = granularity
        self.parameters = parameters
        self.text = text
        hash = Self.hash(of: text)
        self.file = file
        self.locations = locations
    }

    private static func hash(of text: String) -> String { SHA256.hash(data: Array(text.utf8)).hexText }

    /// The declared parameters with those of a command in their place.
    package func parameters(with given: [String: String]) -> ParameterValues {
        ParameterValues(parameters.values.merging(given) { _, given in given })
    }

    /// Reports parameters that the kind does not take, and those it needs and does not get.
    package func checkNames(
        of values: ParameterValues, for kind: any JobKind.Type, problems: inout ProblemList
    ) {
        let definitions = kind.parameters
        for name in values.values.keys.sorted() where !definitions.contains(where: { $0.name == name }) {
            problems.add(
                "the kind \(kind.name) has no parameter \"\(name)\""
                    + Suggestion.hint(for: name, among: definitions.map(\.name)),
                expected: definitions.isEmpty
                    ? "no parameters" : "one of: " + definitions.map(\.name).joined(separator: ", "),
                at: locations[name])
        }
        for definition in definitions where definition.isRequired && values[definition.name] == nil {
            problems.add(
                "the parameter \(definition.name) is missing (\(definition.description))",
                expected: "e.g. \(definition.name)=\(definition.example)",
                at: locations["parameters"] ?? locations["job"])
        }
    }
}

extension JobDeclaration {
    /// What a file says, right or wrong: a wrong one is looked at further, to find all that is wrong with it.
    struct Draft {
        var declaration: JobDeclaration
        var isSound: Bool
        /// Whether `kind` and `period` hold what the file says, and not placeholders.
        var hasKind: Bool
        var hasPeriod: Bool
    }

    /// Reads one file; reports what is wrong with it.
    static func draft(
        path: String, shownAs file: String, of company: Company, calendars: CompanyCalendars,
        problems: inout ProblemList
    ) -> Draft? {
        guard let document = YAMLDocument(contentsOf: path, shownAs: file, problems: &problems) else { return nil }
        return draft(document, shownAs: file, of: company, calendars: calendars, problems: &problems)
    }

    /// The schedule of a declaration as it once was; nil where it had none, or where it can no longer be read.
    package static func formerSchedule(in text: String, of company: Company) -> JobSchedule? {
        var problems = ProblemList()
        guard let document = try? YAMLDocument(text: text, shownAs: "a former declaration") else { return nil }
        return draft(document, shownAs: "", of: company, problems: &problems)?.declaration.schedule
    }

    /// The program of a declaration as it once was; nil where it had none, or where it can no longer be read.
    package static func formerCommand(in text: String, of company: Company) -> ProgramCall? {
        var problems = ProblemList()
        guard let document = try? YAMLDocument(text: text, shownAs: "a former declaration") else { return nil }
        return draft(document, shownAs: "", of: company, problems: &problems)?.declaration.command
    }

    private static func draft(
        _ document: YAMLDocument, shownAs file: String, of company: Company, calendars: CompanyCalendars? = nil,
        problems: inout ProblemList
    ) -> Draft? {
        let calendars = calendars ?? CompanyCalendars(of: company)
        var draft: Draft?
        let sound: Bool? = document.mapping(&problems) { map in
            let parameters = map.optionalEntries("parameters", keys: .variable) { name, value in
                (value.scalar(.text), value.location)
            }
            var locations = Dictionary(uniqueKeysWithValues: parameters.map { ($0.key, $0.value.1) })
            for key in ["job", "kind", "period", "parameters", "needs", "approval", "notify", "schedule", "command"] {
                locations[key] = map.location(of: key)
            }
            var declaration = JobDeclaration(
                name: map.required("job", .jobName),
                kind: map.required("kind", .dottedName),
                description: map.required("description", .text),
                granularity: map.required("period", .granularity),
                parameters: ParameterValues(Dictionary(uniqueKeysWithValues: parameters.map { ($0.key, $0.value.0) })),
                text: String(decoding: document.source.bytes, as: UTF8.self),
                file: file,
                locations: locations)
            declaration.schedule = JobSchedule(map, company: company, calendars: calendars)
            declaration.needs = map.optionalList("needs", .jobName)
            declaration.queue = map.optional("queue", .identifier, default: defaultQueue)
            declaration.placement = Placement(map)
            declaration.priority = map.optional("priority", .integer(0...9), default: defaultPriority)
            declaration.execution = ExecutionRules(map)
            declaration.approval = map.optionalMapping("approval") { ApprovalRule($0) }
            declaration.notifications = map.optionalMapping("notify") { NotificationRules($0) } ?? NotificationRules()
            declaration.command = map.optionalMapping("command") { ProgramCall($0) }
            draft = Draft(
                declaration: declaration, isSound: false, hasKind: holds(.dottedName, map, "kind"),
                hasPeriod: holds(.granularity, map, "period"))
            return true
        }
        draft?.isSound = sound == true
        return draft
    }

    private static func holds<Value>(_ reader: ScalarReader<Value>, _ map: YAMLMapping, _ key: String) -> Bool {
        guard let text = map.optional(key, .text) else { return false }
        return (try? reader.read(text)) != nil
    }
}

extension ScalarReader<String> {
    /// Words that `steward run` takes for commands of its own.
    private static let reservedJobNames: Set = [
        "start", "list", "show", "watch", "logs", "cancel", "retry", "approve", "reject", "help",
    ]

    /// The name of a job, which `steward run` must be able to tell from its commands.
    package static let jobName = identifier.satisfying(
        "is a command of `steward run`", expected: "a name that is none of its commands, as payroll-monthly"
    ) { !reservedJobNames.contains($0) }
}
