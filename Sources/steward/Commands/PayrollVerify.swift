import ArgumentParser
import Diagnostics
import Payroll

/// `steward payroll verify`: the rules against official figures.
struct PayrollVerify: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check the statutory rules against official figures.",
        discussion: """
            Without --file, the figures that HMRC publishes for testing payroll software. With it, any file with the \
            same columns, PAYE or National Insurance, of any tax year that the pack has.
            """)

    @Option(help: "The pack: gb.", completion: .list(["gb"]))
    var pack = "gb"

    @Option(help: "A CSV file of rows with their expected results.", completion: .file(extensions: ["csv"]))
    var file: String?

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        guard pack == "gb" else {
            throw Failure(.notFound, "There is no pack \"\(pack)\".", advice: "The packs are: gb.")
        }
        let folder = PayrollConfiguration.packsFolder
        let verification = GBVerification(
            packs: try GBPacks.load(folder: context.company.path(folder), shownAs: folder))
        let reports = try files().map { try verification.verify(contentsOf: $0.path, shownAs: $0.name) }
        var table = Table(columns: [
            .init("Figures"), .init("Rows", .right), .init("Exact", .right), .init("Within 0.01", .right),
            .init("Failed", .right),
        ])
        table.rows = reports.map { report in
            [
                .text(report.subject.name), .integer(report.rowCount), .integer(report.exactCount),
                .integer(report.withinTolerance.count), .integer(report.failed.count),
            ]
        }
        if context.printer.format == .text {
            Terminal.print(reports.map(\.text).joined(separator: "\n"))
        } else {
            context.printer.print(table)
        }
        if !reports.allSatisfy(\.hasPassed) { Terminal.exit(.failed) }
    }

    private func files() throws -> [(path: String, name: String)] {
        if let file { return [(file, FileImport.shownName(file))] }
        let folder = try ShareFolder.find().appending(path: "fixtures/official").path
        return ["gb-paye-2025-26.csv", "gb-ni-2025-26.csv"].map { ("\(folder)/\($0)", $0) }
    }
}
