import ArgumentParser
import Jobs

/// `steward job show`: one job, its kind and its parameters.
struct JobShow: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one job: its kind, its parameters, its latest runs.")

    @Argument(help: "The job; `steward job list` shows all.", completion: .jobs)
    var job: String

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let declaration = try context.jobs().job(job)
        var details = Details()
        details.add("job", declaration.name)
        details.add("kind", declaration.kind)
        details.add("description", declaration.description)
        details.add("period", declaration.granularity.rawValue)
        details.add("file", declaration.file)
        if let kind = Application.kinds[declaration.kind] {
            details.add("what it does", kind.abstract)
            var parameters = Table(
                columns: [.init("Parameter"), .init("Value"), .init("Required"), .init("Meaning"), .init("Example")])
            parameters.rows = kind.parameters.map { parameter in
                [
                    .text(parameter.name), .text(declaration.parameters[parameter.name] ?? ""),
                    .text(parameter.isRequired ? "yes" : "no"), .text(parameter.description), .text(parameter.example),
                ]
            }
            details.add(section: "Parameters", key: "parameters", parameters)
        }
        let store = try context.openStore()
        let runs = try store.read {
            try RunRecords.list(.init(job: declaration.name, maximumCount: 10), in: $0)
        }
        details.add(section: "Latest runs", key: "runs", RunTable.table(of: runs))
        context.printer.print(details)
    }
}
