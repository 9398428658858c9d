import Amounts
import Diagnostics

extension FormulaTable {
    /// A bracket: the numbers from `atLeast` to below `lessThan`.
    package struct Bracket: Sendable {
        package var atLeast: ExactDecimal
        /// Nil where the bracket has no end, which only the last one may.
        package var lessThan: ExactDecimal?
        /// The amount at `atLeast`, as published; nil to carry on from the bracket before, so that none is out of step.
        package var base: ExactDecimal?
        package var rate: ExactDecimal
        package var source: String?
        package var location: SourceLocation?

        package init(
            atLeast: ExactDecimal, lessThan: ExactDecimal?, base: ExactDecimal? = nil, rate: ExactDecimal,
            source: String? = nil, at location: SourceLocation? = nil
        ) {
            self.atLeast = atLeast
            self.lessThan = lessThan
            self.base = base
            self.rate = rate
            self.source = source
            self.location = location
        }
    }

    /// A row that holds for the numbers or dates from `atLeast` to below `lessThan`.
    package struct Range: Sendable {
        /// Nil where the row has no beginning, which only the first one may.
        package var atLeast: FormulaValue?
        /// Nil where the row has no end, which only the last one may.
        package var lessThan: FormulaValue?
        package var value: FormulaValue
        package var source: String?
        package var location: SourceLocation?

        package init(
            atLeast: FormulaValue?, lessThan: FormulaValue?, value: FormulaValue, source: String? = nil,
            at location: SourceLocation? = nil
        ) {
            self.atLeast = atLeast
            self.lessThan = lessThan
            self.value = value
            self.source = source
            self.location = location
        }
    }

    /// A row that holds for one key.
    package struct Key: Sendable {
        package var key: String
        package var value: FormulaValue
        package var source: String?
        package var location: SourceLocation?

        package init(
            key: String, value: FormulaValue, source: String? = nil, at location: SourceLocation? = nil
        ) {
            self.key = key
            self.value = value
            self.source = source
            self.location = location
        }
    }

    /// A table of progressive, half-open brackets for `bracket(name, x)`.
    ///
    /// - Returns: the table, or nil when there are problems: no rows, a row that is empty, a gap, an overlap, an end
    ///   before the last row, types that are no numbers.
    package static func brackets(
        _ name: String, over: FormulaType, giving: FormulaType, rows: [Bracket], source: String,
        at location: SourceLocation?, problems: inout ProblemList
    ) -> FormulaTable? {
        let before = problems.count
        checkHead(name, rowCount: rows.count, at: location, problems: &problems)
        for type in [over, giving] where !type.kind.isNumeric {
            problems.add(
                "the brackets of \(name) are over \(over) and give \(giving)", expected: "numbers", at: location)
        }
        let spans = rows.map { row in
            Span(
                lower: Scalar(row.atLeast), upper: row.lessThan.map { Scalar($0) }, location: row.location ?? location)
        }
        checkSpans(spans, of: name, problems: &problems)
        guard problems.count == before else { return nil }

        var bases: [Scalar] = []
        var carried = Scalar.whole(0)
        for (index, row) in rows.enumerated() {
            do throws(Stop) {
                if index > 0, row.base == nil {
                    let width = try Scalar.difference(spans[index].lower ?? carried, Scalar(rows[index - 1].atLeast))
                    carried = try Scalar.sum(carried, Scalar.product(width, Scalar(rows[index - 1].rate)))
                } else {
                    carried = row.base.map { Scalar($0) } ?? carried
                }
                bases.append(carried)
            } catch {
                problems.add(
                    "the base of this row of \(name) is too large to be computed", at: row.location ?? location)
                return nil
            }
        }
        return FormulaTable(
            name: name, shape: .brackets(over: over, giving: giving), source: source,
            lowerBounds: rows.map { Scalar($0.atLeast) }, upperBound: spans.last?.upper, bases: bases,
            rates: rows.map { Scalar($0.rate) }, rowSources: rows.map(\.source))
    }

    /// A table for `lookup(name, x)` whose rows hold for ranges of numbers or dates.
    ///
    /// - Returns: the table, or nil when there are problems: as for `brackets`, and values of other types than declared.
    package static func ranges(
        _ name: String, over: FormulaType, giving: FormulaType, rows: [Range], source: String,
        at location: SourceLocation?, problems: inout ProblemList
    ) -> FormulaTable? {
        let before = problems.count
        checkHead(name, rowCount: rows.count, at: location, problems: &problems)
        if !over.kind.isOrdered {
            problems.add("the ranges of \(name) are over \(over)", expected: "numbers or dates", at: location)
        }
        var spans: [Span] = []
        for (index, row) in rows.enumerated() {
            let place = row.location ?? location
            for bound in [row.atLeast, row.lessThan] {
                if let bound { check(bound, is: over, "bound", of: name, at: place, problems: &problems) }
            }
            check(row.value, is: giving, "value", of: name, at: place, problems: &problems)
            if row.atLeast == nil, index > 0 {
                problems.add(
                    "this row of \(name) has no at_least", expected: "one in every row but the first", at: place)
            }
            spans.append(Span(lower: row.atLeast?.number, upper: row.lessThan?.number, location: place))
        }
        if problems.count == before { checkSpans(spans, of: name, problems: &problems) }
        guard problems.count == before else { return nil }
        return FormulaTable(
            name: name, shape: .ranges(over: over, giving: giving), source: source,
            lowerBounds: spans.map { $0.lower ?? .whole(0) }, isOpenBelow: spans.first?.lower == nil,
            upperBound: spans.last?.upper, values: rows.map(\.value), rowSources: rows.map(\.source))
    }

    /// A table for `lookup(name, key)` whose rows each hold for one text.
    ///
    /// - Returns: the table, or nil when there are problems: no rows, a key twice, values of another type than declared.
    package static func keys(
        _ name: String, giving: FormulaType, rows: [Key], source: String, at location: SourceLocation?,
        problems: inout ProblemList
    ) -> FormulaTable? {
        let before = problems.count
        checkHead(name, rowCount: rows.count, at: location, problems: &problems)
        var rowsByKey: [String: Int] = [:]
        for (index, row) in rows.enumerated() {
            let place = row.location ?? location
            check(row.value, is: giving, "value", of: name, at: place, problems: &problems)
            if rowsByKey.updateValue(index, forKey: row.key) != nil {
                problems.add(
                    "the table \(name) has the key \(Quoted.text(row.key)) twice", expected: "each key once", at: place)
            }
        }
        guard problems.count == before else { return nil }
        return FormulaTable(
            name: name, shape: .keys(giving: giving), source: source, values: rows.map(\.value),
            rowsByKey: rowsByKey, rowSources: rows.map(\.source))
    }
}

// MARK: - Checks

extension FormulaTable {
    private struct Span {
        var lower: Scalar?
        var upper: Scalar?
        var location: SourceLocation?
    }

    private static func checkHead(
        _ name: String, rowCount: Int, at location: SourceLocation?, problems: inout ProblemList
    ) {
        if !FormulaScope.isValidName(name) {
            problems.add(FormulaScopeError.invalidName(name).problem(at: location))
        }
        if rowCount == 0 { problems.add("the table \(name) has no rows", expected: "at least one", at: location) }
        if rowCount > FormulaLimits.maximumTableRows {
            problems.add(
                "the table \(name) has \(rowCount) rows", expected: "at most \(FormulaLimits.maximumTableRows)",
                at: location)
        }
    }

    private static func check(
        _ value: FormulaValue, is type: FormulaType, _ role: String, of name: String, at location: SourceLocation?,
        problems: inout ProblemList
    ) {
        guard value.type != type else { return }
        problems.add(
            "the \(role) \(value) of the table \(name) is \(value.type.kind.name)", expected: type.kind.name,
            at: location)
    }

    /// Rows ascend, are not empty, and each begins where the one before ends.
    private static func checkSpans(_ spans: [Span], of name: String, problems: inout ProblemList) {
        for (index, span) in spans.enumerated() {
            if let lower = span.lower, let upper = span.upper, !Scalar.isLess(lower, upper) {
                problems.add("this row of \(name) is empty", expected: "less_than above at_least", at: span.location)
            }
            guard index > 0, let lower = span.lower else { continue }
            guard let end = spans[index - 1].upper else {
                problems.add(
                    "a row of \(name) follows one without an end", expected: "less_than in every row but the last",
                    at: span.location)
                continue
            }
            guard !Scalar.isEqual(lower, end) else { continue }
            let fault =
                Scalar.isLess(lower, end) ? "overlaps the row before it" : "leaves a gap after the row before it"
            problems.add(
                "this row of \(name) \(fault)", expected: "at_least \(ValueText.text(end, nil))", at: span.location)
        }
    }
}

extension FormulaValue {
    /// The value as a bound of a range; nil for a bool and a text, which have no order.
    fileprivate var number: Scalar? {
        if let decimal { return Scalar(decimal) }
        return date.map { Scalar($0) }
    }
}
