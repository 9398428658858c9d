import Amounts
import Calendars
import Diagnostics
import Jobs
import Store

/// What one making of a report is asked with.
struct ReportQuestion {
    var arguments: ReportArguments
    var values: QueryValues
    var currency: Currency
    /// Whether the keys of each row are asked for, which takes time.
    var isTraced: Bool
}

/// Who reads a report, as far as it matters to what is in it.
package struct ReportReader: Hashable, Sendable {
    /// The cost centres that the reader is held to; nil: none.
    package var costCentres: [String]?

    /// Sees all rows.
    package static let all = ReportReader(costCentres: nil)

    package init(costCentres: [String]?) { self.costCentres = costCentres }
}

/// Makes a declared report: the same declaration, configuration, arguments, time and reader give the same report.
package struct ReportEngine: Sendable {
    package let report: ReportDeclaration
    package let arguments: ReportArguments
    package let company: Company
    /// Nothing that was recorded later is in the report.
    package let asOf: Instant
    package let reader: ReportReader
    package var run: RunID?

    package init(
        _ report: ReportDeclaration, _ arguments: ReportArguments, of company: Company, asOf: Instant,
        for reader: ReportReader = .all, run: RunID? = nil
    ) {
        self.report = report
        self.arguments = arguments
        self.company = company
        self.asOf = asOf
        self.reader = reader
        self.run = run
    }

    /// - Parameter given: parameters as text, by name; defaults stand for the rest.
    /// - Throws: everything that is wrong with them.
    package init(
        _ report: ReportDeclaration, given: [String: String], of company: Company, asOf: Instant,
        for reader: ReportReader = .all, run: RunID? = nil
    ) throws(Failure) {
        try self.init(
            report, ReportArguments(given, of: report, company: company, asOf: asOf), of: company, asOf: asOf,
            for: reader, run: run)
    }

    /// What came of a making.
    package struct Outcome: Sendable {
        package var heading: ReportHeading
        package var end: ReportEnd
        /// What a reader should know of the file.
        package var notes: [String]
    }

    /// Tells the renderer the whole report. When anything fails, nothing is left of its file.
    package func render(to renderer: any ReportRenderer, in store: Store) throws -> Outcome {
        try render(to: RenderingAhead(renderer), in: store, observe: nil)
    }

    func render(
        to renderer: any ReportRenderer, in store: Store,
        observe: ((_ sheet: Int, _ plan: SheetPlan, _ row: ReportRow, _ origin: ReportOrigin) throws -> Void)?
    ) throws -> Outcome {
        do {
            return try store.read { connection in
                try render(to: renderer, dialect: store.dialect, in: connection, observe: observe)
            }
        } catch {
            renderer.discard()
            throw error
        }
    }

    private func render(
        to renderer: any ReportRenderer, dialect: Dialect, in connection: Connection,
        observe: ((_ sheet: Int, _ plan: SheetPlan, _ row: ReportRow, _ origin: ReportOrigin) throws -> Void)?
    ) throws -> Outcome {
        let values = try arguments.queryValues(of: company, asOf: asOf)
        let source = try source(dialect)
        let question = ReportQuestion(
            arguments: arguments, values: values, currency: company.settings.currency, isTraced: observe != nil)
        let heading = heading(values)
        var digest = ReportDigest()
        digest.add(heading.name)
        for (name, value) in arguments.text {
            digest.add(name)
            digest.add(value)
        }
        try renderer.begin(heading)
        var rowCount = 0
        var figures: [String: ReportEnd.Figure] = [:]
        for (index, sheet) in report.sheets.enumerated() {
            let plan = try Self.explained(sheet) {
                try SheetPlan(sheet, report.parameters, values, source, in: connection)
            }
            let isHidden = plan.columns.map(\.isHidden)
            let sheetHeading = self.sheetHeading(plan, values)
            digest.add(sheetHeading.name)
            for column in sheetHeading.columns { digest.add(column.title) }
            try renderer.beginSheet(sheetHeading)
            let ownFigures = report.figures.filter { $0.sheet == index }
            let named = ownFigures.filter { $0.row != nil }
            var cells: [String: ReportValue] = [:]
            var run = try SheetRun(plan, question) { row, origin in
                for figure in named where cells[figure.name] == nil {
                    if let value = Self.cell(of: figure, row, plan, values) { cells[figure.name] = value }
                }
                var row = row
                if isHidden.contains(true) {
                    if !row.values.isEmpty {
                        row.values = row.values.indices.filter { !isHidden[$0] }.map { row.values[$0] }
                    }
                    if !row.marks.isEmpty {
                        row.marks = row.marks.indices.filter { !isHidden[$0] }.map { row.marks[$0] }
                    }
                }
                digest.add(row)
                CrashPoint.reportRow.reach()
                try Interruption.check(
                    consequence: "the report was not finished, and nothing of it is left",
                    advice: "Give the same command again to make it.")
                try renderer.row(row)
                try observe?(index, plan, row, origin)
            }
            let outcome = try Self.explained(sheet) { try run.run(in: connection) }
            rowCount += outcome.end.rowCount
            try renderer.endSheet(outcome.end)
            for figure in ownFigures {
                guard let column = plan.columns.firstIndex(where: { $0.key == figure.column }) else { continue }
                var value = figure.row == nil ? outcome.totals[column] : cells[figure.name] ?? .empty
                if value.isEmpty {
                    switch plan.shown[column].content {
                    case .money(let currency?): value = .money(.zero(currency))
                    case .integer: value = .integer(0)
                    default: break
                    }
                }
                figures[figure.name] = .init(
                    values.filled(figure.label), plan.shown[column], value, name: figure.name)
            }
        }
        let end = ReportEnd(
            digest: digest.finish(), rowCount: rowCount, figures: report.figures.compactMap { figures[$0.name] })
        return Outcome(heading: heading, end: end, notes: try renderer.finish(end))
    }

    /// The cell that a figure names, where the row is the one: its text, or the first text of a row of data.
    private static func cell(
        of figure: ReportDeclaration.FigureDeclaration, _ row: ReportRow, _ plan: SheetPlan, _ values: QueryValues
    ) -> ReportValue? {
        guard !row.values.isEmpty, let wanted = figure.row.map(values.filled),
            let column = plan.columns.firstIndex(where: { $0.key == figure.column })
        else { return nil }
        if row.kind != .row { return row.text == wanted ? row.values[column] : nil }
        guard let first = zip(plan.columns, row.values).first(where: { !$0.0.isHidden })?.1 else { return nil }
        return first == .text(wanted) ? row.values[column] : nil
    }

    /// What the database or the data have against a sheet, at the place of its query.
    private static func explained<T>(_ sheet: SheetDeclaration, _ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch StoreError.statement(_, let reason) {
            throw failure(sheet, "the database refuses the query: \(reason)", expected: nil)
        } catch StoreError.constraint {
            throw failure(
                sheet, "the database refuses the query: a value is not of the type that stands there", expected: nil)
        } catch StoreError.corrupt(let name, let expected) {
            let column = sheet.columns.first { column in
                if case .plain(name) = column.source { true } else { column.key == name }
            }
            throw failure(
                sheet, "the column \(name) holds something else", expected: expected + (column?.advice ?? ""),
                at: column?.location)
        } catch let error as ArithmeticError {
            throw failure(sheet, "a sum is too large to be computed exactly (\(error))", expected: nil)
        }
    }

    private static func failure(
        _ sheet: SheetDeclaration, _ message: String, expected: String?, at location: SourceLocation? = nil
    ) -> Failure {
        Failure(
            .usage, "The sheet \(sheet.name) cannot be filled; no report was made.",
            problems: [Problem(message, expected: expected, at: location ?? sheet.query.location)])
    }

    /// Asks the database for every sheet without rows, and reports what it has against any of them.
    package func check(in store: Store, problems: inout ProblemList) {
        for sheet in report.sheets {
            do {
                try store.read { connection in
                    try Self.explained(sheet) {
                        let plan = try SheetPlan(
                            sheet, report.parameters, arguments.queryValues(of: company, asOf: asOf),
                            source(store.dialect), in: connection)
                        _ = try connection.first(
                            plan.statement.text + "\n LIMIT 0", arguments: plan.statement.arguments
                        ) { _ in 0 }
                    }
                }
            } catch let error as any ReportableError {
                if error.failure.problems.isEmpty {
                    problems.add(Problem(error.failure))
                } else {
                    problems.add(contentsOf: error.failure.problems)
                }
            } catch {
                problems.add("the sheet \(sheet.name): \(error)", at: sheet.location)
            }
        }
    }

    func source(_ dialect: Dialect) throws(Failure) -> ReportSource {
        try ReportSource(
            company, views: report.views, costCentres: report.isByCostCentre ? reader.costCentres : nil,
            dialect: dialect)
    }

    /// The names of its sheets, in order.
    package var sheetNames: [String] {
        get throws(Failure) {
            let values = try arguments.queryValues(of: company, asOf: asOf)
            return report.sheets.map { values.filled($0.name) }
        }
    }

    // MARK: - Headings

    private func heading(_ values: QueryValues) -> ReportHeading {
        var facts = arguments.values.map { ReportHeading.Fact($0.parameter.title, $0.value.text) }
        if report.isByCostCentre, let centres = reader.costCentres {
            facts.append(.init("Cost centres", centres.isEmpty ? "none" : centres.joined(separator: ", ")))
        }
        return ReportHeading(
            name: report.name, title: values.filled(report.title), subtitle: values.filled(report.subtitle),
            company: company.settings.name, parameters: facts, run: run?.rawValue, asOf: asOf, command: command,
            notes: report.notes.map(values.filled), figureCount: report.figures.count)
    }

    /// What makes the same report again.
    private var command: String {
        let given = arguments.text.map { name, value in
            name == "period" ? " --period \(Self.quoted(value))" : " -p \(Self.quoted("\(name)=\(value)"))"
        }
        return "steward report run \(report.name)\(given.joined()) --as-of \(asOf)"
    }

    private static func quoted(_ word: String) -> String {
        let isPlain = word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "=-_.:,/".contains($0)) }
        return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }

    private func sheetHeading(_ plan: SheetPlan, _ values: QueryValues) -> ReportSheetHeading {
        let sheet = plan.sheet
        return ReportSheetHeading(
            name: values.filled(sheet.name), title: values.filled(sheet.title), subtitle: values.filled(sheet.subtitle),
            style: sheet.style, columns: zip(plan.columns, plan.shown).filter { !$0.0.isHidden }.map(\.1),
            groupLevels: sheet.groups.count, frozenColumns: sheet.frozenColumns, orientation: sheet.orientation,
            emptyText: values.filled(sheet.emptyText))
    }

    /// `payroll-cost-2026-04`
    package var fileStem: String {
        ([report.name]
            + arguments.values.filter {
                if case .period = $0.value { true } else { if case .date = $0.value { true } else { false } }
            }
            .map { $0.value.text }).joined(separator: "-")
    }
}
