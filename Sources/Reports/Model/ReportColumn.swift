import Amounts

/// A column of a sheet: what its cells hold and how they are shown.
package struct ReportColumn: Hashable, Sendable {
    package enum Content: Hashable, Sendable {
        case text
        case date
        /// Moments, shown in UTC.
        case instant
        /// Amounts of this currency; nil: of any, each shown with its code.
        case money(Currency?)
        /// Decimal places that are shown.
        case number(places: Int)
        case percent(places: Int)
        case integer
        case boolean
    }

    package enum Alignment: Hashable, Sendable { case left, right, centre }

    /// What stands below the rows of the column, and below those of each group.
    package enum Total: Hashable, Sendable {
        case none
        case sum
        /// A formula of the other totals, such as a percentage. Its value comes with the rows of totals as any other.
        case computed
    }

    /// By which formulas, charts and figures name it.
    package var key: String
    package var title: String
    /// Words over this column and its neighbours with the same words; empty for none.
    package var group: String
    package var content: Content
    package var total: Total
    /// In characters; nil: as wide as it must be.
    package var width: Double?
    package var alignment: Alignment
    /// Whether negative numbers are red: in a list of pay they are to be looked at, in a column of balances they are not.
    package var warnsOfNegatives: Bool
    /// Whether a bar behind the number shows its size.
    package var hasBar: Bool

    package init(
        _ key: String, _ title: String, _ content: Content, group: String = "", total: Total = .none,
        width: Double? = nil, alignment: Alignment? = nil, warnsOfNegatives: Bool = false, hasBar: Bool = false
    ) {
        self.key = key
        self.title = title
        self.group = group
        self.content = content
        self.total = total
        self.width = width
        self.alignment = alignment ?? Self.alignment(of: content)
        self.warnsOfNegatives = warnsOfNegatives
        self.hasBar = hasBar
    }

    private static func alignment(of content: Content) -> Alignment {
        switch content {
        case .text: .left
        case .date, .instant, .boolean: .centre
        case .money, .number, .percent, .integer: .right
        }
    }

    package var isNumeric: Bool {
        switch content {
        case .money, .number, .percent, .integer: true
        case .text, .date, .instant, .boolean: false
        }
    }

    /// The title with the words over it, where it stands alone.
    package var fullTitle: String { group.isEmpty || group == title ? title : "\(group) \(title)" }

    /// A value as people read it: `1,250.00`, `2026-04-28`, `8.0%`, `yes`. Money of a column of one currency stands
    /// without its code.
    package func text(of value: ReportValue) -> String {
        switch value {
        case .empty: ""
        case .text(let text): text
        case .date(let date): date.description
        case .instant(let instant): instant.description
        case .money(let money):
            content == .money(nil) ? "\(money.currency.code) \(money.groupedText)" : money.groupedText
        case .number(let decimal):
            if case .number(let places) = content { Self.grouped(decimal, places) } else { decimal.description }
        case .percent(let decimal):
            if case .percent(let places) = content { Self.percent(decimal, places) } else { decimal.description }
        case .integer(let integer): Self.grouped(ExactDecimal(integer), 0)
        case .boolean(let boolean): boolean ? "yes" : "no"
        }
    }

    private static func percent(_ decimal: ExactDecimal, _ places: Int) -> String {
        guard let hundredfold = try? decimal.multiplied(by: ExactDecimal(100)) else { return decimal.description }
        return grouped(hundredfold, places) + "%"
    }

    /// With this many decimal places, rounded half away from zero, and commas between thousands.
    private static func grouped(_ decimal: ExactDecimal, _ places: Int) -> String {
        let places = UInt8(clamping: max(0, min(places, Int(ExactDecimal.maximumScale))))
        guard let rounded = try? decimal.rounded(.halfAwayFromZero, places: places) else { return decimal.description }
        var coefficient = rounded.coefficient
        for _ in rounded.scale..<max(places, rounded.scale) {
            let (tenfold, overflow) = coefficient.multipliedReportingOverflow(by: 10)
            guard !overflow else { return decimal.description }
            coefficient = tenfold
        }
        let digits = ExactDecimal(coefficient: coefficient, scale: places).description
        let parts = digits.split(separator: ".", maxSplits: 1)
        let sign = digits.hasPrefix("-") ? "-" : ""
        let whole = Array((parts.first ?? "0").drop { $0 == "-" })
        var text = sign
        for (index, digit) in whole.enumerated() {
            if index > 0, (whole.count - index).isMultiple(of: 3) { text += "," }
            text.append(digit)
        }
        return parts.count > 1 ? text + "." + parts[1] : text
    }
}
