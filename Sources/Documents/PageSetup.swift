/// The pages of a document: paper, orientation, margins, and what stands at the top and bottom of each.
///
/// All lengths are in points, 1/72 inch.
package struct PageSetup: Hashable, Sendable {
    package enum Paper: String, Hashable, Sendable, CaseIterable {
        case a4, letter

        /// Width and height of the upright page in points. Source: ISO 216 (210 × 297 mm); ANSI/ASME Y14.1 (8.5 × 11 in).
        var size: (width: Double, height: Double) {
            switch self {
            case .a4: (595.276, 841.89)
            case .letter: (612, 792)
            }
        }
    }

    package enum Orientation: Hashable, Sendable {
        case portrait, landscape
        /// Portrait, and landscape from a table that needs the width.
        case automatic
    }

    package struct Margins: Hashable, Sendable {
        package var top, bottom, left, right: Double

        package init(top: Double = 51, bottom: Double = 48, left: Double = 42, right: Double = 42) {
            self.top = top
            self.bottom = bottom
            self.left = left
            self.right = right
        }
    }

    package var paper: Paper
    package var orientation: Orientation
    package var margins: Margins
    /// At the top of every page but the first, at the left and at the right.
    package var headerLeft: String
    package var headerRight: String
    /// At the bottom left of each page; the number of the page stands at the right.
    package var footer: String
    package var maximumPages: Int

    package init(
        _ paper: Paper = .a4, _ orientation: Orientation = .automatic, margins: Margins = Margins(),
        headerLeft: String = "", headerRight: String = "", footer: String = "",
        maximumPages: Int = DocumentLimits.pages
    ) {
        self.paper = paper
        self.orientation = orientation
        self.margins = margins
        self.headerLeft = headerLeft
        self.headerRight = headerRight
        self.footer = footer
        self.maximumPages = maximumPages
    }

    /// The least room for text in either direction.
    static let minimumBodyPoints = 144.0

    func check() throws(DocumentError) {
        for value in [margins.top, margins.bottom, margins.left, margins.right]
        where !(value.isFinite && value >= 0) {
            throw .unusablePage(reason: "a margin of \(value) points (expected 0 or more)")
        }
        for isLandscape in [false, true] {
            let page = PageSize(self, isLandscape: isLandscape)
            guard page.bodyWidth >= Self.minimumBodyPoints, page.bodyHeight >= Self.minimumBodyPoints else {
                throw .unusablePage(
                    reason: "its margins leave less than \(Int(Self.minimumBodyPoints)) points for text")
            }
        }
        guard maximumPages > 0 else { throw .unusablePage(reason: "no page is allowed") }
    }
}

/// One page's measures, in points.
struct PageSize: Hashable {
    let width: Double
    let height: Double
    let left: Double
    let top: Double
    let bodyWidth: Double
    let bodyHeight: Double

    init(_ setup: PageSetup, isLandscape: Bool) {
        let paper = setup.paper.size
        width = isLandscape ? paper.height : paper.width
        height = isLandscape ? paper.width : paper.height
        left = setup.margins.left
        top = setup.margins.top
        bodyWidth = width - setup.margins.left - setup.margins.right
        bodyHeight = height - setup.margins.top - setup.margins.bottom
    }

    var right: Double { left + bodyWidth }
    var bottom: Double { top + bodyHeight }
}
