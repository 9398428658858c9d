/// Lays a document out from its beginning to its end: a title, facts, paragraphs, charts and tables, page by page.
///
/// Memory does not grow with its rows: a page is kept as what is drawn on it, beyond a few megabytes in a temporary file.
package final class DocumentWriter {
    let setup: PageSetup
    let typesetter: Typesetter
    let notes = DocumentNotes()
    package var properties: DocumentProperties
    private let spool: PageSpool
    private var sections: [PagedDocument.Section] = []
    private var currentSection: Int?
    /// The section that the page began in.
    private var pageSection: Int?
    /// What was given before the orientation of the first page was known.
    private var waiting: [(DocumentWriter) throws -> Void] = []
    private var openTable: String?
    private var reserve: Reserve?
    private var figures: [(label: String, value: String)] = []

    private var lateFact: FactBlock.Place?
    private var lateFactText = ""

    // The page that is being filled: one canvas, or one for each page side by side.
    private(set) var page: PageSize?
    private(set) var canvases: [PageCanvas] = []
    private(set) var y = 0.0

    /// Room on the first page for what is known only at the end.
    private struct Reserve {
        /// Of figures.
        let count: Int
        let height: Double
        let y: Double
        /// Where in the first page's bytes everything below the room begins.
        let mark: Int
    }

    /// Lays a document out.
    ///
    /// - Parameter typesetter: keeps fonts and texts from one document to the next; belongs to one thread.
    package static func document(
        _ properties: DocumentProperties, _ setup: PageSetup = PageSetup(), typesetter: Typesetter? = nil,
        _ body: (DocumentWriter) throws -> Void
    ) throws -> PagedDocument {
        let writer = try DocumentWriter(properties, setup, typesetter: typesetter)
        try body(writer)
        return try writer.finish()
    }

    package init(_ properties: DocumentProperties, _ setup: PageSetup, typesetter: Typesetter? = nil)
        throws(DocumentError)
    {
        try setup.check()
        self.properties = properties
        self.setup = setup
        if let typesetter {
            self.typesetter = typesetter
        } else {
            self.typesetter = try Typesetter()
        }
        spool = PageSpool()
        if self.typesetter.family != TextStyle.family { notes.add(.fontReplaced(by: self.typesetter.family)) }
    }

    // MARK: - Blocks

    package func title(_ title: String, subtitle: String = "") throws {
        try block { writer in
            try writer.paragraphLines(title, .title, .accent, spaceAfter: 2)
            if !subtitle.isEmpty { try writer.paragraphLines(subtitle, .subtitle, .muted) }
            writer.y += 9
        }
    }

    /// Names and values in columns: what the document is about. Those that are `wide` have a line of their own.
    ///
    /// - Parameter late: the name of a last, wide one whose value is known only at the end (`fillLateFact`).
    package func facts(
        _ facts: [(label: String, value: String)], wide: [(label: String, value: String)] = [], late: String? = nil
    ) throws {
        try block { writer in
            let page = try writer.pageForContent()
            let block = FactBlock(writer, page, labels: (facts + wide).map(\.label) + (late.map { [$0] } ?? []))
            try block.columns(facts)
            for fact in wide { try block.line(fact.label, fact.value) }
            if let late, writer.spool.pages.isEmpty {
                writer.lateFact = try block.line(late, "")
            }
            writer.y += 10
        }
    }

    /// The value of the fact that was left open.
    package func fillLateFact(_ value: String) { lateFactText = value }

    /// Keeps room for so many figures that are known only at the end; only before anything else is on the first page but
    /// a title.
    package func reserveFigures(_ count: Int) throws {
        precondition((0...DocumentLimits.figures).contains(count), "more figures than a page has room for")
        guard count > 0 else { return }
        try block { writer in
            guard writer.spool.pages.isEmpty, writer.reserve == nil, writer.canvases.count == 1 else { return }
            let page = try writer.pageForContent()
            let height = FigureBand.height(of: count, on: page)
            writer.reserve = Reserve(
                count: count, height: height, y: writer.y, mark: writer.canvases[0].buffer.count)
            writer.y += height
        }
    }

    /// Puts the figures where room was kept for as many. Without any, what is below moves up.
    package func fillFigures(_ figures: [(label: String, value: String)]) {
        precondition(figures.count <= reserve?.count ?? figures.count, "more figures than room was kept for")
        self.figures = figures
    }

    package func heading(_ text: String) throws {
        try block { writer in
            _ = try writer.pageForContent()
            try writer.ensure(TextStyle.heading.lineHeight * 3)
            writer.beginSection(text)
            try writer.paragraphLines(text, .heading, .accent, spaceAfter: 4)
        }
    }

    package func paragraph(_ text: String, isMuted: Bool = false) throws {
        try block { writer in
            try writer.paragraphLines(text, .paragraph, isMuted ? .muted : .ink, spaceAfter: 4)
        }
    }

    package func chart(_ chart: Chart) throws {
        try block { writer in
            let page = try writer.pageForContent()
            let width = min(page.bodyWidth, 560)
            let drawing = ChartDrawing(chart, width: width)
            let titleHeight = TextStyle.factBold.lineHeight + 6
            try writer.ensure(min(drawing.height + titleHeight + 8, page.bodyHeight))
            writer.y += 8
            try writer.paragraphLines(chart.title, .factBold, .accent, spaceAfter: 2)
            let top = writer.y
            writer.draw { ChartPainter.paint(drawing, x: page.left, y: top, writer.typesetter, on: &$0) }
            writer.y += drawing.height + 8
        }
    }

    /// Begins a table; nothing else is written until it ends.
    ///
    /// - Parameters:
    ///   - name: its title, in the outline and in notes.
    ///   - keyColumns: columns at the left that are said again where the table goes on side by side.
    package func table(
        named name: String, subtitle: String = "", columns: [TableColumn], keyColumns: Int = 1
    ) throws(DocumentError) -> DocumentTable {
        guard openTable == nil else { throw .outOfOrder(operation: "a table") }
        guard (1...DocumentLimits.columns).contains(columns.count) else {
            throw .unusableColumnCount(table: name, count: columns.count)
        }
        openTable = name
        return DocumentTable(
            in: self, name: clean(name, name), subtitle: clean(subtitle, name), columns: columns,
            keyColumns: keyColumns)
    }

    func tableEnded() { openTable = nil }

    /// Lays the last page out. Nothing can be written afterwards.
    package func finish() throws -> PagedDocument {
        if let openTable { throw DocumentError.outOfOrder(operation: "its end before that of table \"\(openTable)\"") }
        if page == nil { try begin(isLandscape: setup.orientation == .landscape) }
        try endPage()
        if typesetter.takeMissingCharacters() { notes.add(.charactersMissing) }
        let room = reserve.map { reserve in
            PagedDocument.FigureRoom(
                mark: reserve.mark, height: reserve.height, y: reserve.y, figures: figures)
        }
        let late = lateFact.map { PagedDocument.LateText(text: lateFactText, place: $0) }
        return PagedDocument(
            properties, setup, spool: spool, sections: sections, figures: room, late: late, typesetter: typesetter,
            notes: notes.notes)
    }

    // MARK: - Pages

    private func block(_ draw: @escaping (DocumentWriter) throws -> Void) throws {
        if let openTable {
            throw DocumentError.outOfOrder(operation: "anything but rows of table \"\(openTable)\"")
        }
        if page == nil, setup.orientation == .automatic {
            waiting.append(draw)
        } else {
            if page == nil { try begin(isLandscape: setup.orientation == .landscape) }
            try draw(self)
        }
    }

    /// Begins the document, or a page of another orientation, or does nothing.
    func use(isLandscape: Bool) throws {
        let wanted = PageSize(setup, isLandscape: isLandscape)
        if page == nil {
            try begin(isLandscape: isLandscape)
        } else if page != wanted {
            try newPage(wanted)
        }
    }

    private func begin(isLandscape: Bool) throws {
        startPage(PageSize(setup, isLandscape: isLandscape), sideBySide: 1)
        let blocks = waiting
        waiting = []
        for block in blocks { try block(self) }
    }

    private func startPage(_ size: PageSize, sideBySide: Int) {
        page = size
        canvases = Array(repeating: PageCanvas(), count: sideBySide)
        y = size.top
        pageSection = currentSection
    }

    /// Goes on with a new page, or with several side by side.
    func newPage(_ size: PageSize? = nil, sideBySide: Int = 1) throws {
        let current = try pageForContent()
        try endPage()
        startPage(size ?? current, sideBySide: sideBySide)
    }

    /// Goes on with pages side by side: with this one and others, where it has as much room as `height`.
    ///
    /// What begins on all of them then begins at the same height of each.
    func spread(over pages: Int, needing height: Double) throws {
        guard canvases.count == 1, height <= room else { return try newPage(sideBySide: pages) }
        canvases += Array(repeating: PageCanvas(), count: pages - 1)
    }

    private func endPage() throws {
        guard let page else { return }
        for (index, canvas) in canvases.enumerated() {
            guard spool.pages.count < setup.maximumPages else {
                throw DocumentError.tooManyPages(limit: setup.maximumPages)
            }
            try spool.append(canvas, size: page, section: index == 0 ? pageSection : currentSection)
        }
        canvases = []
    }

    /// Whether nothing stands on the page yet.
    var isAtTop: Bool { page.map { y <= $0.top } ?? true }

    /// What the page has left, in points.
    var room: Double { page.map { $0.bottom - y } ?? 0 }

    /// Begins a new page where the rest of this one is less than `height`.
    func ensure(_ height: Double) throws {
        if canvases.count > 1 || (height > room && !isAtTop) { try newPage() }
    }

    func pageForContent() throws -> PageSize {
        if let page { return page }
        let size = PageSize(setup, isLandscape: setup.orientation == .landscape)
        startPage(size, sideBySide: 1)
        return size
    }

    func beginSection(_ title: String) {
        currentSection = sections.count
        if isAtTop { pageSection = currentSection }
        sections.append(PagedDocument.Section(title: title, page: spool.pages.count, y: max(0, y - 4)))
    }

    // MARK: - Drawing

    /// Draws on the page, or on the first of those side by side.
    func draw(_ body: (inout PageCanvas) -> Void) { body(&canvases[0]) }

    func draw(slice: Int, _ body: (inout PageCanvas) -> Void) { body(&canvases[slice]) }

    func advance(_ height: Double) { y += height }

    func paragraphLines(_ text: String, _ style: TextStyle, _ ink: Ink, spaceAfter: Double = 0) throws {
        let page = try pageForContent()
        for line in typesetter.lines(clean(text, ""), style, width: page.bodyWidth) {
            try ensure(style.lineHeight)
            let x = line.isRightToLeft ? page.right - line.width : page.left
            draw { $0.text(line, x: x, baseline: y + style.baseline, ink) }
            y += style.lineHeight
        }
        y += spaceAfter
    }

    /// The text as it can be set, with a note of what had to be done to it.
    func clean(_ text: String, _ table: String) -> String {
        let (clean, change) = DocumentText.cleaned(text)
        if change.contains(.cut) { notes.add(.textCut, table: table) }
        if change.contains(.replaced) { notes.add(.charactersReplaced, table: table) }
        return clean
    }
}
