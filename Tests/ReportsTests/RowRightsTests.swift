import CompanyFixtures
import Foundation
import Jobs
import Store
import Testing

@testable import Reports

/// Whoever is held to cost centres gets no row of another one, whatever the view.
struct RowRightsTests {
    private static let budget = """
        account,month,amount,cost_centre
        4000,2026-04,70000,EDI-SALES
        7100,2026-04,3400,BRS-SALES
        5000,2026-04,20000,

        """

    @Test(arguments: Database.available)
    func `no view with cost centres gives rows of others, those of the configuration neither`(
        database: Database
    ) throws {
        try StandardReports.withCompany(database) { demo in
            let folder = demo.directory.appending(path: "config/budgets")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Self.budget.write(to: folder.appending(path: "plan.csv"), atomically: true, encoding: .utf8)
            let values = QueryValues(
                [], asOf: DemoCompany.now, zone: demo.company.settings.timeZone, currency: .gbp, cycle: .calendarYear)
            func centres(_ view: ReportView, _ allowed: [String]?) throws -> [String] {
                let source = try ReportSource(
                    demo.company, views: [view.name], costCentres: allowed, dialect: demo.store.dialect)
                return try demo.store.read { connection in
                    var sql = BoundSQL()
                    sql.text = "WITH "
                    sql.append(try source.expressions([view.name], values))
                    sql.text += " SELECT cost_centre FROM \(view.name)"
                    return try connection.all(sql.text, arguments: sql.arguments) { try $0.optionalText(0) ?? "" }
                }
            }
            let views = ReportViews.all.filter(\.hasCostCentre)
            #expect(views.map(\.name).contains("ledger_budget"))
            for view in views {
                let all = try centres(view, nil)
                let own = try centres(view, ["BRS-SALES"])
                #expect(Set(all).count > 1, "\(view.name) has rows of several")
                #expect(own == all.filter { $0 == "BRS-SALES" }, "\(view.name)")
                let none = try centres(view, [])
                #expect(none.isEmpty, "\(view.name)")
            }
        }
    }
}
