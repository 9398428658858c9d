/// The colours of a document: one dark, one accent, greys, as in the workbooks. It prints well in black and white.
package enum Ink: UInt8, CaseIterable {
    case ink, accent, headerFill, totalFill, groupFill, hairline, muted, link, warning, white
    case bar, good, goodFill, caution, cautionFill, warningFill
    case series0, series1, series2, series3, series4, series5

    /// 0xRRGGBB.
    package var rgb: UInt32 {
        switch self {
        case .ink: 0x1F2933
        case .accent: 0x1F3A5F
        case .headerFill: 0xE9EEF4
        case .totalFill: 0xF5F7FA
        case .groupFill: 0xF5F7FA
        case .hairline: 0xD5DAE0
        case .muted: 0x5F6B7A
        case .link: 0x1A5FB4
        case .warning: 0xB3261E
        case .white: 0xFFFFFF
        case .bar: 0xD6E2EE
        case .good: 0x1E6B3A
        case .goodFill: 0xE7F4EA
        case .caution: 0x7A5200
        case .cautionFill: 0xFFF4D6
        case .warningFill: 0xFCE8E6
        case .series0: 0x1F3A5F
        case .series1: 0x5B8DB8
        case .series2: 0xB8C7D6
        case .series3: 0xC98B3C
        case .series4: 0x6B8E6B
        case .series5: 0x8C5B7A
        }
    }

    package static func series(_ index: Int) -> Ink {
        Ink(rawValue: Ink.series0.rawValue + UInt8(index % 6)) ?? .series0
    }
}
