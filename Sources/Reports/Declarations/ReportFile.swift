import Amounts
import Calendars
import Configuration
import Diagnostics
import Documents
import Formulas

/// Reads one `config/reports/NAME.yaml`.
struct ReportFile {
    let currency: Currency
    let file: String
    var probe = QueryProbe()

    static let maximumSheets = 30
    static let maximumColumns = 200

    func read(_ document: YAMLDocument, problems: inout ProblemList) -> ReportDeclaration? {
        var later = ProblemList()
        let declaration = document.mapping(&problems) { map in report(map, &later) }
        problems.add(contentsOf: later)
        return later.isEmpty ? declaration : nil
    }

    private func report(_ map: YAMLMapping, _ problems: inout ProblemList) -> ReportDeclaration? {
        let name = map.required("report", .identifier)
        let title = map.required("title", .text)
        let subtitle = map.optional("subtitle", .text, default: "")
        let description = map.optional("description", .longText, default: "")
        let roles = map.optionalList("roles", .identifier)
        let own = map.optional("own", .choice([(ReportView.costCentre, true)], placeholder: true), default: false)
        var wrongParameters: Set<String> = []
        let parameters = map.optionalEntries("parameters") { name, value in
            let read = value.mapping { parameter(name, $0) }
            if read == nil { wrongParameters.insert(name) }
            return read
        }.map(\.value)
        if let period = parameters.firstIndex(where: { $0.kind.isPeriod }),
            let other = parameters.lastIndex(where: { $0.kind.isPeriod }), other != period
        {
            map.report("a report has one period", expected: "dates for others", at: "parameters")
        }
        var sheetProblems = ProblemList()
        let titles = TitleCheck(
            values: ReportArguments.sample(parameters, currency: currency), wrongParameters: wrongParameters)
        titles.check(["title", "subtitle", "notes"], map)
        let reader = SheetReader(
            currency: currency, parameters: parameters, wrongParameters: wrongParameters, probe: probe,
            titles: titles)
        var outlines: [SheetOutline] = []
        let sheets = map.list("sheets", minimumCount: 1) { value in
            value.mapping { reader.read($0, &sheetProblems, &outlines) }
        }
        problems.add(contentsOf: sheetProblems)
        if sheets.count > Self.maximumSheets {
            map.report("\(sheets.count) sheets", expected: "at most \(Self.maximumSheets)", at: "sheets")
        }
        var names: Set<String> = []
        for sheet in outlines where !sheet.name.isEmpty && !names.insert(sheet.name.lowercased()).inserted {
            problems.add(
                "there are two sheets \"\(sheet.name)\"", expected: "a name of its own for each", at: sheet.location)
        }
        var figureNames: Set<String> = []
        let figures = map.optionalList("figures") { value in
            value.mapping { map in
                titles.check(["label", "row"], map)
                return figure(map, sheets, outlines, &figureNames)
            }
        }
        if figures.count > DocumentLimits.figures {
            map.report("\(figures.count) figures", expected: "at most \(DocumentLimits.figures)", at: "figures")
        }
        let notes = map.optionalList("notes", .longText)
        if own {
            for sheet in sheets {
                for view in sheet.query.views {
                    guard let view = ReportViews[view], !view.hasCostCentre, !view.isGeneral else { continue }
                    problems.add(
                        "the view \(view.name) has no cost centres, and rows of it cannot be told apart",
                        expected: "views with the column cost_centre where there is own: cost_centre",
                        at: sheet.query.location)
                }
            }
        }
        if !map.hasProblems, file != "config/reports/\(name).yaml" {
            map.report(
                "the file of the report \(name) is \(file)", expected: "config/reports/\(name).yaml", at: "report")
        }
        return ReportDeclaration(
            name: name, title: title, subtitle: subtitle, description: description, file: file,
            parameters: parameters, sheets: sheets, figures: figures, notes: notes, roles: roles, isByCostCentre: own)
    }

    private func figure(
        _ map: YAMLMapping, _ sheets: [SheetDeclaration], _ outlines: [SheetOutline], _ taken: inout Set<String>
    ) -> ReportDeclaration.FigureDeclaration? {
        let label = map.required("label", .text)
        let name = map.optional("name", .variable, default: Self.name(of: label))
        let sheetName = map.optional("sheet", .text)
        let row = map.optional("row", .text)
        let column = map.required("column", .identifier)
        guard !map.hasProblems else { return nil }
        if name.isEmpty || ReportDeclaration.letterWords.contains(name) || name == "figures" {
            map.report(
                "a figure cannot be called \(name.isEmpty ? Quoted.text(label) : name) in letters",
                expected: "a name of its own: name: small letters, digits and _", at: name.isEmpty ? "label" : nil)
            return nil
        }
        guard taken.insert(name).inserted else {
            map.report("there are two figures \(name)", expected: "a name of its own for each, by name:")
            return nil
        }
        guard let index = sheetName == nil ? 0 : outlines.firstIndex(where: { $0.name == sheetName }),
            outlines.indices.contains(index)
        else {
            if !outlines.isEmpty {
                map.report(
                    "there is no sheet \"\(sheetName ?? "")\""
                        + Suggestion.hint(for: sheetName ?? "", among: outlines.map(\.name)),
                    expected: "one of: "
                        + outlines.map(\.name).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
                        .joined(separator: ", "), at: "sheet")
            }
            return nil
        }
        let outline = outlines[index]
        // What is wrong with a column is told at its own place.
        if outline.wrongColumns.contains(column) { return nil }
        // Columns of pivots have names that only the data know.
        let named =
            sheets.first { $0.location == outline.location }?.columns
            .filter { $0.pivot == nil && (row != nil || $0.total != .none) }.map(\.key) ?? outline.columns
        guard named.contains(column) else {
            map.report(
                "the sheet \(outline.name) has no \(row == nil ? "total of" : "column") \"\(column)\""
                    + Suggestion.hint(for: column, among: named),
                expected: "one of: " + named.joined(separator: ", "), at: "column")
            return nil
        }
        return .init(name: name, label: label, sheet: index, column: column, row: row)
    }

    /// `net_pay` of `Net pay`, `profit` of `Profit {period}`; empty where nothing is left of it.
    private static func name(of label: String) -> String {
        var isInBraces = false
        var name = ""
        for character in label.lowercased() {
            if character == "{" { isInBraces = true }
            if isInBraces {
                isInBraces = character != "}"
            } else if character.isASCII, character.isLetter || (character.isNumber && !name.isEmpty) {
                name.append(character)
            } else if character != "'", !name.isEmpty, !name.hasSuffix("_") {
                name.append("_")
            }
        }
        return name.hasSuffix("_") ? String(name.dropLast()) : name
    }

    // MARK: - Parameters

    private func parameter(_ name: String, _ map: YAMLMapping) -> ReportParameter? {
        let kind = map.required("type", .choice(ReportParameter.Kind.self))
        let title = map.optional("title", .text, default: name.replacing("_", with: " ").capitalizedFirst)
        let description = map.optional("description", .text, default: "")
        let standard = map.optional("default", .text)
        let reserved = ["as_of", "today", "report_day", "currency"]
        // A name that is none was reported already.
        if !name.isEmpty, reserved.contains(name) || !FormulaScope.isValidName(name) {
            map.report(
                "a parameter cannot be called \(name)",
                expected: "small letters, digits and _; none of " + reserved.joined(separator: ", "))
        }
        let parameter = ReportParameter(
            name: name, kind: kind, title: title, description: description, standard: standard,
            location: map.location)
        if !map.hasProblems, let standard {
            do throws(Failure) {
                _ = try ReportArguments.value(
                    standard, of: parameter, currency: currency, today: ReportArguments.sampleDay)
            } catch {
                map.report(error.summary, expected: error.advice, at: "default")
            }
        }
        return map.hasProblems ? nil : parameter
    }
}

extension String {
    var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
