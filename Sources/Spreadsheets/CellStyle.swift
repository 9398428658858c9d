import CXLSXWriter

/// How a cell looks: its number format and its part in the sheet.
struct CellStyle: Hashable {
    enum Role {
        /// A row of data: a hairline below.
        case body
        case header
        case total
        case title, subtitle
        /// The heading of a block of a summary.
        case heading
        /// The name and the value of a fact of a summary; a text that goes on over several lines.
        case label, fact, longFact
        /// The value of a figure that matters, with its name.
        case figureLabel, figure
        /// The words above a group of columns, and the parts of a report: where one begins, its lines, their sum.
        case group, part, line, subtotal
        /// A row that begins a group of rows of a table.
        case groupRow
    }

    enum Alignment { case left, right, centre }

    var role: Role
    /// What a reader's eye should be drawn to.
    var mark = CellMark.none
    var numberFormat = NumberFormat.general
    var alignment = Alignment.left
    var isLink = false
    /// Steps to the right, of three characters each.
    var indent = 0
}

/// A sign on a cell that is out of the ordinary.
package enum CellMark: Hashable, Sendable { case none, good, warning, bad, muted }

/// Colours, as 0xRRGGBB. One dark, one accent, greys: it prints well in black and white.
enum Palette {
    static let ink: lxw_color_t = 0x1F2933
    static let accent: lxw_color_t = 0x1F3A5F
    static let headerFill: lxw_color_t = 0xE9EEF4
    static let totalFill: lxw_color_t = 0xF5F7FA
    static let hairline: lxw_color_t = 0xD5DAE0
    static let muted: lxw_color_t = 0x5F6B7A
    static let link: lxw_color_t = 0x1A5FB4
    static let good: lxw_color_t = 0x1B6E3C
    static let goodFill: lxw_color_t = 0xE6F4EA
    static let warning: lxw_color_t = 0x8A5A00
    static let warningFill: lxw_color_t = 0xFFF4DC
    static let bad: lxw_color_t = 0xA31515
    static let badFill: lxw_color_t = 0xFCE8E6
    static let bar: lxw_color_t = 0xB8C7D6
    static let series: [lxw_color_t] = [0x1F3A5F, 0x5B8DB8, 0xB8C7D6, 0xC98B3C, 0x6B8E6B, 0x8C5B7A]
}

/// The formats of one workbook, each made once.
struct CellFormats {
    typealias Format = UnsafeMutablePointer<lxw_format>

    private let workbook: UnsafeMutablePointer<lxw_workbook>
    private let path: String
    private var formats: [CellStyle: Format] = [:]

    init(workbook: UnsafeMutablePointer<lxw_workbook>, path: String) {
        self.workbook = workbook
        self.path = path
    }

    mutating func format(_ style: CellStyle) throws(SpreadsheetError) -> Format {
        if let format = formats[style] { return format }
        guard let format = workbook_add_format(workbook) else {
            throw .library(path: path, operation: "a cell format", reason: "out of memory")
        }
        apply(style, to: format)
        formats[style] = format
        return format
    }

    private func apply(_ style: CellStyle, to format: Format) {
        if style.numberFormat != NumberFormat.general { format_set_num_format(format, style.numberFormat) }
        switch style.alignment {
        case .left: format_set_align(format, UInt8(LXW_ALIGN_LEFT.rawValue))
        case .right: format_set_align(format, UInt8(LXW_ALIGN_RIGHT.rawValue))
        case .centre: format_set_align(format, UInt8(LXW_ALIGN_CENTER.rawValue))
        }
        switch style.role {
        case .body:
            setBottom(LXW_BORDER_THIN, Palette.hairline, of: format)
        case .header:
            format_set_bold(format)
            format_set_font_color(format, Palette.accent)
            format_set_bg_color(format, Palette.headerFill)
            format_set_text_wrap(format)
            // The filter's button sits in the lower right corner; the words stand above it.
            format_set_align(format, UInt8(LXW_ALIGN_VERTICAL_TOP.rawValue))
            setBottom(LXW_BORDER_MEDIUM, Palette.accent, of: format)
        case .total:
            format_set_bold(format)
            format_set_bg_color(format, Palette.totalFill)
            format_set_top(format, UInt8(LXW_BORDER_THIN.rawValue))
            format_set_top_color(format, Palette.accent)
            setBottom(LXW_BORDER_DOUBLE, Palette.accent, of: format)
        case .title:
            format_set_bold(format)
            format_set_font_size(format, 18)
            format_set_font_color(format, Palette.accent)
        case .subtitle:
            format_set_font_size(format, 11)
            format_set_font_color(format, Palette.muted)
        case .heading:
            format_set_bold(format)
            format_set_font_size(format, 12)
            format_set_font_color(format, Palette.accent)
            format_set_align(format, UInt8(LXW_ALIGN_VERTICAL_TOP.rawValue))
        case .group:
            format_set_bold(format)
            format_set_font_color(format, Palette.accent)
            format_set_align(format, UInt8(LXW_ALIGN_CENTER_ACROSS.rawValue))
            setBottom(LXW_BORDER_THIN, Palette.accent, of: format)
        case .part:
            format_set_bold(format)
            format_set_font_color(format, Palette.accent)
            format_set_align(format, UInt8(LXW_ALIGN_VERTICAL_BOTTOM.rawValue))
        case .line:
            format_set_font_color(format, Palette.ink)
            setBottom(LXW_BORDER_THIN, Palette.hairline, of: format)
        case .subtotal:
            format_set_bold(format)
            format_set_top(format, UInt8(LXW_BORDER_THIN.rawValue))
            format_set_top_color(format, Palette.accent)
        case .groupRow:
            format_set_bold(format)
            format_set_bg_color(format, Palette.totalFill)
            format_set_top(format, UInt8(LXW_BORDER_THIN.rawValue))
            format_set_top_color(format, Palette.accent)
            setBottom(LXW_BORDER_THIN, Palette.hairline, of: format)
        case .label, .figureLabel:
            format_set_font_color(format, Palette.muted)
            format_set_align(
                format,
                UInt8((style.role == .label ? LXW_ALIGN_VERTICAL_TOP : LXW_ALIGN_VERTICAL_CENTER).rawValue))
            setBottom(LXW_BORDER_THIN, Palette.hairline, of: format)
        case .fact, .longFact:
            format_set_font_color(format, Palette.ink)
            if style.role == .longFact { format_set_text_wrap(format) }
            format_set_align(format, UInt8(LXW_ALIGN_VERTICAL_TOP.rawValue))
            setBottom(LXW_BORDER_THIN, Palette.hairline, of: format)
        case .figure:
            format_set_bold(format)
            format_set_font_size(format, 14)
            format_set_font_color(format, Palette.accent)
            format_set_align(format, UInt8(LXW_ALIGN_VERTICAL_CENTER.rawValue))
            setBottom(LXW_BORDER_THIN, Palette.hairline, of: format)
        }
        switch style.mark {
        case .none: break
        case .good: paint(format, Palette.good, Palette.goodFill)
        case .warning: paint(format, Palette.warning, Palette.warningFill)
        case .bad: paint(format, Palette.bad, Palette.badFill)
        case .muted: format_set_font_color(format, Palette.muted)
        }
        if style.indent > 0 { format_set_indent(format, UInt8(clamping: style.indent)) }
        if style.isLink {
            format_set_font_color(format, Palette.link)
            // In a report every line is a link; the colour is enough.
            if style.role == .body { format_set_underline(format, UInt8(LXW_UNDERLINE_SINGLE.rawValue)) }
        }
    }

    private func paint(_ format: Format, _ color: lxw_color_t, _ fill: lxw_color_t) {
        format_set_font_color(format, color)
        format_set_bg_color(format, fill)
    }

    private func setBottom(_ border: lxw_format_borders, _ color: lxw_color_t, of format: Format) {
        format_set_bottom(format, UInt8(border.rawValue))
        format_set_bottom_color(format, color)
    }
}
