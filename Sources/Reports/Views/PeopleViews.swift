/// Who works here, on the day of the report.
enum PeopleViews {
    static let all = [employee]

    private static let fields = [
        "name", "email", "birth_date", "start_date", "leave_date", "pay_group", "job_title", "cost_centre", "tax_code",
        "ni_category",
    ]

    static let employee = ReportView(
        "people_employee", domain: "people",
        "Everybody who was ever employed, with what held on the day of the report: the last day of its period, its day, "
            + "or the day as of which it is made. What is not known is empty.",
        .query(
            """
            SELECT held.employee_id AS employee,
                   \(fields.map { "MAX(CASE WHEN held.field = '\($0)' THEN held.value END) AS \(column(of: $0))" }
                .joined(separator: ",\n       ")),
                   CASE WHEN MAX(CASE WHEN held.field = 'start_date' THEN held.value END) <= :report_day
                         AND COALESCE(MAX(CASE WHEN held.field = 'leave_date' THEN held.value END), '9999-12-31')
                             >= :report_day THEN 1 ELSE 0 END AS is_employed
              FROM (SELECT fact.employee_id, fact.field, NULLIF(fact.value, '') AS value,
                           ROW_NUMBER() OVER (PARTITION BY fact.employee_id, fact.field
                                              ORDER BY fact.effective_from DESC, fact.fact_id DESC) AS place
                      FROM employee_fact AS fact
                     WHERE (\(fields.map { "fact.field = '\($0)'" }.joined(separator: " OR ")))
                       AND fact.effective_from <= :report_day
                       AND (fact.effective_to IS NULL OR fact.effective_to >= :report_day)
                       AND fact.recorded_at <= :as_of) AS held
             WHERE held.place = 1
             GROUP BY held.employee_id
            """),
        [
            ReportView.column("employee", .text, "number of the employee"),
            ReportView.column("employee_name", .text, "full name"),
            ReportView.column("email", .text, "address for payslips"),
            ReportView.column("birth_date", .date, "date of birth"),
            ReportView.column("start_date", .date, "first day of employment"),
            ReportView.column("leave_date", .date, "last day of employment"),
            ReportView.column("pay_group", .text, "the group that the employee is paid with"),
            ReportView.column("job_title", .text, "what the employee is employed as"),
            ReportView.column("cost_centre", .text, "the cost centre that bears the pay"),
            ReportView.column("tax_code", .text, "the code that tax is computed by"),
            ReportView.column("ni_category", .text, "the letter that National Insurance is computed by"),
            ReportView.column("is_employed", .boolean, "whether employed on the day of the report"),
        ])

    private static func column(of field: String) -> String { field == "name" ? "employee_name" : field }
}
