/// The pages that wait for their numbers.
final class PageSpool {
    struct Page {
        let size: PageSize
        /// The section that it belongs to; `PagedDocument.sections`. Nil before the first.
        let section: Int?
        fileprivate let offset: Int
        fileprivate let count: Int
    }

    private(set) var pages: [Page] = []
    private let bytes: ByteSpool

    init(memoryLimitBytes: Int = DocumentLimits.spoolMemoryBytes) {
        bytes = ByteSpool(memoryLimitBytes: memoryLimitBytes)
    }

    func append(_ canvas: PageCanvas, size: PageSize, section: Int?) throws(DocumentError) {
        pages.append(Page(size: size, section: section, offset: bytes.count, count: canvas.buffer.count))
        try bytes.append(canvas.buffer.bytes)
    }

    /// Calls `body` with what is drawn on a page.
    func read(_ page: Page, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        try bytes.read(from: page.offset, count: page.count, body)
    }
}
