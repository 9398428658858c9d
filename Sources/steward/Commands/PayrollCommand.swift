import ArgumentParser

/// `steward payroll`: payslips, the register, the official figures.
struct PayrollCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "payroll", abstract: "Show payslips, write the register, verify the rules.",
        subcommands: [PayrollShow.self, PayrollRegisterCommand.self, PayrollVerify.self])
}
