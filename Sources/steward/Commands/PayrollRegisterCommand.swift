import ArgumentParser
import Diagnostics
import Jobs
import Payroll
import Reports

/// `steward payroll register`: the register of a run as an Excel file.
struct PayrollRegisterCommand: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "register", abstract: "Write the payroll register of a run as an Excel file.")

    @Argument(help: "Run number, or job@period (payroll-monthly@2026-04).", completion: .runs)
    var run: RunRecords.Reference

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "The file to write; without it, payroll-register-GROUP-PERIOD.xlsx here.", valueName: "file"),
        completion: .file(extensions: ["xlsx"]))
    var output: String?

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let store = try context.openStore()
        let record = try context.find(run, in: store)
        let register = try PayrollRegister.load(
            run: record, company: context.company, store: store, allowsProposed: true)
        let path = output ?? register.fileName
        try register.write(to: path)
        var details = Details()
        details.add("file", path)
        details.add("run", Int(record.id.rawValue))
        details.add("pay group", register.payroll.payGroup)
        details.add("period", "\(register.payroll.period)")
        details.add("payslips", register.rows.count)
        context.printer.print(details)
        guard !register.isProposed else {
            context.printer.say("\nThese figures are proposed, not approved; the file says so on each page.")
            return
        }
        context.printer.say("\nNext: open it with a spreadsheet program, or mail it with `steward report send`.")
    }
}
