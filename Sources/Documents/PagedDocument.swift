import CPango

/// A document that is laid out to its last page: as a PDF, or page by page as pictures.
///
/// ```swift
/// let document = try DocumentWriter.document(properties, PageSetup(footer: "payroll@2026-11")) { document in
///     document.title("Payroll register", subtitle: "Harbour & Vale Ltd · November 2026")
///     let table = try document.table(named: "Register", columns: [.text("Name"), .number("Gross")])
///     try table.append(.body, ["Ann Lee", "2,150.00"])
///     try table.end()
/// }
/// let bytes = try document.pdf()
/// ```
package final class PagedDocument {
    /// A part of the document that stands in its outline.
    struct Section {
        let title: String
        /// The page that it begins on, from 0, and how far from its top in points.
        let page: Int
        let y: Double
    }

    /// Room on the first page, and what came to stand in it; nothing, where what is below moves up.
    struct FigureRoom {
        /// Where in the bytes of the page everything below begins.
        let mark: Int
        let height: Double
        let y: Double
        let figures: [(label: String, value: String)]
    }

    /// A value on the first page that was not known when it was laid out.
    struct LateText {
        let text: String
        let place: FactBlock.Place
    }

    private let properties: DocumentProperties
    private let setup: PageSetup
    private let spool: PageSpool
    private let sections: [Section]
    private let figures: FigureRoom?
    private let late: LateText?
    private let typesetter: Typesetter
    package let notes: [DocumentNote]

    init(
        _ properties: DocumentProperties, _ setup: PageSetup, spool: PageSpool, sections: [Section],
        figures: FigureRoom?, late: LateText?,
        typesetter: Typesetter, notes: [DocumentNote]
    ) {
        self.properties = properties
        self.setup = setup
        self.spool = spool
        self.sections = sections
        self.figures = figures
        self.late = late
        self.typesetter = typesetter
        self.notes = notes
    }

    package var pageCount: Int { spool.pages.count }

    // MARK: - PDF

    /// The whole PDF. For a long document `writePDF(to:)` needs less memory.
    package func pdf() throws -> [UInt8] {
        var bytes: [UInt8] = []
        try writePDF { bytes.append(contentsOf: $0) }
        return bytes
    }

    /// Writes the PDF piece by piece. The same document gives the same bytes, with the same fonts and the same cairo.
    package func writePDF(to sink: @escaping (UnsafeRawBufferPointer) throws -> Void) throws {
        let writer = ByteSink(sink)
        guard
            let surface = cairo_pdf_surface_create_for_stream(ByteSink.callback, writer.context, 595, 842)
        else { throw DocumentError.library(operation: "the file", reason: "out of memory") }
        defer { cairo_surface_destroy(surface) }
        try check(cairo_surface_status(surface), "the file", writer)
        setMetadata(surface)
        guard let cairo = cairo_create(surface) else {
            throw DocumentError.library(operation: "the file", reason: "out of memory")
        }
        do {
            defer { cairo_destroy(cairo) }
            addOutline(surface)
            var footers = PageFooters(setup, properties, typesetter, pageCount: pageCount)
            for (number, page) in spool.pages.enumerated() {
                cairo_pdf_surface_set_size(surface, page.size.width, page.size.height)
                try draw(page, number: number, on: cairo, &footers)
                cairo_show_page(cairo)
                try check(cairo_status(cairo), "page \(number + 1)", writer)
            }
        }
        cairo_surface_finish(surface)
        try check(cairo_surface_status(surface), "the end of the file", writer)
    }

    private func setMetadata(_ surface: OpaquePointer) {
        let created = properties.created.description
        let entries: [(cairo_pdf_metadata_t, String)] = [
            (CAIRO_PDF_METADATA_TITLE, properties.title), (CAIRO_PDF_METADATA_SUBJECT, properties.subject),
            (CAIRO_PDF_METADATA_AUTHOR, properties.author), (CAIRO_PDF_METADATA_KEYWORDS, properties.keywords),
            (CAIRO_PDF_METADATA_CREATOR, "Steward"), (CAIRO_PDF_METADATA_CREATE_DATE, created),
            (CAIRO_PDF_METADATA_MOD_DATE, created),
        ]
        for (entry, text) in entries where !text.isEmpty {
            cairo_pdf_surface_set_metadata(surface, entry, DocumentText.oneLine(text))
        }
    }

    private func addOutline(_ surface: OpaquePointer) {
        guard sections.count > 1 else { return }
        for section in sections {
            let isMovedUp = section.page == 0 && figures?.figures.isEmpty == true
            let y = isMovedUp ? max(0, section.y - (figures?.height ?? 0)) : section.y
            let target = "page=\(section.page + 1) pos=[0 \(Int(y))]"
            _ = cairo_pdf_surface_add_outline(
                surface, 0, DocumentText.oneLine(section.title), target, cairo_pdf_outline_flags_t(rawValue: 0))
        }
    }

    // MARK: - Pictures

    /// A page as a PNG.
    ///
    /// - Parameter number: from 1.
    package func picture(ofPage number: Int, dotsPerInch: Int = 110) throws -> [UInt8] {
        precondition((1...pageCount).contains(number), "the document has no such page")
        let page = spool.pages[number - 1]
        let scale = Double(min(max(dotsPerInch, 10), 600)) / 72
        guard
            let surface = cairo_image_surface_create(
                CAIRO_FORMAT_RGB24, Int32((page.size.width * scale).rounded()),
                Int32((page.size.height * scale).rounded()))
        else { throw DocumentError.library(operation: "a picture", reason: "out of memory") }
        defer { cairo_surface_destroy(surface) }
        guard let cairo = cairo_create(surface) else {
            throw DocumentError.library(operation: "a picture", reason: "out of memory")
        }
        defer { cairo_destroy(cairo) }
        cairo_set_source_rgb(cairo, 1, 1, 1)
        cairo_paint(cairo)
        cairo_scale(cairo, scale, scale)
        var footers = PageFooters(setup, properties, typesetter, pageCount: pageCount)
        try draw(page, number: number - 1, on: cairo, &footers)
        var bytes: [UInt8] = []
        let writer = ByteSink { bytes.append(contentsOf: $0) }
        try check(cairo_status(cairo), "a picture of page \(number)", writer)
        try check(
            cairo_surface_write_to_png_stream(surface, ByteSink.callback, writer.context),
            "a picture of page \(number)", writer)
        return bytes
    }

    // MARK: - Both

    private func draw(_ page: PageSpool.Page, number: Int, on cairo: OpaquePointer, _ footers: inout PageFooters)
        throws
    {
        // Shapes its texts first: they may bring fonts with them.
        let footer = footers.canvas(page.size, number: number, section: sectionTitle(page.section))
        let room = number == 0 ? figures : nil
        let lateCanvas = number == 0 ? late.map(canvas) : nil
        let band = room.map { FigureBand.canvas($0.figures, on: page.size, y: $0.y, typesetter) }
        var replay = PageReplay(cairo, fonts: typesetter.fonts)
        try spool.read(page) { bytes in
            guard let room else { return replay.draw(bytes) }
            replay.draw(UnsafeRawBufferPointer(rebasing: bytes[..<room.mark]))
            band?.buffer.bytes.withUnsafeBytes { replay.draw($0) }
            replay.draw(
                UnsafeRawBufferPointer(rebasing: bytes[room.mark...]), movedUp: room.figures.isEmpty ? room.height : 0)
        }
        lateCanvas?.buffer.bytes.withUnsafeBytes {
            replay.draw($0, movedUp: figures?.figures.isEmpty == true ? figures?.height ?? 0 : 0)
        }
        footer.buffer.bytes.withUnsafeBytes { replay.draw($0) }
    }

    private func canvas(_ late: LateText) -> PageCanvas {
        var canvas = PageCanvas()
        let line = typesetter.fitted(DocumentText.oneLine(late.text), FactBlock.style, width: late.place.width)
        canvas.text(line, x: late.place.x, baseline: late.place.baseline, .ink)
        return canvas
    }

    private func sectionTitle(_ number: Int?) -> String {
        number.map { sections[$0].title } ?? ""
    }

    private func check(_ status: cairo_status_t, _ operation: String, _ sink: ByteSink) throws {
        if let error = sink.error { throw error }
        guard status != CAIRO_STATUS_SUCCESS else { return }
        throw DocumentError.library(
            operation: operation, reason: cairo_status_to_string(status).map { String(cString: $0) } ?? "unknown")
    }
}

/// Where cairo's bytes go; keeps the first error, which cairo cannot carry.
private final class ByteSink {
    private let take: (UnsafeRawBufferPointer) throws -> Void
    private(set) var error: (any Error)?

    init(_ take: @escaping (UnsafeRawBufferPointer) throws -> Void) { self.take = take }

    var context: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

    static let callback: cairo_write_func_t = { context, bytes, count in
        guard let context else { return CAIRO_STATUS_WRITE_ERROR }
        let sink = Unmanaged<ByteSink>.fromOpaque(context).takeUnretainedValue()
        guard sink.error == nil else { return CAIRO_STATUS_WRITE_ERROR }
        do {
            try sink.take(UnsafeRawBufferPointer(start: bytes, count: Int(count)))
            return CAIRO_STATUS_SUCCESS
        } catch {
            sink.error = error
            return CAIRO_STATUS_WRITE_ERROR
        }
    }
}
