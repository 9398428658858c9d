/// What was paid. Only runs that have come to their end count: proposed, rejected and canceled ones never do.
enum PayrollViews {
    static let all = [component, run, payslip, line]

    static let component = ReportView(
        "payroll_component", domain: "payroll", "The components of pay, as `config/payroll/components.yaml` has them.",
        .configuration(.component),
        [
            ReportView.column("component", .text, "its name in formulas"),
            ReportView.column("component_name", .text, "what the payslip prints"),
            ReportView.column("part", .text, "earning, deduction or employer"),
            ReportView.column("position", .integer, "its place on the payslip"),
        ])

    static let run = ReportView(
        "payroll_paid_run", domain: "payroll", "Payroll runs that paid a group for a period.",
        .query(
            """
            SELECT payroll_run.run_id AS run, run.job, payroll_run.pay_group, payroll_run.period,
                   payroll_run.first_day, payroll_run.last_day, payroll_run.pay_date, payroll_run.tax_year,
                   payroll_run.tax_period, run.finished_at
              FROM payroll_run JOIN run ON run.run_id = payroll_run.run_id
             WHERE (run.state = 'succeeded' OR run.state = 'partly') AND run.finished_at <= :as_of
            """),
        [
            ReportView.column("run", .integer, "number of the run"),
            ReportView.column("job", .text, "the job that it is a run of"),
            ReportView.column("pay_group", .text, "the group that was paid"),
            ReportView.column("period", .text, "the pay period: 2026-04, 2026-W15"),
            ReportView.column("first_day", .date, "first day of the pay period"),
            ReportView.column("last_day", .date, "last day of the pay period"),
            ReportView.column("pay_date", .date, "the day on which it was paid"),
            ReportView.column("tax_year", .text, "the tax year of the pay date"),
            ReportView.column("tax_period", .integer, "the month or week of the tax year"),
            ReportView.column("finished_at", .instant, "when the run came to its end"),
        ])

    private static let name = """
        (SELECT fact.value FROM employee_fact AS fact
          WHERE fact.employee_id = payslip.employee_id AND fact.field = 'name'
            AND fact.effective_from <= paid.last_day
            AND (fact.effective_to IS NULL OR fact.effective_to >= paid.last_day) AND fact.recorded_at <= :as_of
          ORDER BY fact.effective_from DESC, fact.fact_id DESC LIMIT 1)
        """

    static let payslip = ReportView(
        "payroll_payslip", domain: "payroll", "Payslips, one row each.", needs: ["payroll_paid_run"],
        .query(
            """
            SELECT paid.run, paid.pay_group, paid.period, paid.pay_date, SUBSTR(paid.pay_date, 1, 7) AS month,
                   paid.tax_year, payslip.employee_id AS employee, \(name) AS employee_name,
                   COALESCE(payslip.cost_centre, '') AS cost_centre, payslip.gross_minor AS gross,
                   payslip.deductions_minor AS deductions, payslip.net_minor AS net,
                   payslip.employer_minor AS employer, payslip.gross_minor + payslip.employer_minor AS cost
              FROM payslip JOIN payroll_paid_run AS paid ON paid.run = payslip.run_id
            """),
        common + [
            ReportView.column("gross", .money(currency: nil), "gross pay"),
            ReportView.column("deductions", .money(currency: nil), "what was taken from it"),
            ReportView.column("net", .money(currency: nil), "what was paid out: gross less deductions"),
            ReportView.column("employer", .money(currency: nil), "what the employer pays on top"),
            ReportView.column("cost", .money(currency: nil), "gross and employer together"),
        ])

    static let line = ReportView(
        "payroll_line", domain: "payroll", "The lines of payslips, one row each.",
        needs: ["payroll_paid_run", "payroll_component"],
        .query(
            """
            SELECT paid.run, paid.pay_group, paid.period, paid.pay_date, SUBSTR(paid.pay_date, 1, 7) AS month,
                   paid.tax_year, payslip.employee_id AS employee, \(name) AS employee_name,
                   COALESCE(payslip.cost_centre, '') AS cost_centre, line.component,
                   COALESCE(part.component_name, line.component) AS component_name, COALESCE(part.part, '') AS part,
                   COALESCE(part.position, 9999) AS position, line.amount_minor AS amount
              FROM payslip_line AS line
              JOIN payslip ON payslip.run_id = line.run_id AND payslip.employee_id = line.employee_id
              JOIN payroll_paid_run AS paid ON paid.run = payslip.run_id
              LEFT JOIN payroll_component AS part ON part.component = line.component
            """),
        common + [
            ReportView.column("component", .text, "the component"),
            ReportView.column("component_name", .text, "what the payslip prints"),
            ReportView.column("part", .text, "earning, deduction or employer"),
            ReportView.column("position", .integer, "its place on the payslip"),
            ReportView.column("amount", .money(currency: nil), "the amount of the line"),
        ])

    private static let common = [
        ReportView.column("run", .integer, "number of the payroll run"),
        ReportView.column("pay_group", .text, "the group that was paid"),
        ReportView.column("period", .text, "the pay period: 2026-04, 2026-W15"),
        ReportView.column("pay_date", .date, "the day on which it was paid"),
        ReportView.column("month", .text, "the month of the pay date: 2026-04"),
        ReportView.column("tax_year", .text, "the tax year of the pay date"),
        ReportView.column("employee", .text, "number of the employee"),
        ReportView.column("employee_name", .text, "the name at the end of the pay period"),
        ReportView.column("cost_centre", .text, "the cost centre that bears the pay; empty for none"),
    ]
}
