/// Puts the rows of a table on pages, once its widths are chosen.
///
/// A group's heading stays with the row after it and a sum with the row before it: those few rows are held back until it
/// is known what follows.
final class TableFlow {
    private let writer: DocumentWriter
    private let name: String
    private let subtitle: String
    private let layout: TableLayout
    private let slices: [ColumnWidths.Slice]
    private let header: LaidRow
    private var held: [LaidRow] = []
    /// The headings of the groups that are open, the outermost first.
    private var openGroups: [(level: Int, text: String)] = []

    /// Rows that are held back at most.
    private static let maximumHeldRows = 10

    init(
        _ writer: DocumentWriter, name: String, subtitle: String, columns: [TableColumn], choice: ColumnWidths.Choice
    ) {
        self.writer = writer
        self.name = name
        self.subtitle = subtitle
        slices = choice.slices
        layout = TableLayout(
            typesetter: writer.typesetter, columns: columns, slices: choice.slices, size: choice.size,
            bodyWidth: PageSize(writer.setup, isLandscape: choice.isLandscape).bodyWidth)
        header = layout.header()
    }

    /// Begins where the page stands, or on a new one where too little of it is left.
    func begin() throws {
        let needed = TextStyle.heading.lineHeight * 2.2 + header.height + 4 * layout.style.lineHeight
        if slices.count > 1 {
            // Below the half of a page too few rows would stand on each.
            try writer.spread(over: slices.count, needing: (writer.page?.bodyHeight ?? 0) / 2)
        } else {
            try writer.ensure(max(needed, writer.isAtTop ? 0 : 120))
        }
        writer.beginSection(name)
        try heading()
        draw(header)
    }

    private func heading() throws {
        guard let page = writer.page else { return }
        if !name.isEmpty {
            let style = TextStyle.heading
            let line = writer.typesetter.fitted(DocumentText.oneLine(name), style, width: page.bodyWidth)
            writer.draw { $0.text(line, x: page.left, baseline: writer.y + style.baseline, .accent) }
            writer.advance(style.lineHeight)
        }
        if !subtitle.isEmpty {
            let style = TextStyle.paragraph
            let line = writer.typesetter.fitted(DocumentText.oneLine(subtitle), style, width: page.bodyWidth)
            writer.draw { $0.text(line, x: page.left, baseline: writer.y + style.baseline, .muted) }
            writer.advance(style.lineHeight)
        }
        if slices.count > 1 {
            for index in slices.indices { sliceWords(index, page) }
            writer.advance(TextStyle.small.lineHeight)
        }
        writer.advance(4)
    }

    private func sliceWords(_ index: Int, _ page: PageSize) {
        let words = "Columns on \(slices.count) pages side by side; this is \(index + 1) of \(slices.count)."
        let line = writer.typesetter.fitted(words, .small, width: page.bodyWidth)
        writer.draw(slice: index) {
            $0.text(line, x: page.left, baseline: writer.y + TextStyle.small.baseline, .muted)
        }
    }

    // MARK: - Rows

    func add(_ row: TableRow) throws {
        let laid = layout.row(row)
        switch row.role {
        case .groupHeading:
            if let last = held.last, !last.role.isHeading { try release() }
        case .body, .note:
            if let last = held.last, !last.role.isHeading { try release() }
        case .subtotal, .running, .total:
            break
        }
        held.append(laid)
        if held.count > Self.maximumHeldRows { try release() }
    }

    func end() throws {
        try release()
        writer.advance(10)
    }

    private func release() throws {
        let rows = held
        held = []
        let height = rows.reduce(0) { $0 + $1.height }
        if height > writer.room, height <= freshRoom { try nextPage() }
        for row in rows { try place(row) }
    }

    /// What a new page has for rows, in points; an estimate from below.
    private var freshRoom: Double {
        guard let page = writer.page else { return 0 }
        return page.bodyHeight - header.height - Double(openGroups.count + 1) * layout.style.lineHeight * 1.5
            - 16
    }

    private func place(_ row: LaidRow) throws {
        switch row.role {
        case .groupHeading(let level):
            openGroups.removeAll { $0.level >= level }
            if row.height > writer.room { try nextPage() }
            openGroups.append((level, row.text))
            draw(row)
            return
        case .subtotal(let level):
            if row.height > writer.room { try nextPage() }
            draw(row)
            openGroups.removeAll { $0.level >= level }
            return
        case .running, .total:
            openGroups.removeAll()
        case .body, .note:
            break
        }
        if row.height <= writer.room { return draw(row) }
        if row.height <= freshRoom {
            try nextPage()
            return draw(row)
        }
        try placeInParts(row)
    }

    /// A row higher than a page goes on from page to page.
    private func placeInParts(_ row: LaidRow) throws {
        var first = 0
        while first < row.lineCount {
            var count = layout.lines(in: writer.room)
            if count < min(3, row.lineCount - first) {
                try nextPage()
                count = max(1, layout.lines(in: writer.room))
            }
            let part = row.part(first..<min(first + count, row.lineCount), layout)
            draw(part)
            first += count
        }
    }

    private func nextPage() throws {
        try writer.newPage(sideBySide: slices.count)
        if slices.count > 1, let page = writer.page {
            for index in slices.indices { sliceWords(index, page) }
            writer.advance(TextStyle.small.lineHeight + 2)
        }
        draw(header)
        for group in openGroups {
            draw(layout.row(TableRow(.groupHeading(level: group.level), text: group.text + " (continued)")))
        }
    }

    private func draw(_ row: LaidRow) {
        guard let page = writer.page else { return }
        for index in slices.indices {
            writer.draw(slice: index) { layout.draw(row, slice: index, x: page.left, y: writer.y, on: &$0) }
        }
        writer.advance(row.height)
    }
}

extension TableRow.Role {
    var isHeading: Bool {
        if case .groupHeading = self { return true }
        return false
    }
}
