/// What stands at the top and the bottom of each page, drawn when their number is known.
struct PageFooters {
    private let setup: PageSetup
    private let typesetter: Typesetter
    private let pageCount: Int

    init(_ setup: PageSetup, _ properties: DocumentProperties, _ typesetter: Typesetter, pageCount: Int) {
        self.setup = setup
        self.typesetter = typesetter
        self.pageCount = pageCount
    }

    /// - Parameters:
    ///   - number: of the page, from 0.
    ///   - section: what the page is a part of; shown behind the title.
    mutating func canvas(_ page: PageSize, number: Int, section: String) -> PageCanvas {
        var canvas = PageCanvas()
        let style = TextStyle.small
        let baseline = page.bottom + 22
        canvas.rule(x: page.left, y: baseline - 11, width: page.bodyWidth, thickness: 0.4, .hairline)
        let count = typesetter.tabularLine("Page \(number + 1) of \(pageCount)", style)
        canvas.text(count, x: page.right - count.width, baseline: baseline, .muted)
        let room = page.bodyWidth - count.width - 18
        canvas.text(
            typesetter.fitted(DocumentText.oneLine(setup.footer), style, width: room), x: page.left,
            baseline: baseline, .muted)
        guard number > 0 else { return canvas }
        let top = page.top - 18
        let right = typesetter.fitted(DocumentText.oneLine(setup.headerRight), style, width: page.bodyWidth / 3)
        canvas.text(right, x: page.right - right.width, baseline: top, .muted)
        var left = setup.headerLeft
        if !section.isEmpty, section != left { left += left.isEmpty ? section : " · " + section }
        let shown = typesetter.fitted(
            DocumentText.oneLine(left), .smallBold, width: page.bodyWidth - right.width - 18)
        canvas.text(shown, x: page.left, baseline: top, .accent)
        canvas.rule(x: page.left, y: top + 5, width: page.bodyWidth, thickness: 0.4, .hairline)
        return canvas
    }
}
