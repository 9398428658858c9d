import Calendars
import People
import Store

/// Imports one file: all of it in one transaction, or nothing.
struct FileImport {
    let context: CommandContext
    let catalog: FieldCatalog
    let isDryRun: Bool

    func run(_ plan: (Instant, Connection) throws -> ImportPlan) throws {
        let result =
            if isDryRun {
                try context.openStore().read { try plan(context.clock.now(), $0) }
            } else {
                try context.write { unit in
                    let result = try plan(unit.stamp.at, unit.connection)
                    try result.apply(in: unit, catalog: catalog)
                    return result
                }
            }
        var details = Details()
        func add(_ label: String, key: String, _ count: Int, _ noun: String) {
            details.add(label, key: key, text: "\(count) \(noun)", json: .integer(count))
        }
        add(isDryRun ? "would be imported" : "imported", key: "new_employees", result.employeeCount, "employees")
        add("", key: "new_facts", result.factCount, "facts")
        add("known already", key: "known_facts", result.knownFacts, "facts")
        details.add("dry run", text: nil, json: .bool(isDryRun))
        context.printer.print(details)
        if isDryRun {
            context.printer.say("\nNothing was written. Give the command without --dry-run to import.")
        } else if result.isEmpty {
            context.printer.say("\nNothing was new; nothing was written.")
        } else {
            context.printer.say("\nNext: `steward job list`, then `steward run JOB --period PERIOD --dry-run`.")
        }
    }

    /// How messages call a file: the last part of its path.
    static func shownName(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }
}
