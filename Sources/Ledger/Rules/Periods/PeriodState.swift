/// What a period may be told apart by: the documents of one area are complete before those of another.
package enum LedgerArea: String, CaseIterable, Sendable, Comparable {
    case sales, purchase, payroll, stock, tax
    /// The journal as a whole: nothing is posted where it is closed, whatever the area.
    case general

    /// In the order above.
    package static func < (a: LedgerArea, b: LedgerArea) -> Bool { a.index < b.index }

    var index: Int {
        switch self {
        case .sales: 0
        case .purchase: 1
        case .payroll: 2
        case .stock: 3
        case .tax: 4
        case .general: 5
        }
    }
}

/// How far a period is closed for one area.
package enum PeriodState: String, CaseIterable, Sendable, Comparable {
    case open
    /// Being closed: only adjustments, and what the close itself posts.
    case softClosed = "soft_closed"
    /// Reported: nothing, but for an exception that two people granted.
    case closed
    /// Audited and filed: nothing, and there is no way back.
    case locked

    /// The changes that there are. Those backward are a reopening.
    package static let successors: [PeriodState: [PeriodState]] = [
        .open: [.softClosed],
        .softClosed: [.closed, .open],
        .closed: [.locked, .softClosed, .open],
        .locked: [],
    ]

    package static func < (a: PeriodState, b: PeriodState) -> Bool { a.rank < b.rank }

    private var rank: Int {
        switch self {
        case .open: 0
        case .softClosed: 1
        case .closed: 2
        case .locked: 3
        }
    }

    /// `soft-closed`: for people.
    package var name: String { self == .softClosed ? "soft-closed" : rawValue }
}
