import CXLSXWriter

/// How a sheet is printed: A4, as wide as one page or as several where it could not be read on one, as many pages high as
/// it takes, with page numbers.
package struct PageSetup: Hashable, Sendable {
    package enum Orientation: Hashable, Sendable { case portrait, landscape }

    package var orientation: Orientation
    /// At the top left of each page; nil is the workbook's title, and nothing on a summary, which shows its own.
    package var header: String?
    /// At the bottom left of each page: the run, the date.
    package var footer: String

    package init(_ orientation: Orientation = .landscape, header: String? = nil, footer: String = "") {
        self.orientation = orientation
        self.header = header
        self.footer = footer
    }

    /// What is printed smaller than this cannot be read well.
    private static let leastScale = 0.55

    /// The pages side by side that columns take which are together so wide, in characters.
    func pagesAcross(_ characters: Double) -> Int {
        let inches = characters * 7 / 96
        // A4 less the margins.
        let page = (orientation == .landscape ? 11.69 : 8.27) - 1
        return max(1, Int((inches * Self.leastScale / page).rounded(.up)))
    }

    /// - Parameter repeatedRows: rows at the top of the sheet that are printed on every page.
    func apply(
        to worksheet: UnsafeMutablePointer<lxw_worksheet>, properties: WorkbookProperties, repeatedRows: Int,
        check: (lxw_error, String) throws(SpreadsheetError) -> Void
    ) throws(SpreadsheetError) {
        switch orientation {
        case .portrait: worksheet_set_portrait(worksheet)
        case .landscape: worksheet_set_landscape(worksheet)
        }
        let a4: UInt8 = 9
        worksheet_set_paper(worksheet, a4)
        worksheet_fit_to_pages(worksheet, 1, 0)
        worksheet_set_margins(worksheet, 0.5, 0.5, 0.8, 0.7)
        if repeatedRows > 0 {
            try check(worksheet_repeat_rows(worksheet, 0, lxw_row_t(repeatedRows - 1)), "the repeated rows")
        }
        let title = header ?? properties.title
        let top = Self.line(left: title, leftStyle: "&\"-,Bold\"", right: properties.company)
        let bottom = Self.line(left: footer, leftStyle: "", right: nil)
        try check(worksheet_set_header(worksheet, top), "the page header")
        try check(worksheet_set_footer(worksheet, bottom), "the page footer")
    }

    /// A line of a printed page; `right` nil is the page number. Texts are shortened until the whole fits.
    private static func line(left: String, leftStyle: String, right: String?) -> String {
        var left = plain(left)
        var right = right.map(plain)
        while true {
            let end = right.map(escaped) ?? "Page &P of &N"
            let line = "&L\(leftStyle)\(escaped(left))&R\(end)"
            guard line.unicodeScalars.count >= ExcelLimits.pageHeaderCharacters else { return line }
            if left.count >= (right?.count ?? 0) { left.removeLast() } else { right?.removeLast() }
        }
    }

    /// One line, without what Excel refuses.
    private static func plain(_ text: String) -> String {
        String(CellText.cleaned(text).text.map { $0.isNewline || $0 == "\t" ? " " : $0 })
    }

    /// An ampersand begins a control code, and is doubled to be one.
    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { $0 += $1 == "&" ? "&&" : String($1) }
    }
}
